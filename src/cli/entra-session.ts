import { Option } from 'commander';
import { readConfig } from '#base/config.ts';
import { AppError, quote } from '#base/errors.ts';
import { createLog } from '#base/log.ts';
import { createSecretBox, loadSecretKey } from '#base/secret-box.ts';
import { findApplication, listApplications } from '#entra/application/application-store.ts';
import type { EntraApplication } from '#entra/application/application.ts';
import { findJobOfApplication } from '#entra/application/job-store.ts';
import type { StoredJob } from '#entra/application/job.ts';
import type { EngineDeps } from '#entra/engine/run-job.ts';
import { findTenant, listTenants } from '#entra/source/tenant-store.ts';
import type { EntraTenant } from '#entra/source/source-object.ts';
import { openSession, type Session } from './session.ts';

/** A directory with the stand-in for Entra ID, for a command. */
export interface EntraSession extends Session {
  readonly engine: EngineDeps;
}

export async function openEntraSession(): Promise<EntraSession> {
  const session = await openSession();
  const config = readConfig();
  const { database, clock } = session.deps;
  return {
    ...session,
    engine: {
      database,
      clock,
      secrets: createSecretBox(loadSecretKey(config)),
      // The server sends what is in the outbox.
      wakeMailer: () => {},
      log: createLog({ ...config, logLevel: 'silent' }),
    },
  };
}

export const tenantOption = () => new Option('--tenant <name>', 'the tenant, where there are several');
export const applicationOption = () => new Option('--app <name>', 'the application, where there are several');

/** A tenant by its name or id; without either the only one. Throws notFound and usage. */
export async function namedTenant(session: Session, name: string | undefined): Promise<EntraTenant> {
  const { database } = session.deps;
  const { id } = session.organization;
  const found = name === undefined ? undefined : await findTenant(database, id, name);
  if (found !== undefined) return found;
  return theOnly(await listTenants(database, id), name, {
    what: 'tenant',
    option: '--tenant',
    none: 'Make one: tanhua entra tenant create Contoso --users 50 --groups 5',
    nameOf: (one) => one.name,
  });
}

/** An application of a tenant, with its job. Throws notFound and usage. */
export async function namedApplication(
  session: Session,
  tenant: EntraTenant,
  name: string | undefined,
): Promise<{ readonly application: EntraApplication; readonly job: StoredJob }> {
  const { database } = session.deps;
  const application =
    (name === undefined ? undefined : await findApplication(database, tenant.id, name)) ??
    theOnly(await listApplications(database, tenant.id), name, {
      what: 'application',
      option: '--app',
      none: 'Make one: tanhua entra app create Tanhua --url URL --token TOKEN',
      nameOf: (one) => one.displayName,
    });
  const job = await findJobOfApplication(database, application.id);
  if (job === undefined) throw new AppError('notFound', `${quote(application.displayName)} has no provisioning job.`);
  return { application, job };
}

interface Naming<Thing> {
  readonly what: string;
  readonly option: string;
  readonly none: string;
  readonly nameOf: (thing: Thing) => string;
}

function theOnly<Thing>(things: readonly Thing[], name: string | undefined, naming: Naming<Thing>): Thing {
  const [first, second] = things;
  if (first === undefined) throw new AppError('notFound', `There is no ${naming.what} yet. ${naming.none}`);
  const names = things.map((one) => quote(naming.nameOf(one))).join(', ');
  if (name !== undefined) {
    throw new AppError('notFound', `There is no ${naming.what} ${quote(name)}. There are: ${names}.`);
  }
  if (second !== undefined) {
    throw new AppError(
      'usage',
      `There are several ${naming.what}s: name one by ${naming.option}. There are: ${names}.`,
    );
  }
  return first;
}
