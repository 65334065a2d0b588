import { quote } from '#base/errors.ts';
import { ASK_ADMINISTRATOR, defineReason, sameAdvice, inScim } from './reason.ts';
import { acceptedNameLike, entraExpressionFor } from './user-name-advice.ts';

/** The path of the primary email, as in the attribute mappings of Entra ID. */
export const PRIMARY_EMAIL = 'emails[type eq "work"].value';

/** Returns the command that sets a rule of an integration; with the placeholder NAME if the integration is undefined. */
export function ruleCommand(integration: string | undefined, rule: string, value: string): string {
  return `tanhua integration set ${integration === undefined ? 'NAME' : quote(integration)} ${rule}=${value}`;
}

type NamedUser = { readonly value: string; readonly integration: string | undefined };

/** Reasons why a rule of the directory or the integration refuses a user. */
export const userReasons = {
  userNameIsAddress: defineReason({
    code: 'userNameNotAllowed',
    says: ({ value, integration }: NamedUser, nameOf) =>
      `${nameOf('userName')} ${quote(value)} is an email address, which ${integration === undefined ? 'cannot be a username' : 'this integration does not accept as a userName'}.`,
    advice: ({ value, integration }) =>
      sameAdvice(`Send a username without "@", such as ${quote(acceptedNameLike(value))}.`, {
        scim: `${mapUserName(value.includes('#EXT#') ? value.slice(0, value.indexOf('@')) : '')}, ${orAnyUserName(integration)}`,
        commandLine: `Give a username without "@", such as ${quote(acceptedNameLike(value))}.`,
        portal: ASK_ADMINISTRATOR,
      }),
    examples: [
      { value: 'ann@contoso.example', integration: 'Entra ID' },
      { value: 'gina_fabrikam.example#EXT#@contoso.example', integration: 'Entra ID' },
    ],
  }),
  userNameCharacters: defineReason({
    code: 'userNameNotAllowed',
    says: ({ value }: NamedUser, nameOf) => `${nameOf('userName')} ${quote(value)} ${userNameFault(value)}.`,
    advice: ({ value, integration }) =>
      sameAdvice(`${NAME_RULE} Send one such as ${quote(acceptedNameLike(value))}.`, {
        scim: `${NAME_RULE} ${mapUserName(value)}, ${orAnyUserName(integration)}`,
        commandLine: `${NAME_RULE} Give one such as ${quote(acceptedNameLike(value))}.`,
        portal: ASK_ADMINISTRATOR,
      }),
    examples: [
      { value: 'jörg.müller', integration: 'Entra ID' },
      { value: '9lives', integration: 'Entra ID' },
      { value: 'gina_fabrikam.example#EXT#', integration: 'Entra ID' },
      { value: 'Łukasz O’Neill', integration: 'Entra ID' },
      { value: '李雷', integration: undefined },
    ],
  }),
  emailMissing: defineReason({
    code: 'emailRequired',
    says: (_: { readonly integration: string | undefined }, nameOf) =>
      `${nameOf(PRIMARY_EMAIL)} is missing: each user needs a primary email here.`,
    advice: ({ integration }) =>
      sameAdvice('Send an address such as ann@contoso.example.', {
        scim: `In Entra ID, map userPrincipalName to ${PRIMARY_EMAIL}, since "mail" is empty for users without a mailbox; or make the email optional: ${ruleCommand(integration, 'email', 'optional')}.`,
        csv: 'Fill in the column email.',
        commandLine: 'Give an address such as ann@contoso.example.',
        portal: ASK_ADMINISTRATOR,
      }),
    examples: [{ integration: 'Entra ID' }],
  }),
  emailMalformed: defineReason({
    code: 'emailInvalid',
    says: ({ value }: NamedUser, nameOf) => `${nameOf(PRIMARY_EMAIL)} ${quote(value)} is not an email address.`,
    advice: ({ integration }) =>
      sameAdvice('Send one such as ann@contoso.example.', {
        scim: `In Entra ID, map an attribute that contains an email address, such as userPrincipalName, to ${PRIMARY_EMAIL}; or accept any text: ${ruleCommand(integration, 'emailFormat', 'off')}.`,
        commandLine: 'Give one such as ann@contoso.example.',
        portal: 'Enter one such as ann@contoso.example.',
      }),
    examples: [{ value: 'ann', integration: 'Entra ID' }],
  }),
  inactiveOnCreate: defineReason({
    code: 'inactiveOnCreate',
    says: ({ userName }: { readonly userName: string; readonly integration: string | undefined }) =>
      `The user ${quote(userName)} has active false: the user is inactive in the source, and this integration does not create inactive users.`,
    advice: ({ integration }) =>
      inScim(
        `Enable the user in Entra ID, or have inactive users created as suspended users: ${ruleCommand(integration, 'inactiveOnCreate', 'suspend')}.`,
      ),
    examples: [{ userName: 'ann', integration: 'Entra ID' }],
  }),
  operationOff: defineReason({
    code: 'operationOff',
    says: ({ what, operation }: SwitchedOff) =>
      `${what} cannot be ${operationNames[operation]} by this integration: its rule "${operation}" is off.`,
    advice: ({ operation, integration }) =>
      inScim(
        `Allow it (${ruleCommand(integration, operation, 'on')}), or clear the action under Target Object Actions in Entra ID.`,
      ),
    examples: [{ what: 'Users', operation: 'delete', integration: 'Entra ID' }],
  }),
  groupsOff: defineReason<{ readonly integration: string | undefined }>({
    code: 'groupsOff',
    says: () => 'Groups are switched off for this integration.',
    advice: ({ integration }) =>
      inScim(
        `Switch them on (${ruleCommand(integration, 'groups', 'on')}), or set Enabled to No in the group mapping of Entra ID.`,
      ),
    examples: [{ integration: 'Entra ID' }],
  }),
} as const;

type SwitchedOff = {
  readonly what: 'Users' | 'Groups';
  readonly operation: keyof typeof operationNames;
  readonly integration: string | undefined;
};

const operationNames = { create: 'created', update: 'changed', delete: 'deleted' } as const;

const NAME_RULE = 'A username begins with a letter from A to Z, and has letters, digits, ".", "_" and "-" only.';

/** Returns the first fault in the characters of a userName. */
function userNameFault(value: string): string {
  if (value === '') return 'is empty';
  const other = Array.from(value.replaceAll('#EXT#', '')).find((character) => !/[A-Za-z0-9._-]/.test(character));
  if (value.includes('#EXT#')) return 'has "#EXT#", which marks a guest account';
  return other === undefined ? 'does not begin with a letter' : `has the character ${quote(other)}`;
}

/** Returns advice that makes Entra ID send an accepted userName for a user with this mailNickname. */
function mapUserName(value: string): string {
  const expression = entraExpressionFor(value === '' ? 'a' : value);
  if (expression === undefined) {
    return 'In Entra ID, give the user a mailNickname with Latin letters';
  }
  const source = expression === '[mailNickname]' ? 'mailNickname' : `the expression ${expression}`;
  return `In Entra ID, map ${source} to userName`;
}

function orAnyUserName(integration: string | undefined): string {
  return `or accept any userName: ${ruleCommand(integration, 'userName', 'any')}.`;
}
