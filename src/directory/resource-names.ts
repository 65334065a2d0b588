import { fold } from '#base/fold.ts';
import { emailValues, readText } from './attribute-contract.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { phoneNumbers } from './person-terms.ts';
import type { StoredGroup, StoredUser } from './stored.ts';

type NamedUser = Pick<StoredUser, 'userName' | 'username' | 'email' | 'document'>;
type NamedGroup = Pick<StoredGroup, 'displayName' | 'document'>;

/** Returns every name that refers to a user: userName, username, email addresses, displayName, and externalId. */
export function namesOfUser({ userName, username, email, document }: NamedUser): readonly string[] {
  return present([
    userName,
    username,
    email,
    readText(document, ['displayName']),
    readText(document, ['externalId']),
    ...emailValues(document),
  ]);
}

/** Returns the names that refer to one user, and the displayName, which others may have too. */
export function purgedNamesOfUser(user: NamedUser): { names: readonly string[]; sharedName: string | undefined } {
  const { displayName: _shared, ...document } = user.document;
  return { names: namesOfUser({ ...user, document }), sharedName: readText(user.document, ['displayName']) };
}

/** Returns the phone numbers and the employee number of a user, by which searches find the user. */
export function numbersOfUser({ document }: Pick<NamedUser, 'document'>): readonly string[] {
  return present([...phoneNumbers(document), readText(document, [ENTERPRISE_USER_SCHEMA, 'employeeNumber'])]);
}

export function namesOfGroup({ displayName, document }: NamedGroup): readonly string[] {
  return present([displayName, readText(document, ['externalId'])]);
}

/**
 * Returns the names to store with the event of a change, in addition to the current names of the event's target: the names that the
 * change removed, and a new externalId that contains capital letters, because the index on current externalIds is case-sensitive.
 */
function namesOfChange(
  before: readonly string[],
  after: readonly string[],
  externalId: { readonly before: string | undefined; readonly after: string | undefined },
): readonly string[] {
  const kept = new Set(after.map(fold));
  const lost = before.filter((name) => !kept.has(fold(name)));
  return externalId.before === externalId.after ? lost : [...lost, ...capitalized(externalId.after)];
}

/** Returns a list with the externalId if it contains capital letters; otherwise an empty list. */
export function capitalized(externalId: string | undefined): readonly string[] {
  return externalId === undefined || fold(externalId) === externalId ? [] : [externalId];
}

export function namesOfUserChange(before: NamedUser, after: NamedUser): readonly string[] {
  return namesOfChange(namesOfUser(before), namesOfUser(after), externalIds(before, after));
}

export function namesOfGroupChange(before: NamedGroup, after: NamedGroup): readonly string[] {
  return namesOfChange(namesOfGroup(before), namesOfGroup(after), externalIds(before, after));
}

/** True if the userName or the externalId changed, so that awaited references may now refer to the user. */
export function isRenamed(before: NamedUser, after: NamedUser): boolean {
  return before.userName !== after.userName || before.document['externalId'] !== after.document['externalId'];
}

type Documented = Pick<StoredUser, 'document'>;

function externalIds(before: Documented, after: Documented) {
  return { before: readText(before.document, ['externalId']), after: readText(after.document, ['externalId']) };
}

function present(names: readonly (string | null | undefined)[]): readonly string[] {
  return names.flatMap((name) => (name === undefined || name === null || name === '' ? [] : [name]));
}
