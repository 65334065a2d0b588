import { toSingle } from '../coerce.ts';
import { repeated, required, type FunctionDefinition } from '../function-definition.ts';
import { textOf } from '../value.ts';

export const selectUniqueValue: FunctionDefinition = {
  name: 'SelectUniqueValue',
  parameters: [required('uniqueValueRule1'), repeated('uniqueValueRule')],
  summary:
    'Returns the first of the values that the target does not have yet. It must be the whole expression. Entra ID supports it only for provisioning to Active Directory from Workday, SuccessFactors and the provisioning API, and not for SCIM.',
  isTopLevel: true,
  evaluate: ({ context, each, fault }) => {
    if (context.forScim === true) {
      throw fault(undefined, ({ evaluating }) => evaluating.notForScim);
    }
    const rules = [...each('uniqueValueRule1'), ...each('uniqueValueRule')];
    for (const rule of rules) {
      const value = toSingle(rule());
      if (value === undefined) throw fault(undefined, ({ evaluating }) => evaluating.ruleIsList);
      if (value === null || value === '') continue;
      const text = textOf(value);
      if (context.isTaken?.(text) !== true) return text;
    }
    throw fault(undefined, ({ evaluating }) => evaluating.allTaken(rules.length));
  },
};
