import type { Insertable } from 'kysely';
import { fold } from '#base/fold.ts';
import type { JsonObject } from '#base/json.ts';
import type { IndexedTerms } from '#base/search-terms.ts';
import type { UserTable } from '#database/tables.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { managerPath, readText } from './attribute-contract.ts';
import { personKeys, termColumns } from './person-terms.ts';
import { foldProperties, PROPERTIES_KEY, searchDocument } from './search-document.ts';
import type { DirectoryDeps, StoredUser } from './stored.ts';

export type NewUser = Pick<
  StoredUser,
  | 'id'
  | 'organizationId'
  | 'integrationId'
  | 'creationSource'
  | 'username'
  | 'email'
  | 'state'
  | 'document'
  | 'unqualified'
  | 'properties'
> & { readonly passwordHash: string | null; readonly at: Date; readonly uniqueness?: Uniqueness | undefined };

/** Which values must be unique among active users; both by default. The userName and the username are always unique. */
export interface Uniqueness {
  readonly email: boolean;
  readonly employeeNumber: boolean;
}

const allUnique: Uniqueness = { email: true, employeeNumber: true };

type Derived = Pick<StoredUser, 'username' | 'email' | 'document' | 'unqualified' | 'properties' | 'state'> & {
  readonly at: Date;
  readonly uniqueness?: Uniqueness | undefined;
};

/** Returns the columns of a user that are computed from its values. */
export function derivedColumns(deps: Pick<DirectoryDeps, 'schemas'>, user: Derived, terms: IndexedTerms) {
  const { username, email, document, unqualified, properties, uniqueness = allUnique } = user;
  const hasProperties = Object.keys(properties).length > 0;
  const search = searchDocument(deps.schemas.User, document);
  const userName = readText(document, ['userName']) ?? '';
  return {
    user_name: userName,
    user_name_key: fold(userName),
    username,
    username_key: fold(username),
    email,
    email_key: foldOptional(email),
    email_unique: uniqueness.email ? 1 : null,
    external_id: readText(document, ['externalId']) ?? null,
    display_name_key: foldOptional(readText(document, ['displayName'])),
    employee_number_key: employeeNumberKey(document),
    employee_number_unique: uniqueness.employeeNumber ? 1 : null,
    manager_value: readText(document, managerPath) ?? null,
    manager_key: foldOptional(readText(document, managerPath)),
    unqualified: unqualified.length === 0 ? null : JSON.stringify(unqualified),
    document: JSON.stringify(document),
    // No attribute has the name PROPERTIES_KEY, so SCIM filters cannot access the properties.
    search: JSON.stringify(hasProperties ? { ...search, [PROPERTIES_KEY]: foldProperties(properties) } : search),
    properties: hasProperties ? JSON.stringify(properties) : null,
    state: user.state,
    ...termColumns(terms),
    ...personKeys(document),
    modified_at: user.at.getTime(),
  } satisfies Partial<Insertable<UserTable>>;
}

/** Returns the row of a new user, without its sequence, which the database assigns. */
export function newUserRow(deps: Pick<DirectoryDeps, 'schemas'>, user: NewUser, terms: IndexedTerms) {
  return {
    id: user.id,
    organization_id: user.organizationId,
    integration_id: user.integrationId,
    creation_source: user.creationSource,
    password_hash: user.passwordHash,
    password_pending: user.passwordHash === null ? 1 : 0,
    password_expired: 0,
    account_locked: 0,
    created_at: user.at.getTime(),
    ...derivedColumns(deps, user, terms),
  } satisfies Insertable<UserTable>;
}

export function employeeNumberKey(document: JsonObject): string | null {
  return foldOptional(readText(document, [ENTERPRISE_USER_SCHEMA, 'employeeNumber']));
}

export function foldOptional(text: string | null | undefined): string | null {
  return text === undefined || text === null ? null : fold(text);
}
