import { sql } from 'kysely';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { prepared, preparedCommand } from '#database/prepared.ts';
import { addressKeys, type Addressed } from './addresses.ts';

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

/** Brings a user under an integration. What SCIM shows of the user stays the same, and so does its version. */
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

/** Brings a group under an integration. */
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

/** What makes an account worth taking over, besides a password. */
export interface Protection {
  /** An authenticator app or a passkey. */
  readonly hasFactor: boolean;
  /** An administrator of the organization has one of the user's addresses. */
  readonly hasAdministrator: boolean;
}

export async function findProtection(
  database: Database,
  user: Addressed & { readonly id: string; readonly organizationId: string },
): Promise<Protection> {
  const { id, organizationId } = user;
  const addresses = JSON.stringify([...addressKeys(user)]);
  const [row] = await selectProtection(database, { id, organizationId, addresses });
  return { hasFactor: row?.has_factor === 1, hasAdministrator: row?.has_administrator === 1 };
}

const selectUnconfirmed = prepared(
  (database, values: { organizationId: string; integrationId: string; after: string }) =>
    database
      .selectFrom('users')
      .select(['users.id', 'users.user_name', 'users.username'])
      .where('users.organization_id', '=', values.organizationId)
      .where('users.integration_id', '=', values.integrationId)
      .where('users.adoption_unconfirmed', '=', sql.lit(1))
      .where('users.deleted_at', 'is', null)
      .where('users.id', '>', values.after)
      .orderBy('users.organization_id')
      .orderBy('users.integration_id')
      .orderBy('users.id')
      .limit(sql.lit(UNCONFIRMED_MAX)),
);

/** Unconfirmed adoptions of one page. */
export const UNCONFIRMED_MAX = 1_000;

/** Users that an integration adopted and no administrator has confirmed, in the order of their ids, after one. */
export async function findUnconfirmed(
  database: Database,
  { organizationId, integrationId, after = '' }: Omit<NewOwner, 'id'> & { readonly after?: string | undefined },
): Promise<readonly { readonly id: string; readonly userName: string; readonly username: string }[]> {
  const rows = await selectUnconfirmed(database, { organizationId, integrationId, after });
  return rows.map((row) => ({ id: row.id, userName: row.user_name, username: row.username }));
}
