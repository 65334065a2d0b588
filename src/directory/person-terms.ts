import { fold } from '#base/fold.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { indexedTerms, type IndexedTerms } from '#base/search-terms.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { alternateEmailOf } from './addresses.ts';
import { emailValues, read, readText } from './attribute-contract.ts';
import type { StoredUser } from './stored.ts';

/** The parts of a user that a search of people reads. */
export type SearchedUser = Pick<StoredUser, 'document' | 'properties' | 'username'>;

/** The maximum number of UTF-16 units of the key of a department or a title. Only these units of longer values count. */
export const KEY_LENGTH_MAX = 256;

const DEPARTMENT = [ENTERPRISE_USER_SCHEMA, 'department'] as const;
/** The paths of the searched values. Names come first, because the number of terms is limited. */
const nameAndLogin = [
  ['displayName'],
  ['name', 'familyName'],
  ['name', 'givenName'],
  ['userName'],
  ['nickName'],
  ['name', 'middleName'],
  ['name', 'formatted'],
] as const;
const furtherValues = [[ENTERPRISE_USER_SCHEMA, 'employeeNumber'], ['title'], DEPARTMENT] as const;

/**
 * Returns the terms by which a search finds a user. If this function or `indexedTerms` changes, a migration has to empty `user_terms` and
 * index all users again, because the terms of a changed user are deleted by their values.
 */
export function personTerms({ document, properties, username }: SearchedUser): IndexedTerms {
  const textsAt = (paths: readonly (readonly string[])[]) => paths.flatMap((path) => readText(document, path) ?? []);
  const alternate = alternateEmailOf(properties) ?? [];
  const values = [
    ...textsAt(nameAndLogin),
    username,
    ...emailValues(document),
    ...[alternate].flat(),
    ...textsAt(furtherValues),
  ];
  return indexedTerms([...new Set(values)], phoneNumbers(document), textsAt([['externalId']]));
}

/** Returns the values of the phone numbers in a document. */
export function phoneNumbers(document: JsonObject): readonly string[] {
  const phones = read(document, ['phoneNumbers']);
  if (!Array.isArray(phones)) return [];
  return phones.flatMap((phone: JsonValue) =>
    isObject(phone) && typeof phone['value'] === 'string' ? [phone['value']] : [],
  );
}

/** Returns the columns that a search of many people compares. */
export function termColumns({ text, initials }: IndexedTerms) {
  return { terms: text, initials };
}

/** Returns the columns by which people are sorted and filtered. */
export function personKeys(document: JsonObject) {
  return { department_key: keyAt(document, DEPARTMENT), title_key: keyAt(document, ['title']) };
}

function keyAt(document: JsonObject, path: readonly string[]): string | null {
  const text = readText(document, path);
  return text === undefined ? null : departmentKey(text);
}

/** Returns the key of a department, or of a title. An index cannot hold longer keys. */
export function departmentKey(text: string): string {
  const key = fold(text);
  return key.length <= KEY_LENGTH_MAX ? key : key.slice(0, KEY_LENGTH_MAX).toWellFormed();
}
