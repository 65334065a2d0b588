import { dropped, required, type FunctionDefinition } from '../function-definition.ts';
import { isEmpty } from '../value.ts';

export const ignoreFlowIfNullOrEmpty: FunctionDefinition = {
  name: 'IgnoreFlowIfNullOrEmpty',
  parameters: [required('expression')],
  summary: 'Returns the value. If it is null or empty, the attribute does not flow, and the target keeps its value.',
  evaluate: ({ value }) => {
    const found = value('expression');
    return isEmpty(found) ? dropped : found;
  },
};

/** Microsoft's guide for Workday writes it as a word without parentheses. Tanhua accepts both forms. */
export const ignoreAttributeFlow: FunctionDefinition = {
  name: 'IgnoreAttributeFlow',
  parameters: [],
  summary:
    'Stops the flow of the attribute, so that the target keeps its value. It is usually written without parentheses, as a value of IIF or Switch.',
  evaluate: () => dropped,
};
