import type { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { toDefinition } from '#entra/application/attribute-row.ts';
import { customAttributesOf } from '#entra/application/mapped-objects.ts';
import { mappingOf, removeTargetAttribute, setTargetAttribute } from '#entra/application/schema-edits.ts';
import { attributeTypes, type AttributeType } from '#entra/application/synchronization-schema.ts';
import { changeMappings, chosenJob, typeOf, withMapping, type MappingOptions } from '../mapping-options.ts';
import { printRows } from '../output.ts';
import { openSession } from '../session.ts';

interface AddOptions extends MappingOptions {
  readonly type: string;
  readonly required?: boolean;
  readonly caseExact?: boolean;
}

/** Adds the commands "mapping attribute …", which correspond to "Edit attribute list for customappsso" in the portal. */
export function addAttributeCommands(parent: Command): void {
  const command = parent
    .command('attribute')
    .description('Manage the list of target attributes that mappings can use.');
  withMapping(command.command('list'))
    .option('--own', 'list only attributes that were added to the default list')
    .description('List the attributes of the target.')
    .action(list);
  withMapping(command.command('add'))
    .argument('<name>', 'urn:ietf:params:scim:schemas:extension:NAME:2.0:User:ATTRIBUTE, or a SCIM core attribute')
    .option('--type <type>', attributeTypes.join(', '), 'String')
    .option('--required', 'create an object only if it has a value for this attribute')
    .option('--case-exact', 'treat values that differ only in letter case as different')
    .description('Add an attribute to the list of target attributes, so that mappings can use it.')
    .action(add);
  withMapping(command.command('remove'))
    .argument('<name>', 'the full name of the attribute, as "tanhua entra mapping attribute list" shows it')
    .description('Remove an attribute from the list of target attributes. Fails if a mapping still uses the attribute.')
    .action(async (name: string, options: MappingOptions) => {
      const done = `Removed the attribute ${name} from the target.`;
      await changeMappings(options, done, (schema) => removeTargetAttribute(schema, typeOf(options), name));
    });
}

async function list(options: MappingOptions & { readonly own?: boolean }): Promise<void> {
  await using session = await openSession();
  const { job } = await chosenJob(session, options);
  const object = mappingOf(job.schema, typeOf(options));
  const attributes = options.own === true ? customAttributesOf(object) : (object.target?.attributes ?? []);
  const rows = attributes.map(({ name, type, multivalued, required, caseExact }) => ({
    name,
    type,
    multivalued,
    required,
    caseExact,
  }));
  const empty = 'No attributes were added. Add one: tanhua entra mapping attribute add NAME';
  printRows(options, rows, ['name', 'type', 'multivalued', 'required', 'caseExact'], empty);
}

async function add(name: string, options: AddOptions): Promise<void> {
  const type = attributeTypes.find((one) => one.toLowerCase() === options.type.toLowerCase());
  if (type === undefined) {
    throw new AppError('usage', `--type is ${quote(options.type)}: it must be one of ${attributeTypes.join(', ')}.`);
  }
  const definition = toDefinition([name, ...traitsOf(type, options)]);
  await changeMappings(options, `The target now has the attribute ${name}.`, (schema) =>
    setTargetAttribute(schema, typeOf(options), definition),
  );
}

function traitsOf(type: AttributeType, { required, caseExact }: AddOptions) {
  return [
    type,
    ...(required === true ? (['required'] as const) : []),
    ...(caseExact === true ? (['caseExact'] as const) : []),
  ];
}
