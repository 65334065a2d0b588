import type { Clock } from '#base/clock.ts';
import { fold } from '#base/fold.ts';
import { newId } from '#base/ids.ts';
import type { Database } from '#database/database.ts';
import type { Role } from './roles.ts';

export interface Administrator {
  readonly id: string;
  readonly organizationId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
}

export async function insertAdministrator(
  database: Database,
  clock: Clock,
  administrator: Omit<Administrator, 'id'> & { readonly passwordHash: string | null },
): Promise<Administrator> {
  const { organizationId, email, name, role, passwordHash } = administrator;
  const id = newId(clock);
  await database
    .insertInto('administrators')
    .values({
      id,
      organization_id: organizationId,
      email,
      email_key: fold(email),
      name,
      role,
      password_hash: passwordHash,
      suspended: 0,
      created_at: clock.now().getTime(),
    })
    .execute();
  return { id, organizationId, email, name, role };
}

/** The administrators of an organization, the oldest first; those who are suspended are left out. */
export async function findAdministrators(
  database: Database,
  organizationId: string,
): Promise<readonly Administrator[]> {
  const rows = await database
    .selectFrom('administrators')
    .select(['id', 'email', 'name', 'role'])
    .where('organization_id', '=', organizationId)
    .where('suspended', '=', 0)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, organizationId, role: row.role as Role }));
}
