import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '#base/clock.ts';
import { contentTag, requireMatch } from '#base/entity-tag.ts';
import { quote } from '#base/errors.ts';
import type { SecretBox } from '#base/secret-box.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { violatedColumns } from '#database/database-errors.ts';
import { lockNames } from '#database/locks.ts';
import { readSecrets } from './stored-settings.ts';
import type { EntraTenant } from '../source/source-object.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
import { originOf } from '#outbound/bound-secret.ts';
import type { ApplicationSecrets, ApplicationSettings, EntraApplication, SecretName } from './application.ts';
import { findApplication, insertApplication, updateApplication } from './application-store.ts';
import { defaultSchema } from './default-schema.ts';
import { guideSchema } from './guide-schema.ts';
import { findJobOfApplication, insertJob, updateJob } from './job-store.ts';
import { initialStatus, jobIdOf, type StoredJob } from './job.ts';
import { compileSchema } from './compile-schema.ts';
import { checkSchema } from './read-schema.ts';
import {
  checkInterval,
  checkSecrets,
  defaultSettings,
  INTERVAL_DEFAULT_MS,
  withSettings,
  type SettingsChange,
} from './settings.ts';
import { changeSecrets, missingSecrets, type SecretsChange } from './saved-secrets.ts';
import { APP_ROLE_ASSIGNMENTS } from './source-directory.ts';
import type { SynchronizationSchema } from './synchronization-schema.ts';

export interface ApplicationDeps {
  readonly database: Database;
  readonly clock: Clock;
}

export interface SecretDeps extends ApplicationDeps {
  readonly secrets: SecretBox;
}

/** The mappings that a new application can start with: Entra ID's defaults, or the mappings of the integration guide. */
export const presets = { entra: defaultSchema, guide: guideSchema } as const satisfies Record<
  string,
  SynchronizationSchema
>;
export type Preset = keyof typeof presets;

const DISPLAY_NAME_LENGTH_MAX = 256;
const TEMPLATE = 'scim';

export interface NewApplication {
  readonly displayName: string;
  readonly preset: Preset;
  readonly settings: SettingsChange & { readonly tenantUrl: string };
  readonly intervalMs?: number | undefined;
  readonly schema?: SynchronizationSchema | undefined;
}

/**
 * Creates an enterprise application and its synchronization job, without starting the job. Throws `invalidValue` and `mappingInvalid`.
 * Throws `conflict` if the tenant already has an application with this name, or if a mapping reads roles and the scope is `all`.
 *
 * @example
 * const { application, job } = await createApplication({ database, clock }, tenant, {
 *   displayName: 'Directory',
 *   preset: 'entra',
 *   settings: { tenantUrl: 'https://directory.example/scim/v2/?aadOptscim062020' },
 * });
 */
export async function createApplication(
  { database, clock }: ApplicationDeps,
  tenant: Pick<EntraTenant, 'id' | 'organizationId'>,
  given: NewApplication,
): Promise<{ readonly application: EntraApplication; readonly job: StoredJob }> {
  const id = randomUUID();
  const createdAt = clock.now();
  const owner = { organizationId: tenant.organizationId, tenantId: tenant.id };
  const { tenantUrl } = given.settings;
  const application: EntraApplication = {
    ...owner,
    id,
    appId: randomUUID(),
    displayName: checkName(given.displayName),
    settings: withSettings({ ...defaultSettings, tenantUrl }, given.settings),
    sealedSecrets: null,
    secretsNeeded: [],
    createdAt,
    modifiedAt: createdAt,
  };
  const schema = given.schema ?? presets[given.preset];
  checkSchema(schema);
  checkRoles(schema, application.settings);
  const job: StoredJob = {
    ...owner,
    id: jobIdOf(tenant.id, id),
    applicationId: id,
    templateId: TEMPLATE,
    schema,
    settings: {},
    scheduleState: 'Disabled',
    intervalMs: checkInterval(given.intervalMs ?? INTERVAL_DEFAULT_MS),
    status: initialStatus,
    watermark: null,
    nextRunAt: null,
    cycle: null,
    createdAt,
  };
  await inTransaction(database, async (transaction) => {
    await withNameConflict(application, () => insertApplication(transaction, application));
    await insertJob(transaction, job);
  });
  return { application, job };
}

