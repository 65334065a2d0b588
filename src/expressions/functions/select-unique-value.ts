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
      throw fault(
        undefined,
        'Entra ID does not support it for SCIM applications; map an attribute that is unique in the source.',
      );
    }
    const rules = [...each('uniqueValueRule1'), ...each('uniqueValueRule')];
    for (const rule of rules) {
      const value = toSingle(rule());
      if (value === undefined) throw fault(undefined, 'a rule returns a list, but must return a single value.');
      if (value === null || value === '') continue;
      const text = textOf(value);
      if (context.isTaken?.(text) !== true) return text;
    }
    throw fault(
      undefined,
      `the values of all ${rules.length} rules are taken or empty; add a rule, such as one that appends a number.`,
    );
  },
};
