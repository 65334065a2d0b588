import { stat } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { currentChangeNumber } from '#entra/source/change-store.ts';
import { applyMixedChange, type AppliedChange } from '#entra/source/generator/apply-mixed-change.ts';
import { fillTenant } from '#entra/source/generator/fill-tenant.ts';
import { GENERATED_GROUPS_MAX, GENERATED_USERS_MAX } from '#entra/source/generator/generate-tenant.ts';
import { mixedChanges } from '#entra/source/generator/mixed-changes.ts';
import { importObjects } from '#entra/source/import/import-objects.ts';
import type { ImportFile } from '#entra/source/import/import-row.ts';
import { readSourceCsv } from '#entra/source/import/read-csv.ts';
import { readGraphExport } from '#entra/source/import/read-graph-export.ts';
import { listSourceGroups } from '#entra/source/source-group-store.ts';
import type { EntraTenant } from '#entra/source/source-object.ts';
import { listSourceUsers } from '#entra/source/source-user-store.ts';
import { deleteTenant, listTenants } from '#entra/source/tenant-store.ts';
import { createTenant } from '#entra/source/tenants.ts';
import { namedTenant } from '../entra-session.ts';
import { numberOption } from '../number-option.ts';
import { print, printRows, properties, type OutputOptions } from '../output.ts';
import { progressBar } from '../progress-bar.ts';
import { readInput } from '../read-input.ts';
import { openSession, type Session } from '../session.ts';

const SEED_MAX = 2_147_483_647;
const CHANGES_MAX = 100_000;
/** The maximum size of an import file, in bytes. */
const IMPORT_BYTES_MAX = 256 * 1024 * 1024;
const JSON_OPTION = ['--json', 'print JSON'] as const;

export function entraTenantCommand(): Command {
  const command = new Command('tenant').description(
    'Manage the tenants of the Entra ID stand-in: the source directories of users and groups.',
  );
  addCreate(command);
  command
    .command('list')
    .description('List the tenants.')
    .option(...JSON_OPTION)
    .action(async (options: OutputOptions) => {
      await using session = await openSession();
      const tenants = await listTenants(session.deps.database, session.organization.id);
      const empty = 'There are no tenants. Create one: tanhua entra tenant create Contoso --users 50 --groups 5';
      printRows(
        options,
        tenants.map((tenant) => ({ ...tenant })),
        ['id', 'name', 'domain', 'changeNumber', 'createdAt'],
        empty,
      );
    });
  command
    .command('show')
    .argument('[tenant]', 'the tenant, by name or id; default: the only tenant')
    .description('Show a tenant with the number of its users and groups.')
    .option(...JSON_OPTION)
    .action(async (name: string | undefined, options: OutputOptions) => {
      await using session = await openSession();
      const shown = await summaryOf(session, await namedTenant(session, name));
      print(options, shown, properties(shown));
    });
  command
    .command('delete')
    .argument('<tenant>', 'the tenant, by name or id')
    .description('Delete a tenant permanently, with its users, groups, applications and logs.')
    .option(...JSON_OPTION)
    .action(async (name: string, options: OutputOptions) => {
      await using session = await openSession();
      const tenant = await namedTenant(session, name);
      await deleteTenant(session.deps.database, session.organization.id, tenant.id);
      print(options, tenant, `Deleted ${quote(tenant.name)} (${tenant.id}).`);
    });
  addImport(command);
  addChange(command);
  return command;
}

interface CreateOptions extends OutputOptions {
  readonly domain?: string;
  readonly users: number;
  readonly groups: number;
  readonly seed: number;
}

function addCreate(command: Command): void {
  command
    .command('create')
    .argument('<name>', 'the name of the tenant, such as Contoso')
    .description('Create a tenant. With --users and --groups, fill it with generated users and groups.')
    .option('--domain <domain>', 'the domain of its userPrincipalNames; default: derived from the name')
    .addOption(
      numberOption('--users <n>', 'the number of users to generate', { min: 0, max: GENERATED_USERS_MAX }).default(0),
    )
    .addOption(
      numberOption('--groups <n>', 'the number of groups to generate', { min: 0, max: GENERATED_GROUPS_MAX }).default(
        0,
      ),
    )
    .addOption(
      numberOption('--seed <n>', 'the seed of the generator; the same seed generates the same users and groups', {
        min: 0,
        max: SEED_MAX,
      }).default(1),
    )
    .option(...JSON_OPTION)
    .action(async (name: string, options: CreateOptions) => {
      await using session = await openSession();
      const { deps, organization } = session;
      const tenant = await createTenant(deps, organization.id, { name, domain: options.domain });
      using bar = progressBar();
      await fillTenant(deps, tenant, options, (what, done, of) => bar.show({ text: `generating ${what}`, done, of }));
      bar.end();
      const shown = await summaryOf(session, tenant);
      print(options, shown, `Created ${quote(tenant.name)}.\n\n${properties(shown)}`);
    });
}

