import { quote } from '#base/errors.ts';
import type { Database } from '#database/database.ts';
import { findNamedUser } from '../source/named-objects.ts';
import { findSourceGroup } from '../source/source-group-store.ts';
import type { EntraTenant, SourceGroup, SourceUser } from '../source/source-object.ts';
import { findSourceUser } from '../source/source-user-store.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';

type TenantId = Pick<EntraTenant, 'id'>;

/** Returns the active user with this id or userPrincipalName. Throws `notFound`. */
export async function requireUser(database: Database, tenant: TenantId, idOrUpn: string): Promise<SourceUser> {
  const user = await findNamedUser(database, tenant.id, idOrUpn);
  if (user !== undefined && user.deletedAt === null) return user;
  throw resourceNotFound(idOrUpn, user === undefined ? undefined : 'wasDeleted');
}

/** Returns the deleted user with this id. Throws `notFound`. */
export async function requireDeletedUser(database: Database, tenant: TenantId, id: string): Promise<SourceUser> {
  const user = await findSourceUser(database, tenant.id, id.toLowerCase());
  if (user !== undefined && user.deletedAt !== null) return user;
  throw resourceNotFound(id, user === undefined ? undefined : 'isNotDeleted');
}

/** Returns the group with this id. Throws `notFound`. */
export async function requireGroup(database: Database, tenant: TenantId, id: string): Promise<SourceGroup> {
  const group = await findSourceGroup(database, tenant.id, id.toLowerCase());
  if (group !== undefined) return group;
  throw resourceNotFound(id);
}

/** Returns a `notFound` error with the message that Graph uses, followed by `more`. */
function resourceNotFound(id: string, more?: 'wasDeleted' | 'isNotDeleted'): StandInError {
  return new StandInError(
    'notFound',
    ({ resource }) => resource.unknown(quote(id), more === undefined ? undefined : resource[more]),
    { attribute: 'id', value: id },
  );
}
