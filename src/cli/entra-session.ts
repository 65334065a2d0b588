import { Option } from 'commander';
import { readConfig } from '#base/config.ts';
import { createLog } from '#base/log.ts';
import type { EntraApplication } from '#entra/application/application.ts';
import type { StoredJob } from '#entra/application/job.ts';
import type { EngineDeps } from '#entra/engine/engine-deps.ts';
import { operatorTargetAccess } from '#entra/target-access.ts';
import { resolveTenant } from '#entra/source/tenants.ts';
import type { EntraTenant } from '#entra/source/source-object.ts';
import { applicationOf, jobOf } from './chosen-application.ts';
import { openSession, type Session } from './session.ts';

/** A session for commands that run the Entra ID stand-in. */
export interface EntraSession extends Session {
  readonly engine: EngineDeps;
}

export async function openEntraSession(): Promise<EntraSession> {
  const session = await openSession();
  const config = readConfig();
  const { publicUrl } = config;
  const { database, clock, secrets } = session.deps;
  return {
    ...session,
    engine: {
      database,
      clock,
      secrets,
      // Does nothing, because the server sends the emails in the outbox.
      wakeMailer: () => {},
      access: operatorTargetAccess(config),
      ...(publicUrl !== undefined && { publicUrl: () => publicUrl }),
      log: createLog({ ...config, logLevel: 'silent' }),
    },
  };
}

export const tenantOption = () =>
  new Option('--tenant <name>', 'the tenant, by name or id; required if there are several');
export const applicationOption = () =>
  new Option('--app <name>', 'the application, by name or id, if there are several');

/**
 * Returns the tenant with a name or id, or the only tenant if `name` is undefined. Throws `notFound`, and `usage` if there are several.
 */
export async function namedTenant({ deps, organization }: Session, name: string | undefined): Promise<EntraTenant> {
  return await resolveTenant(deps.database, organization.id, name);
}

/**
 * Returns the application with a name or id, or the only one if `name` is undefined, and its job. Throws `notFound`, and `usage` if there
 * are several.
 */
export async function namedApplication(
  session: Session,
  tenant: EntraTenant,
  name: string | undefined,
): Promise<{ readonly application: EntraApplication; readonly job: StoredJob }> {
  const application = await applicationOf(session, tenant, name);
  return { application, job: await jobOf(session, application) };
}
