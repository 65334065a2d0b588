import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { listProvisioningKeys } from '#admins/api-keys.ts';
import { isTrustedProxy, proxyAdvice } from '#access/unnamed-proxies.ts';
import { listUnnamedProxies } from '#access/unnamed-proxy-store.ts';
import { DAY_MS, type Clock } from '#base/clock.ts';
import type { Config } from '#base/config.ts';
import { AppError } from '#base/errors.ts';
import { productVersion } from '#base/product-version.ts';
import { databaseState } from '#database/database-state.ts';
import { migrationStates } from '#database/migrate.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { probeWrite } from '#database/write-probe.ts';
import { listOrganizations } from '#organizations/organization-store.ts';
import { listAllIntegrations } from '#integrations/integration-store.ts';
import type { Fleet } from '#shards/fleet.ts';
import { checkFileModes } from './file-modes.ts';
import { keyFindings, type Finding } from './key-findings.ts';
import { mailServerFinding, outboxFindings } from './mail-findings.ts';
import type { RadiusHealthConfig } from './radius-findings.ts';
import { unidentifiedFindings } from './unidentified-findings.ts';
import type { Language } from '#base/words/language.ts';
import type { HealthWords } from './health-words.ts';
import { healthWordsIn } from './health-words-in.ts';

/** Free disk space below this limit is reported. */
const FREE_BYTES_MIN = 1024 ** 3;

/** The part of the configuration that is checked. */
export type HealthConfig = Pick<Config, 'dataDir' | 'databaseUrl' | 'smtpUrl' | 'mailFrom' | 'trustedProxies'> &
  RadiusHealthConfig;

export interface HealthDeps {
  readonly config: HealthConfig;
  readonly fleet: Pick<Fleet, 'shards' | 'main'>;
  readonly clock: Clock;
  /** False to leave out checks that read every row, and so would delay the requests of a running server. */
  readonly isComplete: boolean;
  /** The language of the details. Default: English. */
  readonly language?: Language;
}

/** The findings of a run of the checks, and when it ended. */
export interface HealthResults {
  /** RFC 3339, in UTC. */
  readonly checkedAt: string;
  readonly results: readonly Finding[];
}

/** Checks the configuration, the disk and the mail server. Sends no email. */
export async function machineFindings(config: HealthConfig, language: Language = 'en'): Promise<readonly Finding[]> {
  return [
    { check: 'configuration', status: 'ok', detail: healthWordsIn(language).settingsValid },
    ...(config.databaseUrl === undefined ? [await checkDisk(config, language)] : []),
    await checkFileModes(config, language),
    await mailServerFinding(config, language),
  ];
}

/** Checks the databases of all organizations, their keys, integrations and emails, and what reached the server without a known key. */
export async function databaseFindings(deps: HealthDeps): Promise<readonly Finding[]> {
  const { config, fleet, clock, language = 'en' } = deps;
  const findings: Finding[] = [];
  for (const { name, database } of fleet.shards) {
    const found = await checkDatabase(deps, database);
    findings.push(
      ...(fleet.shards.length === 1 ? found : found.map((one) => ({ ...one, check: `${name}: ${one.check}` }))),
    );
  }
  const { database } = fleet.main;
  return [
    ...findings,
    ...(await checkProxies(config, database, clock, language)),
    ...(await unidentifiedFindings({ database, clock }, language)),
  ];
}

async function checkDisk({ dataDir }: HealthConfig, language: Language): Promise<Finding> {
  const words = healthWordsIn(language);
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.W_OK);
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const detail = words.folderWritable(dataDir, free);
    return { check: 'data folder', status: free < FREE_BYTES_MIN ? 'warning' : 'ok', detail };
  } catch (error) {
    return { check: 'data folder', status: 'fault', detail: words.folderReadOnly(dataDir, messageOf(error)) };
  }
}

/**
 * Reports proxies that sent a header with the client's address within the last day, but are not trusted, so that the header was ignored.
 * Leaves out addresses that TANHUA_TRUSTED_PROXIES now contains.
 */
async function checkProxies(
  config: HealthConfig,
  database: Database,
  clock: Clock,
  language: Language,
): Promise<readonly Finding[]> {
  try {
    const found = await listUnnamedProxies(database, new Date(clock.now().getTime() - DAY_MS));
    return found
      .filter(({ address, header }) => header !== 'x-forwarded-for' || !isTrustedProxy(config.trustedProxies, address))
      .map(({ address, header }) => ({
        check: 'proxy',
        status: 'warning',
        detail: proxyAdvice(address, header, language),
      }));
  } catch {
    // The database cannot be read, or has pending migrations. Another finding reports this.
    return [];
  }
}

async function checkDatabase(
  { config, clock, isComplete, language = 'en' }: HealthDeps,
  database: Database,
): Promise<readonly Finding[]> {
  const words = healthWordsIn(language);
  try {
    const waiting = (await migrationStates(database)).filter((migration) => migration.executedAt === null);
    if (waiting.length > 0) {
      const detail = words.migrationsPending(waiting.length);
      return [{ check: 'migrations', status: 'warning', detail }];
    }
    const faults = isComplete ? await engineOf(database).findFaults(database) : [];
    const integrations = await listAllIntegrations(database);
    const organizations = await listOrganizations(database);
    const keys = await listProvisioningKeys(database);
    const unflagged = integrations.filter((integration) => integration.lastRequestFlagged === false);
    return [
      { check: 'migrations', status: 'ok', detail: await stateText(database, words) },
      await checkWrite(database, clock, words),
      ...(config.databaseUrl === undefined ? [] : [await checkServer(database, words)]),
      ...(isComplete ? [integrityFinding(faults, words)] : []),
      ...keyFindings(keys, integrations, clock.now(), language),
      ...(await outboxFindings(database, organizations, clock, language)),
      ...unflagged.map(({ name }): Finding => ({
        check: 'flag',
        status: 'warning',
        detail: words.unflagged(name),
      })),
    ];
  } catch (error) {
    return [{ check: 'database', status: 'fault', detail: messageOf(error) }];
  }
}

/** Says which program stores which schema, and how much. */
async function stateText(database: Database, words: HealthWords): Promise<string> {
  const { product, version, schema, bytes } = await databaseState(database);
  return words.upToDate({ schema: String(schema), bytes: Number(bytes), product, version, by: productVersion });
}

async function checkWrite(database: Database, clock: Clock, words: HealthWords): Promise<Finding> {
  try {
    await probeWrite(database, clock);
    return { check: 'write', status: 'ok', detail: words.writable };
  } catch (error) {
    const cause = error instanceof AppError && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    return { check: 'write', status: 'fault', detail: words.readOnly(`${messageOf(error)}${cause}`) };
  }
}

function integrityFinding(faults: readonly string[], words: HealthWords): Finding {
  return {
    check: 'integrity',
    status: faults.length === 0 ? 'ok' : 'fault',
    detail: faults.length === 0 ? words.consistent : faults.join(words.separator),
  };
}

function messageOf(error: unknown): string {
  if (error instanceof AppError) return error.operatorText;
  return error instanceof Error ? error.message : String(error);
}

async function checkServer(database: Database, words: HealthWords): Promise<Finding> {
  const risks = await engineOf(database).findRisks(database);
  return risks.length === 0
    ? { check: 'server', status: 'ok', detail: words.serverSafe }
    : { check: 'server', status: 'warning', detail: risks.map((risk) => words.risks[risk]).join(words.separator) };
}
