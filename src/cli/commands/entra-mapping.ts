import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { presets } from '#entra/application/applications.ts';
import { printMappingSource, readMappingSource } from '#entra/application/mapping-source.ts';
import { readSchemaText } from '#entra/application/read-schema.ts';
import { enableMapping, mappingOf, removeMapping, setActions, setMapping } from '#entra/application/schema-edits.ts';
import type { MappingChange } from '#entra/application/schema-edits.ts';
import type { GraphAttributeMapping, SynchronizationSchema } from '#entra/application/synchronization-schema.ts';
import {
  changeMappings,
  chosenJob,
  typeOf,
  withApplication,
  withMapping,
  type MappingOptions,
} from '../mapping-options.ts';
import { changesBetween, changesText } from '../changes-text.ts';
import { print, table } from '../output.ts';
import { readInput } from '../read-input.ts';
import { openSession } from '../session.ts';
import { presetOf } from './entra-app.ts';
import { addAttributeCommands } from './entra-mapping-attribute.ts';
import { addScopeCommands } from './entra-mapping-scope.ts';

interface SetOptions extends MappingOptions {
  readonly source?: string;
  readonly expression?: string;
  readonly constant?: string;
  readonly none?: boolean;
  readonly match?: string;
  readonly default?: string;
  readonly apply?: string;
}

/** Creates the command "entra mapping", for the attribute mappings of the Entra ID stand-in. */
export function entraMappingCommand(): Command {
  const command = new Command('mapping').description(
    'Manage the attribute mappings, scoping filters and actions of an application.',
  );
  withMapping(command.command('show'))
    .argument('[application]', 'the application, by name or id; default: that of --app, or the only application')
    .description('Show the attribute mappings as a table.')
    .action(show);
  withMapping(command.command('set'))
    .argument('<target>', 'the target attribute, such as userName or emails[type eq "work"].value')
    .option('--source <attribute>', 'type Direct: copy this source attribute')
    .option('--expression <text>', 'type Expression: compute the value, such as with Join(" ", [givenName], [surname])')
    .option('--constant <value>', 'type Constant: always use this value')
    .option('--none', 'type None: do not provision the attribute')
    .option(
      '--match <n>',
      'match objects by this attribute, with this precedence (1 is the highest); 0: do not use it for matching',
    )
    .option('--default <value>', 'the value of a new object if the source has none; "" for no default value')
    .option('--apply <when>', '"always", or "create" to set the attribute only when an object is created')
    .description('Add or change the mapping of a target attribute.')
    .action(set);
  withMapping(command.command('remove'))
    .argument('<target>', 'the target attribute, such as userName or emails[type eq "work"].value')
    .description('Remove the mapping of a target attribute.')
    .action(async (target: string, options: MappingOptions) => {
      const done = `${target} is no longer mapped.`;
      await changeMappings(options, done, (schema) => removeMapping(schema, typeOf(options), target));
    });
  withMapping(command.command('actions'))
    .argument(
      '<actions>',
      'one or more of "create", "update" and "delete", separated by commas; or "none"; or, with --groups, "off" to disable the mapping',
    )
    .description('Set which actions provisioning may perform in the target.')
    .action(actions);
  withApplication(command.command('preset'))
    .argument('<preset>', 'entra (the defaults of Entra ID) or guide (the mappings of the integration guide)')
    .description('Replace all mappings and scoping filters with a preset.')
    .action(async (name: string, options: MappingOptions) => {
      const schema = presets[presetOf(name)];
      await changeMappings(options, `The mappings are now those of the preset ${name}.`, () => schema);
    });
  withApplication(command.command('export'))
    .argument('<file>', 'the file to write; "-" writes to standard output')
    .description('Write the synchronization schema as JSON, in the format of Microsoft Graph.')
    .action(exportSchema);
  withApplication(command.command('import'))
    .argument('<file>', 'the file to read; "-" reads standard input')
    .description('Replace the synchronization schema with one from a JSON file in the format of Microsoft Graph.')
    .action(async (file: string, options: MappingOptions) => {
      const schema = readSchemaText(await readInput(file));
      await changeMappings(options, 'The synchronization schema was replaced.', () => schema);
    });
  addScopeCommands(command);
  addAttributeCommands(command);
  return command;
}

