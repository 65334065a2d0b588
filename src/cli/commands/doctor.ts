import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Command } from 'commander';
import { listAllKeys } from '#admins/api-keys.ts';
import { isTrustedProxy, proxyAdvice } from '#access/unnamed-proxies.ts';
import { listUnnamedProxies } from '#access/unnamed-proxy-store.ts';
import { DAY_MS, type Clock } from '#base/clock.ts';
import { byteSize } from '#base/byte-size.ts';
import { readConfig, type Config } from '#base/config.ts';
import { AppError } from '#base/errors.ts';
import { productVersion } from '#base/product-version.ts';
import { databaseState } from '#database/database-state.ts';
import { migrationStates } from '#database/migrate.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { probeWrite } from '#database/write-probe.ts';
import { openDirectory } from '../../app.ts';
import { listOrganizations } from '#organizations/organization-store.ts';
import { listAllIntegrations } from '#integrations/integration-store.ts';
import { checkFileModes } from '../file-modes.ts';
import { keyFindings, type Finding } from '../key-findings.ts';
import { mailServerFinding, outboxFindings } from '../mail-findings.ts';
import { exitCodes, printRows, type OutputOptions } from '../output.ts';
import { unidentifiedFindings } from '../unidentified-findings.ts';

/** Free disk space below this limit is reported. */
const FREE_BYTES_MIN = 1024 ** 3;

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check the configuration, disk, databases, keys and mail. Exits with 1 if there is a fault.')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      const config = readConfig();
      const findings = [
        { check: 'configuration', status: 'ok', detail: 'every setting is known and valid' } as const,
        ...(config.databaseUrl === undefined ? [await checkDisk(config)] : []),
        await checkFileModes(config),
        await checkPort(config),
        await mailServerFinding(config),
        ...(await checkDatabases(config)),
      ];
      printRows(
        options,
        findings.map((finding) => ({ ...finding })),
        ['status', 'check', 'detail'],
        '',
      );
      if (findings.some((finding) => finding.status === 'fault')) process.exitCode = exitCodes.failure;
    });
}

async function checkDisk({ dataDir }: Config): Promise<Finding> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.W_OK);
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const detail = `${dataDir} is writable; ${byteSize(free)} are free`;
    return { check: 'data folder', status: free < FREE_BYTES_MIN ? 'warning' : 'ok', detail };
  } catch (error) {
    return { check: 'data folder', status: 'fault', detail: `${dataDir} cannot be written: ${messageOf(error)}` };
  }
}

/** Checks the port. A port in use is only a warning, because the directory may be running. */
async function checkPort({ host, port }: Config): Promise<Finding> {
  const taken = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(true));
    server.listen(port, host, () => server.close(() => resolve(false)));
  });
  const detail = taken
    ? `${host}:${port} is in use, by the running directory or by another program`
    : `${host}:${port} is free`;
  return { check: 'port', status: taken ? 'warning' : 'ok', detail };
}

async function checkDatabases(config: Config): Promise<readonly Finding[]> {
  await using deps = openDirectory(config);
  const { shards } = deps.fleet;
  const findings: Finding[] = [];
  for (const { name, database } of shards) {
    const found = await checkDatabase(config, database, deps.clock);
    findings.push(...(shards.length === 1 ? found : found.map((one) => ({ ...one, check: `${name}: ${one.check}` }))));
  }
  const { database } = deps.fleet.main;
  return [
    ...findings,
    ...(await checkProxies(config, database, deps.clock)),
    ...(await unidentifiedFindings({ database, clock: deps.clock })),
  ];
}

/**
 * Reports proxies that sent a header with the client's address within the last day, but are not trusted, so that the header was ignored.
 * Leaves out addresses that TANHUA_TRUSTED_PROXIES now contains.
 */
async function checkProxies(config: Config, database: Database, clock: Clock): Promise<readonly Finding[]> {
  try {
    const found = await listUnnamedProxies(database, new Date(clock.now().getTime() - DAY_MS));
    return found
      .filter(({ address, header }) => header !== 'x-forwarded-for' || !isTrustedProxy(config.trustedProxies, address))
      .map(({ address, header }) => ({ check: 'proxy', status: 'warning', detail: proxyAdvice(address, header) }));
  } catch {
    // The database cannot be read, or has pending migrations. Another finding reports this.
    return [];
  }
}

async function checkDatabase(config: Config, database: Database, clock: Clock): Promise<readonly Finding[]> {
  try {
    const waiting = (await migrationStates(database)).filter((migration) => migration.executedAt === null);
    if (waiting.length > 0) {
      const detail = `${waiting.length} migrations are pending: run "tanhua migrate", or start the directory`;
      return [{ check: 'migrations', status: 'warning', detail }];
    }
    const faults = await engineOf(database).findFaults(database);
    const integrations = await listAllIntegrations(database);
    const organizations = await listOrganizations(database);
    const keys = (await Promise.all(organizations.map(({ id }) => listAllKeys(database, id)))).flat();
    const unflagged = integrations.filter((integration) => integration.lastRequestFlagged === false);
    return [
      { check: 'migrations', status: 'ok', detail: `the database is up to date: ${await stateText(database)}` },
      await checkWrite(database, clock),
      ...(config.databaseUrl === undefined ? [] : [await checkServer(database)]),
      {
        check: 'integrity',
        status: faults.length === 0 ? 'ok' : 'fault',
        detail: faults.length === 0 ? 'the database and its references are consistent' : faults.join('; '),
      },
      ...keyFindings(keys, integrations, clock.now()),
      ...(await outboxFindings(database, organizations, clock)),
      ...unflagged.map(({ name }): Finding => ({
        check: 'flag',
        status: 'warning',
        detail: `the last request of the integration ${name} had no aadOptscim062020. Everything works, but the Tenant URL in Entra ID should end in /?aadOptscim062020`,
      })),
    ];
  } catch (error) {
    return [{ check: 'database', status: 'fault', detail: messageOf(error) }];
  }
}

/** Says which program stores which schema, and how much. */
async function stateText(database: Database): Promise<string> {
  const { product, version, schema, bytes } = await databaseState(database);
  return `schema ${schema}, ${byteSize(bytes)} in ${product} ${version}, by Tanhua ${productVersion}`;
}

async function checkWrite(database: Database, clock: Clock): Promise<Finding> {
  try {
    await probeWrite(database, clock);
    return { check: 'write', status: 'ok', detail: 'the database can be written' };
  } catch (error) {
    const cause = error instanceof AppError && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    return { check: 'write', status: 'fault', detail: `the database cannot be written: ${messageOf(error)}${cause}` };
  }
}

function messageOf(error: unknown): string {
  if (error instanceof AppError) return error.operatorText;
  return error instanceof Error ? error.message : String(error);
}

async function checkServer(database: Database): Promise<Finding> {
  const risks = await engineOf(database).findRisks(database);
  return risks.length === 0
    ? { check: 'server', status: 'ok', detail: 'PostgreSQL stores commits durably and isolates organizations' }
    : { check: 'server', status: 'warning', detail: risks.join('; ') };
}
