import { sql, type Selectable } from 'kysely';
import type { JsonObject } from '#base/json.ts';
import type { UserTable } from '#database/tables.ts';
import type { ShownUser, StoredUser } from './stored.ts';

/** The columns of `StoredUser`. The column `search` is left out: it is large, and only filters use it. */
export const userColumns = [
  'users.id',
  'users.organization_id',
  'users.integration_id',
  'users.creation_source',
  'users.document',
  'users.version',
  'users.created_at',
  'users.modified_at',
  'users.deleted_at',
  'users.user_name',
  'users.username',
  'users.email',
  'users.state',
  'users.password_hash',
  'users.password_expired',
  'users.account_locked',
  'users.unqualified',
  'users.properties',
  'users.adoption_unconfirmed',
] as const;

/** 1 if the user is a direct member of a group, else 0. If it is 0, no query for the groups of the user is needed. */
export const inGroups =
  sql<number>`case when exists (select 1 from memberships where memberships.member_id = users.id) then 1 else 0 end`.as(
    'in_groups',
  );

type Unqualified<Column> = Column extends `users.${infer Name}` ? Name : never;
export type UserRow = Pick<Selectable<UserTable>, Unqualified<(typeof userColumns)[number]> & keyof UserTable> & {
  readonly in_groups?: number;
};

const none: readonly string[] = [];
const nothing: JsonObject = {};

export function toStoredUser(row: UserRow): StoredUser {
  const document: JsonObject = JSON.parse(row.document);
  return {
    id: row.id,
    organizationId: row.organization_id,
    integrationId: row.integration_id,
    creationSource: row.creation_source,
    documentText: row.document,
    document,
    version: row.version,
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
    deletedAt: row.deleted_at === null ? null : new Date(row.deleted_at),
    userName: row.user_name,
    username: row.username,
    email: row.email,
    state: row.state,
    passwordPending: row.password_hash === null,
    passwordExpired: row.password_expired === 1,
    accountLocked: row.account_locked === 1,
    adoptionUnconfirmed: row.adoption_unconfirmed === 1,
    unqualified: row.unqualified === null ? none : JSON.parse(row.unqualified),
    properties: row.properties === null ? nothing : JSON.parse(row.properties),
    inGroups: row.in_groups === undefined ? undefined : row.in_groups === 1,
  };
}

/** The columns of `ShownUser`: only those that responses need, because a list reads them from many rows. */
export const shownColumns = [
  'users.id',
  'users.document',
  'users.version',
  'users.created_at',
  'users.modified_at',
  'users.state',
  'users.password_expired',
  'users.unqualified',
] as const;

type ShownRow = Pick<UserRow, Unqualified<(typeof shownColumns)[number]> & keyof UserRow> & {
  readonly in_groups: number;
};

export function toShownUser(row: ShownRow): ShownUser {
  return {
    id: row.id,
    documentText: row.document,
    version: row.version,
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
    state: row.state,
    passwordExpired: row.password_expired === 1,
    unqualified: row.unqualified === null ? none : JSON.parse(row.unqualified),
    inGroups: row.in_groups === 1,
  };
}
