import { recordEvent } from '#audit/event-store.ts';
import type { EventType, Origin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import { SCHEMAS_MAX } from '#scim/limits.ts';
import type { AttributeDefinition, SchemaDefinition } from '#scim/schema/attribute.ts';
import { isSecret } from '#scim/schema/secret-attributes.ts';
import type { OwnSchema } from './read-definition.ts';
import { isStandardUrn } from '#scim/schema/resource-schema.ts';
import { deleteSchema, findUse, insertSchema, listSchemas, updateSchema } from './schema-store.ts';

export interface SchemaDeps {
  readonly database: Database;
  readonly clock: Clock;
}

/** Adds a schema, and returns it as it is kept. Throws schemaTaken and tooManySchemas (409). */
export async function addSchema(deps: SchemaDeps, origin: Origin, schema: OwnSchema): Promise<OwnSchema> {
  const { organizationId } = origin;
  const { id } = schema.definition;
  await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['schemas']);
    const present = await listSchemas(transaction, organizationId);
    if (present.some((other) => fold(other.definition.id) === fold(id))) {
      throw new AppError(
        'schemaTaken',
        `There is a schema ${quote(id)} already: change that one, or give this one another URN.`,
        {
          attribute: 'id',
          value: id,
        },
      );
    }
    if (present.length >= SCHEMAS_MAX) {
      throw new AppError(
        'tooManySchemas',
        `The organization has ${present.length} schemas of its own, and may have ${SCHEMAS_MAX}.`,
      );
    }
    await insertSchema(transaction, organizationId, schema, deps.clock.now());
    await recordSchemaEvent(deps, transaction, origin, 'schema_create', schema.definition);
  });
  return schema;
}

/**
 * Replaces a schema, and returns it as it is kept. What resources have values of must stay as it is: throws schemaInUse (409) where an attribute that
 * is used would go, or would have another type. Throws notFound.
 */
export async function replaceSchema(deps: SchemaDeps, origin: Origin, schema: OwnSchema): Promise<OwnSchema> {
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    const before = await requireOwn(transaction, organizationId, schema.definition.id);
    if (before.resourceType !== schema.resourceType) await refuseUse(transaction, origin, before, []);
    for (const path of incompatible(before.definition, schema.definition)) {
      await refuseUse(transaction, origin, before, path);
    }
    // As it was written first: documents hold the URN so.
    const definition = { ...schema.definition, id: before.definition.id };
    if (before.resourceType === schema.resourceType) {
      await updateSchema(transaction, organizationId, { ...schema, definition }, deps.clock.now());
    } else {
      await deleteSchema(transaction, organizationId, definition.id);
      await insertSchema(transaction, organizationId, { ...schema, definition }, deps.clock.now());
    }
    await recordSchemaEvent(deps, transaction, origin, 'schema_update', definition);
    return { ...schema, definition };
  });
}

/** Removes a schema that no resource has values of. Throws notFound and schemaInUse. */
export async function removeSchema(deps: SchemaDeps, origin: Origin, id: string): Promise<void> {
  const { organizationId } = origin;
  await inTransaction(deps.database, async (transaction) => {
    const before = await requireOwn(transaction, organizationId, id);
    await refuseUse(transaction, origin, before, []);
    await deleteSchema(transaction, organizationId, id);
    await recordSchemaEvent(deps, transaction, origin, 'schema_delete', before.definition);
  });
}

async function requireOwn(database: Database, organizationId: string, id: string): Promise<OwnSchema> {
  if (isStandardUrn(id)) {
    throw new AppError(
      'schemaInvalid',
      `${quote(id)} is a schema of the standard, which cannot be changed. Define one of your own beside it.`,
    );
  }
  const present = await listSchemas(database, organizationId);
  const found = present.find(({ definition }) => fold(definition.id) === fold(id));
  if (found !== undefined) return found;
  const known = present.map(({ definition }) => definition.id).join(', ') || 'none';
  throw new AppError('notFound', `The organization has no schema ${quote(id)} of its own. It has: ${known}.`);
}

/** Paths below the schema whose values would not fit the new definition; the empty path is the schema as a whole. */
function incompatible(before: SchemaDefinition, after: SchemaDefinition): readonly (readonly string[])[] {
  const changed = before.attributes.filter((attribute) => {
    const next = after.attributes.find(({ name }) => name === attribute.name);
    return next === undefined || !holdsSameValues(attribute, next);
  });
  const newlyRequired = after.attributes.some(
    ({ name, required }) => required && before.attributes.find((one) => one.name === name)?.required !== true,
  );
  return [...changed.map(({ name }) => [name]), ...(newlyRequired ? [[]] : [])];
}

function holdsSameValues(before: AttributeDefinition, after: AttributeDefinition): boolean {
  const same = (['type', 'multiValued', 'caseExact'] as const).every((key) => before[key] === after[key]);
  // A secret is stored as a digest, which must not be shown; what was shown is stored in clear text.
  if (!same || isSecret(before) !== isSecret(after)) return false;
  const subs = after.subAttributes ?? [];
  const kept = (before.subAttributes ?? []).every((sub) => {
    const next = subs.find(({ name }) => name === sub.name);
    return next !== undefined && holdsSameValues(sub, next);
  });
  return (
    kept &&
    subs.every(
      ({ name, required }) => !required || before.subAttributes?.some((sub) => sub.name === name && sub.required),
    )
  );
}

async function refuseUse(
  database: Database,
  { organizationId }: Origin,
  { resourceType, definition }: OwnSchema,
  path: readonly string[],
): Promise<void> {
  const { count, id } = await findUse(database, organizationId, resourceType, [definition.id, ...path]);
  if (count === 0) return;
  const what = path.length === 0 ? definition.id : `${definition.id}:${path.join('.')}`;
  const resources = `${resourceType === 'User' ? 'user' : 'group'}${count === 1 ? '' : 's'}`;
  throw new AppError(
    'schemaInUse',
    `${count} ${resources} ${count === 1 ? 'has' : 'have'} values of ${quote(what)}, one of them with the id ${quote(id)}; deleted ones count until they are purged. Remove the values first, or add an attribute with another name.`,
    { attribute: what },
  );
}

async function recordSchemaEvent(
  deps: SchemaDeps,
  database: Database,
  origin: Origin,
  type: Extract<EventType, `schema_${string}`>,
  { id, name }: SchemaDefinition,
): Promise<void> {
  await recordEvent(database, deps.clock, origin, { type, target: { type: 'schema', id, name } });
}
