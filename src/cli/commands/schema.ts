import { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { addSchema, removeSchema, replaceSchema } from '#schemas/custom-schemas.ts';
import { listSchemas } from '#schemas/schema-store.ts';
import { readSchemaDefinition, type CustomSchema } from '#schemas/read-definition.ts';
import { changesBetween, changesText } from '../changes-text.ts';
import { print, properties, table, type OutputOptions } from '../output.ts';
import { readInput } from '../read-input.ts';
import { openSession } from '../session.ts';

const columns = ['id', 'name', 'resourceType', 'attributes'] as const;

export function schemaCommand(): Command {
  const command = new Command('schema').description('Manage custom schemas, which add attributes to users or groups.');
  command
    .command('list')
    .description('List the custom schemas of the organization.')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      await using session = await openSession();
      const schemas = await listSchemas(session.deps.database, session.organization.id);
      const empty = 'The organization has no custom schemas. Add one: tanhua schema add FILE';
      print(options, schemas.map(schemaAsJson), schemas.length === 0 ? empty : table(schemas.map(row), columns));
    });
  command
    .command('show')
    .argument('<urn>', 'the id (URN) of the schema')
    .description('Show a custom schema with its attributes.')
    .option('--json', 'print JSON')
    .action(async (urn: string, options: OutputOptions) => {
      await using session = await openSession();
      const schemas = await listSchemas(session.deps.database, session.organization.id);
      const found = schemas.find(({ definition }) => fold(definition.id) === fold(urn));
      if (found === undefined) throw new AppError('notFound', `There is no schema ${quote(urn)}.`);
      const attributes = found.definition.attributes.map((attribute) => ({ ...attribute }));
      const shown = table(attributes, ['name', 'type', 'multiValued', 'required', 'description']);
      print(options, schemaAsJson(found), `${properties(row(found))}\n\n${shown}`);
    });
  addFileCommand(command, 'add', 'Add a custom schema from a JSON file in the format of RFC 7643 §7.', addSchema);
  addFileCommand(
    command,
    'set',
    'Replace a custom schema. The new version must keep every attribute that has a value in a user or a group, with the same type.',
    replaceSchema,
  );
  command
    .command('remove')
    .argument('<urn>', 'the id (URN) of the schema')
    .description('Remove a custom schema. Fails if a user or a group still has values of its attributes.')
    .option('--json', 'print JSON')
    .action(async (urn: string, options: OutputOptions) => {
      await using session = await openSession();
      await removeSchema(session.deps, session.origin, urn);
      print(options, { id: urn, removed: true }, `The schema ${urn} was removed.`);
    });
  return command;
}

function addFileCommand(command: Command, name: string, description: string, apply: typeof addSchema): void {
  command
    .command(name)
    .argument('<file>', 'the JSON file with the schema; "-" reads standard input')
    .description(description)
    .option('--json', 'print JSON')
    .action(async (file: string, options: OutputOptions) => {
      const sent = readSchemaDefinition(parse(file, await readInput(file)));
      await using session = await openSession();
      const all = await listSchemas(session.deps.database, session.organization.id);
      const before = all.find(({ definition }) => fold(definition.id) === fold(sent.definition.id));
      const kept = await apply(session.deps, session.origin, sent);
      if (name === 'add') {
        print(options, schemaAsJson(kept), properties(row(kept)));
        return;
      }
      const changes = before === undefined ? [] : changesBetween(comparable(before), comparable(kept));
      print(options, { ...schemaAsJson(kept), changes }, `${changesText(changes)}\n\n${properties(row(kept))}`);
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

function row({ resourceType, definition }: CustomSchema) {
  return { id: definition.id, name: definition.name, resourceType, attributes: definition.attributes.length };
}

/** Returns a schema with one field for each attribute, so that changes are listed by attribute. */
function comparable({ resourceType, definition: { attributes, ...definition } }: CustomSchema) {
  return {
    ...definition,
    resourceType,
    ...Object.fromEntries(attributes.map((attribute) => [`attribute ${attribute.name}`, attribute])),
  };
}

function schemaAsJson({ resourceType, definition }: CustomSchema) {
  return { ...definition, resourceType };
}
