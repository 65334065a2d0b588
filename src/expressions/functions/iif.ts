import { shown, toBoolean } from '../coerce.ts';
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
    'One value or the other. An attribute in the condition that is null or empty makes the condition fail, whatever it asks: use Switch or Coalesce for those.',
  evaluate: ({ attributesIn, single, value, fault }) => {
    if (attributesIn('condition').some(isEmpty)) return value('valueIfFalse');
    const condition = single('condition');
    const holds = toBoolean(condition);
    if (holds === undefined)
      throw fault('condition', `condition is ${shown(condition)}, which is neither True nor False.`);
    return value(holds ? 'valueIfTrue' : 'valueIfFalse');
  },
};
