import { quote } from '#base/errors.ts';
import { labelOf } from './field-names.ts';
import { ASK_ADMINISTRATOR, defineReason, sameAdvice, inScim } from './reason.ts';
import { ruleCommand } from './user-reasons.ts';

type Kind = 'user' | 'group';

/** The maximum number of ids that one message names. If there are more, it gives only the number of the others. */
export const IDS_SHOWN_MAX = 5;

type Owned = {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
  readonly integration: string;
  /** The integration that owns the user or group; undefined if it was created by hand. */
  readonly owner: string | undefined;
  /** The value of the rule `adopt`. */
  readonly adopt: string;
};

type Unconfirmed = {
  readonly id: string;
  readonly userName: string;
  readonly integration: string;
  readonly change: 'password' | 'address';
};

type OwnedField = {
  readonly kind: Kind;
  readonly field: string;
  readonly name: string;
  readonly owner: string;
};

/** Reasons that depend on other data in the directory. */
export const directoryReasons = {
  memberUnknown: defineReason({
    code: 'memberNotFound',
    says: ({
      ids,
      count,
    }: {
      readonly ids: readonly string[];
      readonly count: number;
      readonly integration: string | undefined;
    }) => {
      const shown = ids.slice(0, IDS_SHOWN_MAX).map(quote).join(', ');
      const more = count > IDS_SHOWN_MAX ? ` and ${count - IDS_SHOWN_MAX} more` : '';
      return `members refers to users or groups that do not exist here: ${shown}${more}.`;
    },
    advice: ({ integration }) =>
      sameAdvice('Add the id of a user or a group that the directory has.', {
        scim: `Provision the member first; Entra ID adds members by the id that this directory returned when it created them. Or have this directory add such members as soon as they exist: ${ruleCommand(integration, 'unknownMembers', 'defer')}.`,
        portal: undefined,
      }),
    examples: [{ ids: ['2819c223'], count: 1, integration: 'Entra ID' }],
  }),
  memberCycle: defineReason({
    code: 'memberCycle',
    says: ({ id, isItself }: { readonly id: string; readonly isItself: boolean }) =>
      isItself
        ? `The group ${quote(id)} cannot be its own member.`
        : `The group ${quote(id)} already contains this group, directly or through other groups: as a member it would create a cycle.`,
    advice: ({ id }) =>
      sameAdvice(`Remove ${quote(id)} from the members.`, {
        scim: `Remove ${quote(id)} from members.`,
        csv: undefined,
        portal: undefined,
      }),
    examples: [
      { id: '2819c223', isItself: true },
      { id: '2819c223', isItself: false },
    ],
  }),
  ownedElsewhere: defineReason({
    code: 'ownedElsewhere',
    says: ({ kind, name, id, owner, integration, adopt }: Owned) =>
      `The ${kind} ${quote(name)} (id ${id}) ${owner === undefined ? 'was created by hand' : `belongs to the integration ${quote(owner)}`}. The integration ${quote(integration)} may not make the change, because its rule adopt is ${quote(adopt)}.`,
    advice: ({ kind, name, integration, owner }) =>
      inScim(
        `To let this integration adopt the ${kind}, an administrator runs: ${adoptCommand(kind, name, integration)}. To allow the adoption of all others, too: ${ruleCommand(integration, 'adopt', owner === undefined ? 'unmanaged' : 'any')}. If this integration should not manage the ${kind}, exclude the ${kind} with a scoping filter.`,
      ),
    examples: [
      { kind: 'user', name: 'bob', id: '2819c223', integration: 'Entra ID', owner: undefined, adopt: 'never' },
      { kind: 'group', name: 'Sales', id: '2819c223', integration: 'Entra ID', owner: 'Okta', adopt: 'unmanaged' },
    ],
  }),
  adoptionUnconfirmed: defineReason({
    code: 'adoptionUnconfirmed',
    says: ({ id, userName, integration, change }: Unconfirmed) =>
      `The integration ${quote(integration)} cannot ${change === 'password' ? 'set the password' : 'change an address'} of the user ${quote(userName)} (id ${id}) until an administrator confirms that the integration owns the user, because the integration ${unconfirmedBecause[change]}.`,
    advice: ({ id, userName, integration }) =>
      inScim(
        `To confirm: ${adoptCommand('user', userName, integration)}, or POST /api/systemusers/${id}/adopt. Entra ID repeats the request in one of the next cycles.`,
      ),
    examples: [
      { id: '2819c223', userName: 'bob', integration: 'Entra ID', change: 'password' },
      { id: '2819c223', userName: 'bob', integration: 'Entra ID', change: 'address' },
    ],
  }),
  resourceUnknown: defineReason({
    code: 'resourceNotFound',
    says: ({ kind, id }: { readonly kind: Kind; readonly id: string }) =>
      `There is no ${kind} with the id ${quote(id)}. It may have been deleted.`,
    advice: ({ kind }) =>
      sameAdvice(`List the ${kind}s to find its id.`, {
        scim: `If Entra ID sent the id, restart provisioning there with its links cleared, and the ${kind} will be matched or created again.`,
        rest: `List the ${kind}s to find its id: GET ${kind === 'user' ? '/api/systemusers' : '/api/v2/usergroups'}.`,
        commandLine: kind === 'user' ? 'List the users: tanhua user list.' : 'List the groups: tanhua group list.',
        portal: ASK_ADMINISTRATOR,
      }),
    examples: [
      { kind: 'user', id: '2819c223' },
      { kind: 'group', id: '2819c223' },
    ],
  }),
  fieldOwned: defineReason({
    code: 'fieldOwned',
    says: ({ field, name, owner }: OwnedField, _nameOf, at) =>
      at === 'portal'
        ? `${labelOf(field)} comes from your organization, and cannot be changed here.`
        : `${field} of ${quote(name)} belongs to the integration ${quote(owner)}, and is maintained there.`,
    advice: ({ kind, field }) =>
      sameAdvice(
        `To change it here, first release the field: in a PUT request, leave ${field} out of restrictedFields${kind === 'group' ? '; or create another group' : ''}.`,
        {
          scim: undefined,
          csv: undefined,
          commandLine: undefined,
          portal: 'Ask your administrator to correct it.',
        },
      ),
    examples: [
      { kind: 'user', field: 'firstname', name: 'ann', owner: 'HR' },
      { kind: 'group', field: 'name', name: 'Sales', owner: 'HR' },
    ],
  }),
  passwordManaged: defineReason({
    code: 'passwordManaged',
    says: ({ name, owner }: { readonly name: string; readonly owner: string }, _nameOf, at) =>
      at === 'portal'
        ? 'Your password comes from your organization, and cannot be changed here.'
        : `The password of ${quote(name)} belongs to the integration ${quote(owner)}, and is maintained there.`,
    advice: () =>
      sameAdvice('To change it here, first release the password: set externally_managed to false with PUT.', {
        scim: undefined,
        csv: undefined,
        commandLine: undefined,
        portal: 'Change it where you sign in for your work, or ask your administrator.',
      }),
    examples: [{ name: 'ann', owner: 'HR' }],
  }),
} as const;

const unconfirmedBecause = {
  password: 'did not create the user',
  address:
    "did not create the user, and the user has a password, a second factor, a passkey or an administrator's address",
} as const;

/** Returns the command that makes an integration the owner of a user or a group. */
export function adoptCommand(kind: Kind, name: string, integration: string): string {
  return `tanhua ${kind} adopt ${quote(name)} --integration ${quote(integration)}`;
}