async function summaryOf({ deps: { database } }: Session, tenant: EntraTenant) {
  const none = { skip: 0, limit: 0 };
  const count = async (deleted: 'notDeleted' | 'deleted') =>
    (await listSourceUsers(database, tenant.id, { ...none, deleted })).total;
  return {
    ...tenant,
    changeNumber: await currentChangeNumber(database, tenant.id),
    users: await count('notDeleted'),
    deletedUsers: await count('deleted'),
    groups: (await listSourceGroups(database, tenant.id, none)).total,
  };
}

interface ImportOptions extends OutputOptions {
  readonly csv?: string;
  readonly graph?: string;
  readonly tenant?: string;
}

function addImport(command: Command): void {
  command
    .command('import')
    .argument('[tenant]', 'the tenant, by name or id; default: the only tenant')
    .description('Import users and groups from a file. If a row is invalid, nothing is imported.')
    .addOption(
      new Option(
        '--csv <file>',
        'a CSV file of users; its header contains attribute names of Entra ID or Microsoft Graph',
      ).conflicts('graph'),
    )
    .option('--graph <file>', 'a JSON file of users and groups from Microsoft Graph, with manager and members expanded')
    .option(...JSON_OPTION)
    .action(async (name: string | undefined, options: ImportOptions) => {
      const file = await readImport(options);
      await using session = await openSession();
      const tenant = await namedTenant(session, name);
      const result = await importObjects(session.deps, tenant, file.rows);
      const { ignored } = file;
      const ignoredText =
        ignored.length === 0 ? '' : `\n\nIgnored, because a tenant does not store it: ${ignored.join(', ')}`;
      print(
        options,
        { ...result, ignored },
        `Imported ${file.rows.length} rows.\n\n${properties({ ...result })}${ignoredText}`,
      );
    });
}

async function readImport({ csv, graph }: ImportOptions): Promise<ImportFile> {
  const path = csv ?? graph;
  if (path === undefined) throw new AppError('usage', 'Give the file to import: --csv FILE or --graph FILE.');
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > IMPORT_BYTES_MAX) {
      throw new AppError(
        'tooManyValues',
        `${path} has ${size} bytes: an import file can have at most ${IMPORT_BYTES_MAX}.`,
      );
    }
    text = await readInput(path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('usage', `${path} cannot be read: ${reason}.`, { cause: error });
  }
  return csv === undefined ? readGraphExport(text) : readSourceCsv(text);
}

interface ChangeOptions extends OutputOptions {
  readonly count: number;
  readonly seed?: number;
}

function addChange(command: Command): void {
  command
    .command('change')
    .argument('[tenant]', 'the tenant, by name or id; default: the only tenant')
    .description('Apply random changes: users are hired, renamed, promoted, disabled and deleted, and groups change.')
    .addOption(numberOption('--count <n>', 'the number of changes', { min: 1, max: CHANGES_MAX }).default(20))
    .addOption(
      numberOption(
        '--seed <n>',
        'the seed of the generator, to repeat the same changes; default: a new seed each time',
        {
          min: 0,
          max: SEED_MAX,
        },
      ),
    )
    .option(...JSON_OPTION)
    .action(async (name: string | undefined, options: ChangeOptions) => {
      await using session = await openSession();
      const { deps } = session;
      const tenant = await namedTenant(session, name);
      const seed = options.seed ?? (await currentChangeNumber(deps.database, tenant.id));
      using bar = progressBar();
      const applied: NonNullable<AppliedChange>[] = [];
      for (const change of mixedChanges(seed, options.count)) {
        const done = await applyMixedChange(deps, tenant, change);
        if (done !== undefined) applied.push(done);
        bar.show({ text: done?.summary ?? '', done: change.number, of: options.count });
      }
      bar.end();
      const lines = applied.map(({ kind, summary }) => `${kind.padEnd('change department'.length)}  ${summary}`);
      const skipped = options.count - applied.length;
      const rest = skipped === 0 ? '' : ` ${skipped} did not apply to any user or group.`;
      print(
        options,
        { seed, applied, skipped },
        [...lines, '', `${applied.length} changes, seed ${seed}.${rest}`].join('\n'),
      );
    });
}
