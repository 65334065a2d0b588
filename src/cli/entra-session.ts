import { Option } from 'commander';
import { readConfig } from '#base/config.ts';
import { createLog } from '#base/log.ts';
import type { EntraApplication } from '#entra/application/application.ts';
import type { StoredJob } from '#entra/application/job.ts';
import type { EngineDeps } from '#entra/engine/engine-deps.ts';
import { operatorTargetAccess } from '#entra/target-access.ts';
import { chosenTenant } from '#entra/source/tenants.ts';
import type { EntraTenant } from '#entra/source/source-object.ts';
import { applicationOf, jobOf } from './chosen-application.ts';
import { openSession, type Session } from './session.ts';

/** A directory with the stand-in for Entra ID, for a command. */
export interface EntraSession extends Session {
  readonly engine: EngineDeps;
}

export async function openEntraSession(): Promise<EntraSession> {
  const session = await openSession();
  const config = readConfig();
  const { database, clock, secrets } = session.deps;
  return {
    ...session,
    engine: {
      database,
      clock,
      secrets,
      // The server sends what is in the outbox.
      wakeMailer: () => {},
      access: operatorTargetAccess(config),
      log: createLog({ ...config, logLevel: 'silent' }),
    },
  };
}

export const tenantOption = () => new Option('--tenant <name>', 'the tenant, where there are several');
export const applicationOption = () => new Option('--app <name>', 'the application, where there are several');

/** A tenant by its name or id; without either the only one. Throws notFound and usage. */
export async function namedTenant({ deps, organization }: Session, name: string | undefined): Promise<EntraTenant> {
  return await chosenTenant(deps.database, organization.id, name);
}

/** An application of a tenant, with its job. Throws notFound and usage. */
export async function namedApplication(
  session: Session,
  tenant: EntraTenant,
  name: string | undefined,
): Promise<{ readonly application: EntraApplication; readonly job: StoredJob }> {
  const application = await applicationOf(session, tenant, name);
  return { application, job: await jobOf(session, application) };
}
