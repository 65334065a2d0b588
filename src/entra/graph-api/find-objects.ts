import { AppError, quote } from '#base/errors.ts';
import type { Database } from '#database/database.ts';
import { findNamedUser } from '../source/named-objects.ts';
import { findSourceGroup } from '../source/source-group-store.ts';
import type { EntraTenant, SourceGroup, SourceUser } from '../source/source-object.ts';
import { findSourceUser } from '../source/source-user-store.ts';

type TenantId = Pick<EntraTenant, 'id'>;

/** Returns the active user with this id or userPrincipalName. Throws `notFound`. */
export async function requireUser(database: Database, tenant: TenantId, idOrUpn: string): Promise<SourceUser> {
  const user = await findNamedUser(database, tenant.id, idOrUpn);
  if (user !== undefined && user.deletedAt === null) return user;
  throw resourceNotFound(idOrUpn, user === undefined ? '' : ' It was deleted: see /directory/deletedItems.');
}

/** Returns the deleted user with this id. Throws `notFound`. */
export async function requireDeletedUser(database: Database, tenant: TenantId, id: string): Promise<SourceUser> {
  const user = await findSourceUser(database, tenant.id, id.toLowerCase());
  if (user !== undefined && user.deletedAt !== null) return user;
  throw resourceNotFound(id, user === undefined ? '' : ' It is not deleted.');
}

/** Returns the group with this id. Throws `notFound`. */
export async function requireGroup(database: Database, tenant: TenantId, id: string): Promise<SourceGroup> {
  const group = await findSourceGroup(database, tenant.id, id.toLowerCase());
  if (group !== undefined) return group;
  throw resourceNotFound(id, '');
}

/** Returns a `notFound` error with the message that Graph uses, followed by `more`. */
function resourceNotFound(id: string, more: string): AppError {
  return new AppError(
    'notFound',
    `Resource ${quote(id)} does not exist or one of its queried reference-property objects are not present.${more}`,
    { attribute: 'id', value: id },
  );
}