function checkName(displayName: string): string {
  const name = displayName.trim();
  if (name !== '' && name.length <= DISPLAY_NAME_LENGTH_MAX) return name;
  const { length } = name;
  throw new StandInError('invalidValue', ({ applications }) => applications.name(DISPLAY_NAME_LENGTH_MAX, length), {
    attribute: 'displayName',
  });
}

/** Runs `write`, and throws `conflict` if the database reports that the name is not unique. */
async function withNameConflict<Result>(
  { displayName }: EntraApplication,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (violatedColumns(error) === undefined) throw error;
    throw new StandInError('conflict', ({ applications }) => applications.nameTaken(quote(displayName)), {
      attribute: 'displayName',
      value: displayName,
      cause: error,
    });
  }
}

/** The effect of a change on the job, which the command line and the API report. */
export type ChangeEffect =
  /** The next cycle evaluates every user and group again. Their links to objects in the target are kept. */
  | 'resync'
  /** The change has no effect until the job is restarted, because cycles do not evaluate users and groups that left the scope (§3.2). */
  | 'restart needed'
  | 'none';

export interface UpdatedApplication {
  readonly application: EntraApplication;
  readonly consequence: ChangeEffect;
  /** The secrets that this change deleted, because they had been entered for another Tenant URL or token endpoint. */
  readonly deletedSecrets: readonly SecretName[];
}

/**
 * Changes the settings, the name, the interval or the secrets of an application. If the Tenant URL's origin or the token endpoint changes,
 * deletes the saved secrets that would be sent to the new URL. Throws `notFound`, `invalidValue`, `conflict` and `secretNeeded`.
 *
 * @example
 * const { consequence } = await updateSettings({ database, clock, secrets }, application, { scope: 'all' }); // 'resync'
 */
export async function updateSettings(
  { database, clock, secrets: box }: SecretDeps,
  application: Pick<EntraApplication, 'id' | 'tenantId'>,
  change: SettingsChange & { readonly displayName?: string | undefined; readonly intervalMs?: number | undefined },
  secretsChange: SecretsChange = {},
): Promise<UpdatedApplication> {
  const { displayName, intervalMs, ...settingsChange } = change;
  return await inTransaction(database, async (transaction) => {
    const before = await lockApplication(transaction, application);
    const job = await jobOf(transaction, before);
    const settings = withSettings(before.settings, settingsChange);
    checkRoles(job.schema, settings);
    const changed: EntraApplication = {
      ...before,
      settings,
      displayName: displayName === undefined ? before.displayName : checkName(displayName),
      modifiedAt: clock.now(),
      ...secretsAfter(box, before, settings, secretsChange),
    };
    await withNameConflict(changed, () => updateApplication(transaction, changed));
    const consequence = consequenceOf(before.settings, settings);
    await updateJob(transaction, job.id, {
      intervalMs: intervalMs === undefined ? undefined : checkInterval(intervalMs),
      ...(consequence === 'resync' && { watermark: null, cycle: null }),
    });
    const deletedSecrets = changed.secretsNeeded.filter((name) => !before.secretsNeeded.includes(name));
    return { application: changed, consequence, deletedSecrets };
  });
}

/** Returns the encrypted secrets after a change. Does not encrypt again if neither the secrets nor their destinations changed. */
function secretsAfter(
  box: SecretBox,
  before: EntraApplication,
  settings: ApplicationSettings,
  change: SecretsChange,
): Pick<EntraApplication, 'sealedSecrets' | 'secretsNeeded'> {
  const { sealedSecrets, secretsNeeded } = before;
  const isSame = originOf(before.settings.tenantUrl) === originOf(settings.tenantUrl);
  if (Object.keys(change).length === 0 && (isSame || sealedSecrets === null)) return { sealedSecrets, secretsNeeded };
  const saved = openSecrets(box, before);
  const { secrets, deleted } = changeSecrets({ settings: before.settings, secrets: saved }, settings, change);
  return { sealedSecrets: sealSecrets(box, secrets), secretsNeeded: missingSecrets(secretsNeeded, deleted, change) };
}

function sealSecrets(box: SecretBox, secrets: ApplicationSecrets): string | null {
  return Object.keys(secrets).length === 0 ? null : box.seal(JSON.stringify(secrets));
}

function consequenceOf(before: ApplicationSettings, after: ApplicationSettings): ChangeEffect {
  if (before.scope === after.scope) return 'none';
  return after.scope === 'all' ? 'resync' : 'restart needed';
}

