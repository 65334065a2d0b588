import { fold } from '#base/fold.ts';
import { emailValues, readText } from './attribute-contract.ts';
import type { StoredGroup, StoredUser } from './stored.ts';

type NamedUser = Pick<StoredUser, 'userName' | 'username' | 'email' | 'document'>;
type NamedGroup = Pick<StoredGroup, 'displayName' | 'document'>;

/** Every name that people know a user by. */
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

export function namesOfGroup({ displayName, document }: NamedGroup): readonly string[] {
  return present([displayName, readText(document, ['externalId'])]);
}

/**
 * Names that the event of a change is found by besides those that its target has now: the names that it lost, and a new externalId
 * with capital letters, since the index on externalId is sensitive to letter case.
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

/** The externalId of a new resource, if it has capital letters. */
export function capitalized(externalId: string | undefined): readonly string[] {
  return externalId === undefined || fold(externalId) === externalId ? [] : [externalId];
}

export function namesOfUserChange(before: NamedUser, after: NamedUser): readonly string[] {
  return namesOfChange(namesOfUser(before), namesOfUser(after), externalIds(before, after));
}

export function namesOfGroupChange(before: NamedGroup, after: NamedGroup): readonly string[] {
  return namesOfChange(namesOfGroup(before), namesOfGroup(after), externalIds(before, after));
}

/** True if others may know the user by a name that it did not have before. */
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