async function show(given: string | undefined, options: MappingOptions): Promise<void> {
  await using session = await openSession();
  const { application, job } = await chosenJob(session, { ...options, app: given ?? options.app });
  const { mapping } = mappingOf(job.schema, typeOf(options));
  const rows = mapping.attributeMappings.map(rowOf);
  const title = `${mapping.name} (${application.displayName}): ${mapping.enabled ? mapping.flowTypes : 'disabled'}`;
  const filters = mapping.scope?.groups.length ?? 0;
  const text = [
    title,
    table(rows, ['target', 'type', 'source', 'match', 'default', 'apply']),
    filters === 0 ? 'No scoping filters.' : `${filters} scoping filters: tanhua entra mapping scope list`,
  ].join('\n\n');
  const { name, enabled, flowTypes } = mapping;
  print(options, { name, enabled, flowTypes, scope: mapping.scope, mappings: rows }, text);
}

const kinds = { direct: 'Direct', constant: 'Constant', expression: 'Expression', none: 'None' } as const;
const applied = { Always: 'always', ObjectAddOnly: 'create', MultiValueAddOnly: 'add values only' } as const;

function rowOf(row: GraphAttributeMapping) {
  const source = readMappingSource(row);
  return {
    target: row.targetAttributeName,
    type: kinds[source.kind],
    source: printMappingSource(source) || null,
    match: row.matchingPriority === 0 ? null : row.matchingPriority,
    default: row.defaultValue,
    apply: applied[row.flowType],
  };
}

async function set(target: string, options: SetOptions): Promise<void> {
  const change: MappingChange = {
    source: sourceOf(options),
    matchingPriority: options.match === undefined ? undefined : precedenceOf(options.match),
    defaultValue: options.default === '' ? null : options.default,
    flowType: options.apply === undefined ? undefined : flowTypeOf(options.apply),
  };
  const rowIn = (schema: SynchronizationSchema) => {
    const rows = mappingOf(schema, typeOf(options)).mapping.attributeMappings;
    const row = rows.find((one) => one.targetAttributeName === target);
    return row === undefined ? {} : rowOf(row);
  };
  await changeMappings(
    options,
    (before, after) => `${target} is mapped.\n${changesText(changesBetween(rowIn(before), rowIn(after)))}`,
    (schema) => setMapping(schema, typeOf(options), target, change),
  );
}

function sourceOf({ source, expression, constant, none }: SetOptions): MappingChange['source'] {
  const given = [source, expression, constant, none].filter((one) => one !== undefined);
  if (given.length > 1) {
    throw new AppError(
      'usage',
      'A mapping has only one source: give only one of --source, --expression, --constant and --none.',
    );
  }
  if (source !== undefined) return { attribute: source };
  if (expression !== undefined) return { expression };
  if (constant !== undefined) return { constant };
  return none === true ? null : undefined;
}

function precedenceOf(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new AppError(
    'usage',
    `--match is ${quote(text)}: it must be a whole number from 0 to 999. The attribute with 1 is compared first; 0 means that the attribute is not used for matching.`,
  );
}

function flowTypeOf(text: string): GraphAttributeMapping['flowType'] {
  if (text === 'always') return 'Always';
  if (text === 'create') return 'ObjectAddOnly';
  throw new AppError('usage', `--apply is ${quote(text)}: it must be "always" or "create".`);
}

async function actions(text: string, options: MappingOptions): Promise<void> {
  const type = typeOf(options);
  if (text === 'off') {
    await changeMappings(options, `The mapping of ${type} is disabled.`, (schema) =>
      enableMapping(schema, type, false),
    );
    return;
  }
  const words = text === 'none' ? [] : text.split(',').map((word) => word.trim().toLowerCase());
  const unknown = words.find((word) => !['create', 'update', 'delete'].includes(word));
  if (unknown !== undefined) {
    throw new AppError(
      'usage',
      `${quote(unknown)} is not an action: give one or more of "create", "update" and "delete", separated by commas, or else "none".`,
    );
  }
  const allowed = { add: words.includes('create'), update: words.includes('update'), delete: words.includes('delete') };
  await changeMappings(options, `Actions of ${type}: ${words.join(', ') || 'none'}.`, (schema) =>
    setActions(enableMapping(schema, type, true), type, allowed),
  );
}

async function exportSchema(file: string, options: MappingOptions): Promise<void> {
  await using session = await openSession();
  const { application, job } = await chosenJob(session, options);
  const text = `${JSON.stringify(job.schema, null, 2)}\n`;
  if (file === '-') {
    process.stdout.write(text);
    return;
  }
  await writeFile(file, text);
  print(options, { file, applicationId: application.id }, `Wrote the synchronization schema to ${file}.`);
}
