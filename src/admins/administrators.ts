import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { violatedColumns } from '#database/database-errors.ts';
import { findAdministrators, insertAdministrator, type Administrator } from './administrator-store.ts';
import type { Role } from './roles.ts';

interface AdminDeps {
  readonly database: Database;
  readonly clock: Clock;
}

/** Makes an administrator without a password. Throws idTaken (409) when the e-mail address belongs to another one. */
export async function createAdministrator(
  deps: AdminDeps,
  origin: Origin,
  draft: { readonly email: string; readonly name: string; readonly role: Role },
): Promise<Administrator> {
  try {
    return await inTransaction(deps.database, async (transaction) => {
      const administrator = await insertAdministrator(transaction, deps.clock, {
        ...draft,
        organizationId: origin.organizationId,
        passwordHash: null,
      });
      await recordEvent(transaction, deps.clock, origin, {
        type: 'admin_create',
        target: { type: 'admin', id: administrator.id, name: administrator.email },
        changes: [{ field: 'role', from: null, to: administrator.role }],
      });
      return administrator;
    });
  } catch (error) {
    if (violatedColumns(error)?.includes('administrators.email_key') !== true) throw error;
    throw new AppError('idTaken', `The e-mail address ${quote(draft.email)} belongs to another administrator.`, {
      attribute: 'email',
      value: draft.email,
      cause: error,
    });
  }
}

/**
 * The service account with a role, made when it is missing, to own keys: a key that belongs to nobody's own account keeps
 * working when that person leaves.
 */
export async function serviceAdministrator(deps: AdminDeps, origin: Origin, role: Role): Promise<Administrator> {
  const email = `service-${role.toLowerCase().replaceAll(' ', '-')}-${origin.organizationId}@localhost`;
  const all = await findAdministrators(deps.database, origin.organizationId);
  const found = all.find((administrator) => administrator.email === email);
  return found ?? (await createAdministrator(deps, origin, { email, name: `Service account, ${role}`, role }));
}
