import { AppError, quote } from '#base/errors.ts';
import { normalForm } from '#base/normal-form.ts';
import { inTransaction } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
import type { SourceDeps } from './change-tenant.ts';
import type { EntraTenant } from './source-object.ts';
import { findTenant, insertTenant, listTenants } from './tenant-store.ts';

/** Maximum length of a tenant's name, and of its domain, in characters. */
export const TENANT_NAME_LENGTH_MAX = 256;
export const TENANT_DOMAIN_LENGTH_MAX = 48;

/**
 * Creates a tenant. If the domain is undefined, it is derived from the name, as in Entra ID: Contoso gets contoso.onmicrosoft.example.
 * Throws `invalidValue`, and `conflict` if the organization has a tenant with this name.
 */
export async function createTenant(
  { database, clock }: SourceDeps,
  organizationId: string,
  values: { readonly name: string; readonly domain?: string | undefined; readonly id?: string },
): Promise<EntraTenant> {
  const name = values.name.trim();
  if (name === '' || Array.from(name).length > TENANT_NAME_LENGTH_MAX) {
    throw new StandInError('invalidValue', ({ tenants }) => tenants.name(quote(name), TENANT_NAME_LENGTH_MAX), {
      attribute: 'name',
    });
  }
  const domain = (values.domain ?? domainOf(name)).toLowerCase();
  const valid = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(domain);
  if (!valid || domain.length > TENANT_DOMAIN_LENGTH_MAX) {
    throw new StandInError('invalidValue', ({ tenants }) => tenants.domain(quote(domain), TENANT_DOMAIN_LENGTH_MAX), {
      attribute: 'domain',
      value: domain,
    });
  }
  return await inTransaction(database, async (transaction) => {
    await lockNames(transaction, organizationId, ['entra tenants']);
    if ((await findTenant(transaction, organizationId, name)) !== undefined) {
      throw new StandInError('conflict', ({ tenants }) => tenants.taken(quote(name)), {
        attribute: 'name',
        value: name,
      });
    }
    const { id } = values;
    return await insertTenant(transaction, clock, { organizationId, name, domain, ...(id !== undefined && { id }) });
  });
}

/** Maximum length of the first label of a domain that is derived from a name, in characters. */
const DOMAIN_LABEL_LENGTH_MAX = 27;

function domainOf(name: string): string {
  const letters = normalForm(name, 'NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, DOMAIN_LABEL_LENGTH_MAX);
  return `${letters === '' ? 'tenant' : letters}.onmicrosoft.example`;
}

/**
 * Finds a tenant by its id or name. If `idOrName` is undefined, returns the organization's only tenant, and throws `usage` if there are
 * several. Throws `notFound`.
 */
export async function resolveTenant(
  database: SourceDeps['database'],
  organizationId: string,
  idOrName: string | undefined,
): Promise<EntraTenant> {
  if (idOrName !== undefined) {
    const found = await findTenant(database, organizationId, idOrName);
    if (found !== undefined) return found;
  }
  const tenants = await listTenants(database, organizationId);
  const [only] = tenants;
  const names = tenants.map(({ name }) => quote(name)).join(', ');
  const known = only === undefined ? 'Create one: tanhua entra tenant create NAME.' : `The tenants are: ${names}.`;
  if (idOrName !== undefined) throw new AppError('notFound', `There is no tenant ${quote(idOrName)}. ${known}`);
  if (only === undefined) throw new AppError('notFound', `There is no tenant yet. ${known}`);
  if (tenants.length > 1) throw new AppError('usage', `There are several tenants: choose one with --tenant. ${known}`);
  return only;
}
