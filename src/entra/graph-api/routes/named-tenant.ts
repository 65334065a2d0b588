import { quote } from '#base/errors.ts';
import { identityOf, type Context } from '#rest-api/context.ts';
import type { EntraTenant } from '../../source/source-object.ts';
import { findTenant } from '../../source/tenant-store.ts';
import { StandInError } from '../../texts/refusals/stand-in-error.ts';

/** Returns the tenant with this id or name. Throws `notFound` if the organization of the caller has none. */
export async function namedTenant(context: Context, idOrName: string): Promise<EntraTenant> {
  const { deps, organizationId } = identityOf(context);
  const found = await findTenant(deps.database, organizationId, idOrName);
  if (found !== undefined) return found;
  throw new StandInError('notFound', ({ tenants }) => tenants.unknown(quote(idOrName)), {
    attribute: 'id',
    value: idOrName,
  });
}

/** The tenant as the target of an event. */
export function tenantTarget({ id, name }: EntraTenant) {
  return { type: 'entra_tenant', id, name } as const;
}
