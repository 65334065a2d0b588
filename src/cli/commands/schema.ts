import { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { addSchema, removeSchema, replaceSchema } from '#schemas/own-schemas.ts';
import { listSchemas } from '#schemas/schema-store.ts';
import { readSchemaDefinition, type OwnSchema } from '#schemas/read-definition.ts';
import { changesBetween, changesText } from '../changes-text.ts';
import { print, properties, table, type OutputOptions } from '../output.ts';
import { readInput } from '../read-input.ts';
import { openSession } from '../session.ts';

const columns = ['id', 'name', 'resourceType', 'attributes'] as const;

export function schemaCommand(): Command {
  const command = new Command('schema').description('Attributes of your own: schemas that extend users or groups.');
  command
    .command('list')
    .description('List the schemas of the organization.')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      await using session = await openSession();
      const schemas = await listSchemas(session.deps.database, session.organization.id);
      const empty = 'The organization has no schemas of its own. Add one with "tanhua schema add FILE".';
      print(options, schemas.map(written), schemas.length === 0 ? empty : table(schemas.map(row), columns));
    });
  command
    .command('show')
    .argument('<urn>', 'the id of the schema')
    .description('Show a schema.')
    .option('--json', 'print JSON')
    .action(async (urn: string, options: OutputOptions) => {
      await using session = await openSession();
      const schemas = await listSchemas(session.deps.database, session.organization.id);
      const found = schemas.find(({ definition }) => fold(definition.id) === fold(urn));
      if (found === undefined) throw new AppError('notFound', `There is no schema ${quote(urn)}.`);
      const attributes = found.definition.attributes.map((attribute) => ({ ...attribute }));
      const shown = table(attributes, ['name', 'type', 'multiValued', 'required', 'description']);
      print(options, written(found), `${properties(row(found))}\n\n${shown}`);
    });
  change(command, 'add', 'Add a schema from a JSON file in the form of RFC 7643 §7.', addSchema);
  change(command, 'set', 'Replace a schema; what users or groups have values of must stay.', replaceSchema);
  command
    .command('remove')
    .argument('<urn>', 'the id of the schema')
    .description('Remove a schema that no user or group has values of.')
    .option('--json', 'print JSON')
    .action(async (urn: string, options: OutputOptions) => {
      await using session = await openSession();
      await removeSchema(session.deps, session.origin, urn);
      print(options, { id: urn, removed: true }, `The schema ${urn} was removed.`);
    });
  return command;
}

function change(command: Command, name: string, description: string, apply: typeof addSchema): void {
  command
    .command(name)
    .argument('<file>', 'the file, or - for the standard input')
    .description(description)
    .option('--json', 'print JSON')
    .action(async (file: string, options: OutputOptions) => {
      const sent = readSchemaDefinition(parse(file, await readInput(file)));
      await using session = await openSession();
      const all = await listSchemas(session.deps.database, session.organization.id);
      const before = all.find(({ definition }) => fold(definition.id) === fold(sent.definition.id));
      const kept = await apply(session.deps, session.origin, sent);
      if (name === 'add') {
        print(options, written(kept), properties(row(kept)));
        return;
      }
      const changes = before === undefined ? [] : changesBetween(comparable(before), comparable(kept));
      print(options, { ...written(kept), changes }, `${changesText(changes)}\n\n${properties(row(kept))}`);
    });
}

function parse(file: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new AppError('schemaInvalid', `${quote(file)} is not JSON: ${reasonOf(error)}.`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function row({ resourceType, definition }: OwnSchema) {
  return { id: definition.id, name: definition.name, resourceType, attributes: definition.attributes.length };
}

/** A schema with a field for each attribute. */
function comparable({ resourceType, definition: { attributes, ...definition } }: OwnSchema) {
  return {
    ...definition,
    resourceType,
    ...Object.fromEntries(attributes.map((attribute) => [`attribute ${attribute.name}`, attribute])),
  };
}

function written({ resourceType, definition }: OwnSchema) {
  return { ...definition, resourceType };
}
