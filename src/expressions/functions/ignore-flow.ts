import { dropped, required, type FunctionDefinition } from '../function-definition.ts';
import { isEmpty } from '../value.ts';

export const ignoreFlowIfNullOrEmpty: FunctionDefinition = {
  name: 'IgnoreFlowIfNullOrEmpty',
  parameters: [required('expression')],
  summary: 'The value, or no flow of the attribute at all if it is null or empty: what the target has stays.',
  evaluate: ({ value }) => {
    const found = value('expression');
    return isEmpty(found) ? dropped : found;
  },
};

/** Microsoft's guide for Workday writes it without parentheses, as a word; both are read. */
export const ignoreAttributeFlow: FunctionDefinition = {
  name: 'IgnoreAttributeFlow',
  parameters: [],
  summary:
    'No flow of the attribute: what the target has stays. Mostly written without parentheses, as a value of IIF or Switch.',
  evaluate: () => dropped,
};
