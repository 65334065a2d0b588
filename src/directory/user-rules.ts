import { AppError, quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import type { Rules } from '#integrations/rules.ts';
import { primaryEmail, readText } from './attribute-contract.ts';
import type { Caller } from './stored.ts';
import type { Uniqueness } from './user-write-store.ts';

const userNamePattern = /^[A-Za-z][A-Za-z0-9._-]*$/;
/** One @ with something on both sides: the mail server decides about the rest. */
const emailPattern = /^[^\s@]+@[^\s@]+$/;

const EMAIL = 'emails[type eq "work"].value';

/** How the reader switches a rule: the last words of a refusal. */
export function ruleHint(caller: Caller, rule: keyof Rules, value: string): string {
  const { integration } = caller.origin;
  return `tanhua integration set ${integration === undefined ? 'NAME' : `"${integration.name}"`} ${rule}=${value}`;
}

/**
 * Checks what the integration's rules say about a user's attributes. Only what changes is checked: a rule that was made
 * stricter later must not keep a user from being suspended.
 */
export function checkUserRules(caller: Caller, after: JsonObject, before: JsonObject | undefined): void {
  const userName = readText(after, ['userName']) ?? '';
  if (before === undefined || readText(before, ['userName']) !== userName) checkUserName(caller, userName);
  const email = primaryEmail(after);
  if (before === undefined || primaryEmail(before) !== email) checkEmail(caller, email);
}

function checkUserName(caller: Caller, userName: string): void {
  if (caller.rules.userName === 'any' || userNamePattern.test(userName)) return;
  const isPushed = caller.origin.integration !== undefined;
  const reason = userName.includes('@')
    ? `is an e-mail address, which ${isPushed ? 'this integration does not take as' : 'cannot be'} a user name`
    : 'does not begin with a letter, or has characters other than letters (A to Z), digits, ".", "_" and "-"';
  const remedy = isPushed
    ? `In Entra ID, map mailNickname to userName; or allow any user name: ${ruleHint(caller, 'userName', 'any')}.`
    : 'Send a name such as ann.meier.';
  throw new AppError(
    'userNameNotAllowed',
    `${isPushed ? 'userName' : 'username'} ${quote(userName)} ${reason}. ${remedy}`,
    { attribute: 'userName', value: userName },
  );
}

function checkEmail(caller: Caller, email: string | undefined): void {
  const isPushed = caller.origin.integration !== undefined;
  if (email === undefined) {
    if (caller.rules.email === 'optional') return;
    if (!isPushed) throw new AppError('emailRequired', 'email is missing: each user needs one.', { attribute: EMAIL });
    throw new AppError(
      'emailRequired',
      `The primary e-mail (${EMAIL}) is missing, and this integration requires it. In Entra ID, map userPrincipalName to ${EMAIL}, since "mail" is empty for users without a mailbox; or make it optional: ${ruleHint(caller, 'email', 'optional')}.`,
      { attribute: EMAIL },
    );
  }
  if (!caller.rules.emailFormat || emailPattern.test(email)) return;
  throw new AppError(
    'emailInvalid',
    isPushed
      ? `${EMAIL} ${quote(email)} is not an e-mail address. In Entra ID, map an attribute that holds one, such as userPrincipalName; or keep any text: ${ruleHint(caller, 'emailFormat', 'off')}.`
      : `email ${quote(email)} is not an e-mail address. Send one such as ann@contoso.example.`,
    { attribute: EMAIL, value: email },
  );
}

export function checkCreatable(caller: Caller, document: JsonObject): void {
  if (document['active'] !== false || caller.rules.inactiveOnCreate === 'suspend') return;
  throw new AppError(
    'inactiveOnCreate',
    `The user ${quote(document['userName'])} has active false: it is inactive in the source, and this integration does not create inactive users. Enable the user in Entra ID and it will be created, or have it created suspended: ${ruleHint(caller, 'inactiveOnCreate', 'suspend')}.`,
    { attribute: 'active', value: false },
  );
}

const operationNames = { create: 'created', update: 'changed', delete: 'deleted' } as const;

/** Throws operationOff (403) when the integration does not allow the operation. */
export function requireOperation(
  caller: Caller,
  operation: 'create' | 'update' | 'delete',
  what: 'Users' | 'Groups',
): void {
  if (caller.rules[operation]) return;
  throw new AppError(
    'operationOff',
    `${what} cannot be ${operationNames[operation]} by this integration: its rule "${operation}" is off. Allow it (${ruleHint(caller, operation, 'on')}), or untick the action under Target Object Actions in Entra ID.`,
    { attribute: operation },
  );
}

/** Throws groupsOff (501) when the integration does not support groups. */
export function requireGroups(caller: Caller): void {
  if (caller.rules.groups) return;
  throw new AppError(
    'groupsOff',
    `Groups are switched off for this integration. Switch them on (${ruleHint(caller, 'groups', 'on')}), or set Enabled to No in the group mapping of Entra ID.`,
    { attribute: 'groups' },
  );
}

/** Which values no other active user may have, by the rules of the caller. */
export function uniquenessBy(rules: Rules): Uniqueness {
  return { email: rules.emailUnique, employeeNumber: rules.employeeNumberUnique };
}

/** What the directory itself keeps of a user: the username, and the address that mail goes to. */
export function derivedProperties(rules: Rules, document: JsonObject): { username: string; email: string | null } {
  const userName = readText(document, ['userName']) ?? '';
  const isAddress = emailPattern.test(userName);
  const username = rules.userName === 'any' && isAddress ? userName.slice(0, userName.indexOf('@')) : userName;
  const primary = primaryEmail(document);
  // The rule emailFormat lets a user have an e-mail that mail cannot be sent to.
  const address = primary !== undefined && emailPattern.test(primary) ? primary : undefined;
  const email = address ?? (isAddress ? userName : undefined);
  return { username, email: email?.toLowerCase() ?? null };
}
