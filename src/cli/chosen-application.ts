import type { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import type { EntraApplication } from '#entra/application/application.ts';
import { findApplication, listApplications } from '#entra/application/application-store.ts';
import { findJobOfApplication } from '#entra/application/job-store.ts';
import type { StoredJob } from '#entra/application/job.ts';
import type { Consequence } from '#entra/application/applications.ts';
import type { EntraTenant } from '#entra/source/source-object.ts';
import { chosenTenant } from '#entra/source/tenants.ts';
import type { OutputOptions } from './output.ts';
import type { Session } from './session.ts';

/** What commands about the stand-in for Entra ID take. */
export interface TenantOptions extends OutputOptions {
  readonly tenant?: string;
}

export function withTenant(command: Command): Command {
  return command
    .option('--tenant <tenant>', 'the name or the id of the tenant, where there are several')
    .option('--json', 'print JSON');
}

/** The tenant that the options name, or the only one. Throws notFound, and usage where there are several. */
export async function tenantOf({ deps, organization }: Session, { tenant }: TenantOptions): Promise<EntraTenant> {
  return await chosenTenant(deps.database, organization.id, tenant);
}

/** An application of the tenant by its id or name; without one the only one. Throws notFound and usage. */
export async function chosenApplication(
  session: Session,
  options: TenantOptions,
  name: string | undefined,
): Promise<EntraApplication> {
  return await applicationOf(session, await tenantOf(session, options), name);
}

/** Like `chosenApplication`, of a tenant that was read before: every command finds applications by this function. */
export async function applicationOf(
  { deps: { database } }: Session,
  tenant: EntraTenant,
  name: string | undefined,
): Promise<EntraApplication> {
  const found = name === undefined ? undefined : await findApplication(database, tenant.id, name);
  if (found !== undefined) return found;
  const all = await listApplications(database, tenant.id);
  const [only] = all;
  const known =
    only === undefined
      ? 'Make one: tanhua entra app create NAME --url URL.'
      : `There are: ${all.map(({ displayName }) => quote(displayName)).join(', ')}.`;
  if (name !== undefined) throw new AppError('notFound', `There is no application ${quote(name)}. ${known}`);
  if (only === undefined) throw new AppError('notFound', `There is no application yet. ${known}`);
  if (all.length === 1) return only;
  throw new AppError('usage', `There are several applications: say which one with --app. ${known}`);
}

/** The job of an application. Throws notFound. */
export async function jobOf({ deps }: Session, { id, displayName }: EntraApplication): Promise<StoredJob> {
  const job = await findJobOfApplication(deps.database, id);
  if (job !== undefined) return job;
  throw new AppError('notFound', `${quote(displayName)} has no synchronization job.`);
}

/** What a change brings about, as people read it. */
export const consequenceTexts: Readonly<Record<Consequence, string>> = {
  resync: 'The next cycle looks at every user and group again; links are kept.',
  'restart needed': 'Who is no longer in scope is looked at when the job is restarted.',
  none: 'Nothing has to be looked at again.',
};
