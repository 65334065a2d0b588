import type { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import type { EntraApplication } from '#entra/application/application.ts';
import { findApplication, listApplications } from '#entra/application/application-store.ts';
import { findJobOfApplication } from '#entra/application/job-store.ts';
import type { StoredJob } from '#entra/application/job.ts';
import type { ChangeEffect } from '#entra/application/applications.ts';
import type { EntraTenant } from '#entra/source/source-object.ts';
import { resolveTenant } from '#entra/source/tenants.ts';
import type { OutputOptions } from './output.ts';
import type { Session } from './session.ts';

/** The options that commands of the Entra ID stand-in share. */
export interface TenantOptions extends OutputOptions {
  readonly tenant?: string;
}

export function withTenant(command: Command): Command {
  return command
    .option('--tenant <tenant>', 'the tenant, by name or id; required if there are several')
    .option('--json', 'print JSON');
}

/** Returns the tenant that --tenant names, or else the only tenant. Throws `notFound`, and `usage` if there are several. */
export async function tenantOf({ deps, organization }: Session, { tenant }: TenantOptions): Promise<EntraTenant> {
  return await resolveTenant(deps.database, organization.id, tenant);
}

/**
 * Returns the application with a name or id, or the only application of the tenant if `name` is undefined. Throws `notFound`, and
 * `usage` if there are several.
 */
export async function chosenApplication(
  session: Session,
  options: TenantOptions,
  name: string | undefined,
): Promise<EntraApplication> {
  return await applicationOf(session, await tenantOf(session, options), name);
}

/** Like `chosenApplication`, but for a tenant that the caller has already read. Every command finds its application with this function. */
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
      ? 'Create one: tanhua entra app create NAME --url URL.'
      : `The applications are: ${all.map(({ displayName }) => quote(displayName)).join(', ')}.`;
  if (name !== undefined) throw new AppError('notFound', `There is no application ${quote(name)}. ${known}`);
  if (only === undefined) throw new AppError('notFound', `There is no application yet. ${known}`);
  if (all.length === 1) return only;
  throw new AppError('usage', `There are several applications: choose one with --app. ${known}`);
}

/** Returns the synchronization job of an application. Throws `notFound`. */
export async function jobOf({ deps }: Session, { id, displayName }: EntraApplication): Promise<StoredJob> {
  const job = await findJobOfApplication(deps.database, id);
  if (job !== undefined) return job;
  throw new AppError('notFound', `${quote(displayName)} has no synchronization job.`);
}

/** Sentences about the effect of a change on the next cycles, for the output of commands. */
export const consequenceTexts: Readonly<Record<ChangeEffect, string>> = {
  resync: 'The next cycle evaluates every user and group again; links are kept.',
  'restart needed':
    'Users and groups that are no longer in scope are evaluated after a restart of the job: tanhua entra cycle restart',
  none: 'No user or group has to be evaluated again.',
};
