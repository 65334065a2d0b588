import { describeValue, toBoolean } from '../coerce.ts';
import { required, type FunctionDefinition } from '../function-definition.ts';
import { isEmpty } from '../value.ts';

export const iif: FunctionDefinition = {
  name: 'IIF',
  parameters: [
    required('condition', 'Boolean', { isCondition: true }),
    required('valueIfTrue'),
    required('valueIfFalse'),
  ],
  summary:
    'Returns one of two values, depending on a condition. If an attribute in the condition is null or empty, the condition is always False: use Switch or Coalesce to handle such values.',
  evaluate: ({ attributesIn, single, value, fault }) => {
    if (attributesIn('condition').some(isEmpty)) return value('valueIfFalse');
    const condition = single('condition');
    const holds = toBoolean(condition);
    if (holds === undefined)
      throw fault('condition', (mistakes) =>
        mistakes.evaluating.notBoolean('condition', describeValue(mistakes, condition)),
      );
    return value(holds ? 'valueIfTrue' : 'valueIfFalse');
  },
};
