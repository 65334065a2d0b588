import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { exportCsv, exportJson, exportNames, exportParts } from '#entra/graph-api/export-logs.ts';
import { scanLogs } from '#entra/graph-api/list-logs.ts';
import { parseFilter } from '#entra/graph-api/odata/parse-filter.ts';
import { listLogs, type LoggedEntry } from '#entra/logs/log-store.ts';
import { applicationOption, namedApplication, namedTenant, openEntraSession, tenantOption } from '../entra-session.ts';
import { answeredDetail, wireLines } from '../entra-wire.ts';
import { jsonText } from '../json-text.ts';
import { limitOption } from '../limit-option.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';

interface Options extends OutputOptions {
  readonly tenant?: string;
  readonly app?: string;
}

interface ListOptions extends Options {
  readonly limit: number;
  readonly status?: string;
  readonly action?: string;
  readonly name?: string;
  readonly error?: string;
}

/** Creates the command "entra log", for the provisioning logs: the result for each object, with the requests and responses. */
export function entraLogCommand(): Command {
  const command = new Command('log').description('Show and export the provisioning logs.');
  command
    .command('list')
    .description('List log entries, newest first.')
    .addOption(tenantOption())
    .addOption(applicationOption())
    .addOption(
      new Option('--status <status>', 'only entries with this status').choices([
        'success',
        'failure',
        'skipped',
        'warning',
      ]),
    )
    .addOption(
      new Option('--action <action>', 'only entries with this action').choices([
        'create',
        'update',
        'delete',
        'disable',
        'stageddelete',
        'other',
      ]),
    )
    .option('--name <name>', 'only entries about this object: a userPrincipalName, or the displayName of a group')
    .option('--error <code>', 'only entries with this error code or skip reason')
    .addOption(limitOption())
    .option('--json', 'print JSON')
    .action(list);
  command
    .command('show')
    .argument('<id>', 'the id of the entry, as "tanhua entra log list" shows it, or its change id')
    .description('Show a log entry with its steps, and the requests and responses of each step.')
    .addOption(tenantOption())
    .option('--json', 'print JSON')
    .action(show);
  command
    .command('export')
    .argument('<path>', 'the folder for the three CSV files; with --format json the file, or "-" for standard output')
    .description('Write all log entries, newest first, in the formats of the download in the portal.')
    .addOption(new Option('--format <format>', 'the format of the files').choices(['csv', 'json']).default('csv'))
    .option(
      '--filter <filter>',
      "only entries that match this filter of Graph, such as: provisioningStatusInfo/status eq 'failure'",
    )
    .addOption(tenantOption())
    .option('--json', 'print JSON')
    .action(exportAll);
  return command;
}

async function list(options: ListOptions): Promise<void> {
  await using session = await openEntraSession();
  const tenant = await namedTenant(session, options.tenant);
  const jobId = options.app === undefined ? undefined : (await namedApplication(session, tenant, options.app)).job.id;
  const entries = await listLogs(session.deps.database, {
    tenantId: tenant.id,
    jobId,
    statuses: options.status === undefined ? undefined : [options.status],
    actions: options.action === undefined ? undefined : [options.action],
    sourceName: options.name,
    errorCode: options.error,
    limit: options.limit,
  });
  if (options.json === true) {
    print(
      options,
      entries.map(({ entry }) => entry),
      '',
    );
    return;
  }
  const columns = ['id', 'time', 'type', 'name', 'action', 'status', 'code'];
  printRows(options, entries.map(rowOf), columns, 'There are no such entries. Run a cycle: tanhua entra cycle run');
}

function rowOf({ id, at, entry }: LoggedEntry) {
  const identity = entry['sourceIdentity'] as JsonObject;
  const status = entry['provisioningStatusInfo'] as JsonObject;
  const error = status['errorInformation'] as JsonObject | null;
  return {
    id,
    time: at,
    type: identity['identityType'],
    name: identity['displayName'],
    action: entry['provisioningAction'],
    status: status['status'],
    code: error?.['errorCode'] ?? null,
  };
}

async function show(id: string, options: Options): Promise<void> {
  await using session = await openEntraSession();
  const tenant = await namedTenant(session, options.tenant);
  const { database } = session.deps;
  const [found] = [
    ...(await listLogs(database, { tenantId: tenant.id, id, limit: 1 })),
    ...(await listLogs(database, { tenantId: tenant.id, changeId: id, limit: 1 })),
  ];
  if (found === undefined) throw new AppError('notFound', `There is no entry ${quote(id)} in the provisioning logs.`);
  print(options, { ...found.entry, wire: found.wire }, entryText(found));
}

interface ExportOptions extends Options {
  readonly format: 'csv' | 'json';
  readonly filter?: string;
}

async function exportAll(path: string, options: ExportOptions): Promise<void> {
  await using session = await openEntraSession();
  const tenant = await namedTenant(session, options.tenant);
  const filter = options.filter === undefined ? undefined : parseFilter(options.filter);
  const entries = () => scanLogs(session.deps.database, tenant.id, filter, 'whole');
  if (options.format === 'json') {
    if (path === '-') {
      for await (const piece of exportJson(entries())) process.stdout.write(piece);
      return;
    }
    await write(path, exportJson(entries()));
    print(options, { files: [path] }, `Wrote ${path}.`);
    return;
  }
  const files = exportParts.map((part) => [part, join(path, `${exportNames[part]}.csv`)] as const);
  await mkdir(path, { recursive: true });
  for (const [part, file] of files) await write(file, exportCsv(entries(), part));
  const names = files.map(([, file]) => file);
  print(options, { files: names }, `Wrote ${names.join(', ')}. Join their rows by the change id.`);
}

async function write(path: string, pieces: AsyncIterable<string>): Promise<void> {
  try {
    await writeFile(path, pieces);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new AppError('usage', `${path} cannot be written: ${error.message}.`, { cause: error });
  }
}

function entryText(logged: LoggedEntry): string {
  const { entry, wire } = logged;
  const steps = entry['provisioningSteps'] as readonly JsonObject[];
  const lines = steps.flatMap((step, index) => {
    const [from, to] = wire.steps[index] ?? [0, 0];
    return [
      `${jsonText(step['provisioningStepType'])}: ${jsonText(step['status'])}. ${jsonText(step['description'])}`,
      ...wireLines(wire.exchanges.slice(from, to)).map((line) => `  ${line}`),
    ];
  });
  const changes = (entry['modifiedProperties'] as readonly JsonObject[]).map(
    (one) => `${jsonText(one['displayName'])}: ${jsonText(one['oldValue'])} → ${jsonText(one['newValue'])}`,
  );
  const status = entry['provisioningStatusInfo'] as JsonObject;
  const error = status['errorInformation'] as JsonObject | null;
  const detail = answeredDetail(wire.exchanges);
  const why =
    error === null
      ? []
      : [
          `${jsonText(error['errorCode'])}: ${jsonText(error['reason'])}`,
          ...(detail === undefined ? [] : [`The application says: ${detail}`]),
          jsonText(error['recommendedAction']),
        ];
  return [properties(rowOf(logged)), '', ...why, ...changes, '', ...lines].join('\n');
}