/** Throws `conflict` if the scope is `all` and a mapping reads roles, which only assigned users have (§1.6). */
function checkRoles(schema: SynchronizationSchema, { scope }: ApplicationSettings): void {
  if (scope !== 'all') return;
  const reading = compileSchema(schema)
    .flatMap(({ attributes }) => attributes)
    .find(({ reads }) => reads.includes(APP_ROLE_ASSIGNMENTS));
  if (reading === undefined) return;
  const { target } = reading;
  throw new StandInError('conflict', ({ applications }) =>
    applications.scopeNeedsAssigned(quote(target), APP_ROLE_ASSIGNMENTS),
  );
}

/**
 * Replaces the synchronization schema of an application's job. The next cycle evaluates every user and group again; their links to
 * objects in the target are kept. Throws `notFound`, `mappingInvalid` and `conflict`, and `versionMismatch` if `ifMatch` names another
 * version than `contentTag` returns for the stored schema.
 */
export async function saveSchema(
  { database }: ApplicationDeps,
  application: Pick<EntraApplication, 'id' | 'tenantId'>,
  schema: SynchronizationSchema,
  ifMatch?: string,
): Promise<{ readonly job: StoredJob; readonly consequence: ChangeEffect }> {
  return await editSchema({ database }, application, (stored) => {
    requireMatch(({ admin }) => admin.schemas.ofApplication, ifMatch, contentTag(stored));
    return schema;
  });
}

/**
 * Like `saveSchema`, but derives the new schema from the stored schema.
 *
 * @example
 * await editSchema({ database }, application, (schema) => removeMapping(schema, 'User', 'title'));
 */
export async function editSchema(
  { database }: Pick<ApplicationDeps, 'database'>,
  application: Pick<EntraApplication, 'id' | 'tenantId'>,
  edit: (schema: SynchronizationSchema) => SynchronizationSchema,
): Promise<{ readonly job: StoredJob; readonly consequence: ChangeEffect }> {
  return await inTransaction(database, async (transaction) => {
    const { settings, ...stored } = await lockApplication(transaction, application);
    const before = await jobOf(transaction, stored);
    const schema = edit(before.schema);
    if (isDeepStrictEqual(schema, before.schema)) return { job: before, consequence: 'none' };
    checkSchema(schema);
    checkRoles(schema, settings);
    const change = { schema, watermark: null, cycle: null };
    await updateJob(transaction, before.id, change);
    return { job: { ...before, ...change }, consequence: 'resync' };
  });
}

/** Replaces all credentials of an application. They are stored encrypted. Throws `notFound` and `invalidValue`. */
export async function saveSecrets(
  { database, clock, secrets: box }: SecretDeps,
  application: Pick<EntraApplication, 'id' | 'tenantId'>,
  secrets: ApplicationSecrets,
): Promise<EntraApplication> {
  const checked = checkSecrets(secrets);
  const sealedSecrets = sealSecrets(box, checked);
  return await inTransaction(database, async (transaction) => {
    const before = await lockApplication(transaction, application);
    const changed = { ...before, sealedSecrets, secretsNeeded: [], modifiedAt: clock.now() };
    await updateApplication(transaction, changed);
    return changed;
  });
}

/** Returns the decrypted credentials; `{}` if none are saved. Throws `configuration` if they were encrypted with another key. */
export function openSecrets(box: SecretBox, { displayName, sealedSecrets }: EntraApplication): ApplicationSecrets {
  if (sealedSecrets === null) return {};
  let opened: string;
  try {
    opened = box.open(sealedSecrets);
  } catch (error) {
    throw new StandInError('configuration', ({ applications }) => applications.otherKey(quote(displayName)), {
      cause: error,
    });
  }
  return readSecrets(opened);
}

/** Locks an application and its job until the transaction ends, and returns the application as it is stored now. Throws `notFound`. */
async function lockApplication(
  transaction: Database,
  { id, tenantId }: Pick<EntraApplication, 'id' | 'tenantId'>,
): Promise<EntraApplication> {
  await lockNames(transaction, tenantId, [`entra application ${id}`]);
  const found = await findApplication(transaction, tenantId, id);
  if (found !== undefined) return found;
  throw new StandInError('notFound', ({ applications }) => applications.gone(quote(id)));
}

async function jobOf(database: Database, { id }: Pick<EntraApplication, 'id'>): Promise<StoredJob> {
  const job = await findJobOfApplication(database, id);
  if (job !== undefined) return job;
  throw new StandInError('notFound', ({ jobs }) => jobs.ofApplication(quote(id)));
}
