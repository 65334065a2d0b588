import { sql } from 'kysely';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { prepared, preparedCommand } from '#database/prepared.ts';
import { addressKeys, type UserAddresses } from './addresses.ts';

interface NewOwner {
  readonly id: string;
  readonly organizationId: string;
  readonly integrationId: string;
}

const updateUserOwner = preparedCommand((database, values: NewOwner & { readonly unconfirmed: 0 | 1 }) =>
  database
    .updateTable('users')
    .set({ integration_id: values.integrationId, adoption_unconfirmed: values.unconfirmed })
    .where('id', '=', values.id)
    .where('organization_id', '=', values.organizationId),
);

/**
 * Makes an integration the owner of a user; `unconfirmed` is true until an administrator confirms the adoption. Keeps the version,
 * since the SCIM representation of the user does not change.
 */
export async function setUserOwner(database: Database, owner: NewOwner, unconfirmed: boolean): Promise<void> {
  const { id, organizationId, integrationId } = owner;
  await updateUserOwner(database, { id, organizationId, integrationId, unconfirmed: unconfirmed ? 1 : 0 });
}

const updateGroupOwner = preparedCommand((database, values: NewOwner) =>
  database
    .updateTable('groups')
    .set({ integration_id: values.integrationId })
    .where('id', '=', values.id)
    .where('organization_id', '=', values.organizationId),
);

/** Makes an integration the owner of a group. */
export async function setGroupOwner(database: Database, owner: NewOwner): Promise<void> {
  const { id, organizationId, integrationId } = owner;
  await updateGroupOwner(database, { id, organizationId, integrationId });
}

const selectProtection = prepared((database, values: { id: string; organizationId: string; addresses: string }) =>
  database
    .selectFrom('users')
    .select([
      sql<number>`case when exists (select 1 from passkeys where passkeys.user_id = users.id)
        or exists (select 1 from user_security
          where user_security.user_id = users.id and user_security.totp_enrolled_at is not null)
        then 1 else 0 end`.as('has_factor'),
      sql<number>`case when exists (select 1 from administrators
          where ${engineOf(database).json.among(sql.ref('administrators.email_key'), values.addresses)}
            and administrators.organization_id = users.organization_id)
        then 1 else 0 end`.as('has_administrator'),
    ])
    .where('users.id', '=', values.id)
    .where('users.organization_id', '=', values.organizationId),
);

/** Reasons, other than a password, why an account needs protection against a takeover. */
export interface Protection {
  /** True if the user has an authenticator app or a passkey. */
  readonly hasFactor: boolean;
  /** True if an administrator of the organization has one of the user's addresses. */
  readonly hasAdministrator: boolean;
}

export async function findProtection(
  database: Database,
  user: UserAddresses & { readonly id: string; readonly organizationId: string },
): Promise<Protection> {
  const { id, organizationId } = user;
  const addresses = JSON.stringify([...addressKeys(user)]);
  const [row] = await selectProtection(database, { id, organizationId, addresses });
  return { hasFactor: row?.has_factor === 1, hasAdministrator: row?.has_administrator === 1 };
}

interface UnconfirmedPage {
  readonly organizationId: string;
  readonly after: string;
  readonly limit: number;
}

function unconfirmed(database: Database, { organizationId, after, limit }: UnconfirmedPage) {
  return database
    .selectFrom('users')
    .select(['users.id', 'users.user_name', 'users.username', 'users.email', 'users.integration_id'])
    .where('users.organization_id', '=', organizationId)
    .where('users.adoption_unconfirmed', '=', sql.lit(1))
    .where('users.deleted_at', 'is', null)
    .where('users.id', '>', after)
    .orderBy('users.organization_id')
    .orderBy('users.id')
    .limit(limit);
}

const selectUnconfirmed = prepared((database, page: UnconfirmedPage) => unconfirmed(database, page));

const selectUnconfirmedOf = prepared((database, page: UnconfirmedPage & { readonly integrationId: string }) =>
  unconfirmed(database, page).where('users.integration_id', '=', page.integrationId),
);

/** A user that an integration adopted and no administrator has confirmed. */
export interface UnconfirmedUser {
  readonly id: string;
  readonly userName: string;
  readonly username: string;
  readonly email: string | null;
  readonly integrationId: string;
}

/**
 * Lists users that an integration adopted and that no administrator has confirmed, ordered by id, starting after the id `after`.
 * Without `integrationId`, lists the users of all integrations.
 */
export async function findUnconfirmed(
  database: Database,
  wanted: {
    readonly organizationId: string;
    readonly integrationId?: string | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  },
): Promise<readonly UnconfirmedUser[]> {
  const { organizationId, integrationId, after = '', limit } = wanted;
  const page = { organizationId, after, limit };
  const rows =
    integrationId === undefined
      ? await selectUnconfirmed(database, page)
      : await selectUnconfirmedOf(database, { ...page, integrationId });
  return rows.map((row) => ({
    id: row.id,
    userName: row.user_name,
    username: row.username,
    email: row.email,
    integrationId: row.integration_id ?? '',
  }));
}
