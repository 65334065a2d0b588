import { quote } from '#base/errors.ts';
import type { Database } from '#database/database.ts';
import { findApplication } from '../application/application-store.ts';
import type { EntraApplication } from '../application/application.ts';
import { findJobOfApplication } from '../application/job-store.ts';
import type { StoredJob } from '../application/job.ts';
import type { EntraTenant } from '../source/source-object.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';

/**
 * The Tenant URL of an application that is not configured yet. It is a placeholder: Graph creates applications without a Tenant URL, but
 * a stored application always has one. Its host name never resolves (RFC 2606).
 */
export const UNSET_TENANT_URL = 'https://not-configured.invalid/scim/v2';

export function isConfigured({ settings }: Pick<EntraApplication, 'settings'>): boolean {
  return settings.tenantUrl !== UNSET_TENANT_URL;
}

/** Throws `conflict` if the application has no saved Tenant URL. */
export function requireConfigured(application: Pick<EntraApplication, 'settings'>): void {
  if (isConfigured(application)) return;
  throw new StandInError('conflict', ({ applications }) => applications.noUrl, {
    attribute: 'BaseAddress',
  });
}

/** Returns the service principal with this id, appId or name. Throws `notFound`. */
export async function requireApplication(
  database: Database,
  { id: tenantId }: Pick<EntraTenant, 'id'>,
  idOrName: string,
): Promise<EntraApplication> {
  const found = await findApplication(database, tenantId, idOrName);
  if (found !== undefined) return found;
  throw new StandInError('notFound', ({ applications }) => applications.unknown(quote(idOrName)), {
    attribute: 'id',
    value: idOrName,
  });
}

/** Returns the service principal and the job that a path names. Throws `notFound` also if the job belongs to another service principal. */
export async function requireJobOf(
  database: Database,
  tenant: Pick<EntraTenant, 'id'>,
  { id, jobId }: { readonly id: string; readonly jobId: string },
): Promise<{ readonly application: EntraApplication; readonly job: StoredJob }> {
  const application = await requireApplication(database, tenant, id);
  const job = await findJobOfApplication(database, application.id);
  if (job !== undefined && job.id.toLowerCase() === jobId.toLowerCase()) return { application, job };
  const name = quote(application.displayName);
  throw new StandInError('notFound', ({ jobs }) => jobs.notOfApplication(name, quote(jobId)), {
    attribute: 'jobId',
    value: jobId,
  });
}
