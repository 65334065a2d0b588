import type { JsonObject } from '#base/json.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { PRIMARY_EMAIL } from '#base/reasons/user-reasons.ts';
import { userNamePattern } from '#base/reasons/user-name-advice.ts';
import type { Rules } from '#integrations/rules.ts';
import { primaryEmail, readText } from './attribute-contract.ts';
import type { Caller } from './stored.ts';
import type { Uniqueness } from './user-values.ts';

/** One "@" with text on both sides: all other checks are left to the mail server. */
const emailPattern = /^[^\s@]+@[^\s@]+$/;

/**
 * Throws an AppError (400) if the attributes of a user violate the rules of the integration. Checks only attributes that change, so
 * that a rule that became stricter does not prevent other changes, such as a suspension. `before` is undefined for a new user.
 */
export function checkUserRules(caller: Caller, after: JsonObject, before: JsonObject | undefined): void {
  const userName = readText(after, ['userName']) ?? '';
  if (before === undefined || readText(before, ['userName']) !== userName) checkUserName(caller, userName);
  const email = primaryEmail(after);
  if (before === undefined || primaryEmail(before) !== email) checkEmail(caller, email);
}

function checkUserName({ rules, origin }: Caller, userName: string): void {
  if (rules.userName === 'any' || userNamePattern.test(userName)) return;
  const reason = userName.includes('@') ? 'userNameIsAddress' : 'userNameCharacters';
  throw refusal(
    reason,
    { value: userName, integration: origin.integration?.name },
    { attribute: 'userName', value: userName },
  );
}

function checkEmail({ rules, origin }: Caller, email: string | undefined): void {
  if (email === undefined) {
    if (rules.email === 'optional') return;
    throw refusal('emailMissing', { integration: origin.integration?.name }, { attribute: PRIMARY_EMAIL });
  }
  if (!rules.emailFormat || emailPattern.test(email)) return;
  const parameters = { value: email, integration: origin.integration?.name };
  throw refusal('emailMalformed', parameters, { attribute: PRIMARY_EMAIL, value: email });
}

/** Throws an AppError (400) if a new user is inactive and the rule `inactiveOnCreate` does not allow that. */
export function checkCreatable({ rules, origin }: Caller, document: JsonObject): void {
  if (document['active'] !== false || rules.inactiveOnCreate === 'suspend') return;
  const userName = readText(document, ['userName']) ?? '';
  throw refusal(
    'inactiveOnCreate',
    { userName, integration: origin.integration?.name },
    { attribute: 'active', value: false },
  );
}

/** Throws `operationOff` (403) if the rules of the integration do not allow the operation. */
export function requireOperation(
  { rules, origin }: Caller,
  operation: 'create' | 'update' | 'delete',
  what: 'Users' | 'Groups',
): void {
  if (rules[operation]) return;
  throw refusal('operationOff', { what, operation, integration: origin.integration?.name }, { attribute: operation });
}

/** Throws `groupsOff` (501) if the integration does not support groups. */
export function requireGroups({ rules, origin }: Caller): void {
  if (rules.groups) return;
  throw refusal('groupsOff', { integration: origin.integration?.name }, { attribute: 'groups' });
}

/** Returns which values must be unique among active users under the caller's rules. */
export function uniquenessBy(rules: Rules): Uniqueness {
  return { email: rules.emailUnique, employeeNumber: rules.employeeNumberUnique };
}

/**
 * Derives the username and the email address of a user from a SCIM document.
 *
 * @example
 * derivedProperties(presetRules('standard'), { userName: 'ann@contoso.example' }); // { username: 'ann', email: 'ann@contoso.example' }
 */
export function derivedProperties(rules: Rules, document: JsonObject): { username: string; email: string | null } {
  const userName = readText(document, ['userName']) ?? '';
  const isAddress = emailPattern.test(userName);
  const username = rules.userName === 'any' && isAddress ? userName.slice(0, userName.indexOf('@')) : userName;
  const primary = primaryEmail(document);
  // If the rule emailFormat is off, the primary email may be a text that is not an address.
  const address = primary !== undefined && emailPattern.test(primary) ? primary : undefined;
  const email = address ?? (isAddress ? userName : undefined);
  return { username, email: email?.toLowerCase() ?? null };
}
