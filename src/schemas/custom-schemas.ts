import { recordEvent } from '#audit/event-store.ts';
import type { EventType, Origin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import { contentTag, requireMatch } from '#base/entity-tag.ts';
import { quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import { SCHEMAS_MAX } from '#scim/limits.ts';
import type { AttributeDefinition, SchemaDefinition } from '#scim/schema/attribute.ts';
import { isSecret } from '#scim/schema/secret-attributes.ts';
import type { CustomSchema } from './read-definition.ts';
import { isStandardUrn } from '#scim/schema/resource-schema.ts';
import { deleteSchema, findUse, insertSchema, listSchemas, updateSchema } from './schema-store.ts';

export interface SchemaDeps {
  readonly database: Database;
  readonly clock: Clock;
}

/** Called at the end of the transaction that added, changed or removed a schema. */
export type OnSchemaWritten = (transaction: Database, schema: SchemaDefinition) => Promise<void>;

/**
 * Adds a custom schema, and returns the stored schema. Throws `schemaTaken` (409) if the organization already has a schema with this
 * URN, and `tooManySchemas` (409) if it has SCHEMAS_MAX custom schemas.
 *
 * @example
 * await addSchema(deps, origin, readSchemaDefinition({ id: 'urn:contoso:User', attributes: [{ name: 'badge' }] }));
 */
export async function addSchema(
  deps: SchemaDeps,
  origin: Origin,
  schema: CustomSchema,
  onWritten?: OnSchemaWritten,
): Promise<CustomSchema> {
  const { organizationId } = origin;
  const { id } = schema.definition;
  await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['schemas']);
    const present = await listSchemas(transaction, organizationId);
    if (present.some((other) => fold(other.definition.id) === fold(id))) {
      throw new TranslatedError('schemaTaken', ({ admin }) => admin.schemas.taken(quote(id)), {
        attribute: 'id',
        value: id,
      });
    }
    if (present.length >= SCHEMAS_MAX) {
      throw new TranslatedError('tooManySchemas', ({ admin }) => admin.schemas.tooMany(present.length, SCHEMAS_MAX));
    }
    await insertSchema(transaction, organizationId, schema, deps.clock.now());
    await recordSchemaEvent(deps, transaction, origin, 'schema_create', schema.definition);
    await onWritten?.(transaction, schema.definition);
  });
  return schema;
}

/**
 * Replaces a custom schema, and returns the stored schema. Throws `versionMismatch` (412) if `ifMatch` names another version than
 * `schemaTag` returns for the stored schema. Throws `schemaInUse` (409) if the new definition is incompatible with values
 * of resources, for example because it removes an attribute that has values or changes its type. Throws `notFound` (404) if there is no
 * custom schema with this URN, and `schemaInvalid` (400) for a standard schema.
 */
export async function replaceSchema(
  deps: SchemaDeps,
  origin: Origin,
  schema: CustomSchema,
  onWritten?: OnSchemaWritten,
  ifMatch?: string,
): Promise<CustomSchema> {
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    // Of two changes of the same version, the second one is refused.
    await lockNames(transaction, organizationId, ['schemas']);
    const before = await requireCustomSchema(transaction, organizationId, schema.definition.id);
    requireMatch(({ admin }) => admin.schemas.named(quote(before.definition.id)), ifMatch, schemaTag(before));
    if (before.resourceType !== schema.resourceType) await requireUnusedPath(transaction, origin, before, []);
    for (const path of incompatiblePaths(before.definition, schema.definition)) {
      await requireUnusedPath(transaction, origin, before, path);
    }
    // Keeps the letter case of the URN, because stored documents contain the URN.
    const definition = { ...schema.definition, id: before.definition.id };
    if (before.resourceType === schema.resourceType) {
      await updateSchema(transaction, organizationId, { ...schema, definition }, deps.clock.now());
    } else {
      await deleteSchema(transaction, organizationId, definition.id);
      await insertSchema(transaction, organizationId, { ...schema, definition }, deps.clock.now());
    }
    await recordSchemaEvent(deps, transaction, origin, 'schema_update', definition);
    await onWritten?.(transaction, definition);
    return { ...schema, definition };
  });
}

/** Returns the entity tag of a custom schema. */
export function schemaTag({ resourceType, definition }: CustomSchema): string {
  return contentTag([resourceType, definition]);
}

/** Removes a custom schema. Throws `notFound` (404) if it does not exist, and `schemaInUse` (409) if a resource has values of it. */
export async function removeSchema(
  deps: SchemaDeps,
  origin: Origin,
  id: string,
  onWritten?: OnSchemaWritten,
): Promise<void> {
  const { organizationId } = origin;
  await inTransaction(deps.database, async (transaction) => {
    const before = await requireCustomSchema(transaction, organizationId, id);
    await requireUnusedPath(transaction, origin, before, []);
    await deleteSchema(transaction, organizationId, id);
    await recordSchemaEvent(deps, transaction, origin, 'schema_delete', before.definition);
    await onWritten?.(transaction, before.definition);
  });
}

async function requireCustomSchema(database: Database, organizationId: string, id: string): Promise<CustomSchema> {
  if (isStandardUrn(id)) {
    throw new TranslatedError('schemaInvalid', ({ admin }) => admin.schemas.isStandard(quote(id)));
  }
  const present = await listSchemas(database, organizationId);
  const found = present.find(({ definition }) => fold(definition.id) === fold(id));
  if (found !== undefined) return found;
  const known = present.map(({ definition }) => definition.id);
  throw new TranslatedError('notFound', ({ admin }) => admin.schemas.unknown(quote(id), known));
}

/**
 * Returns the paths below the schema at which no resource may have a value, because the value could violate the new definition. The
 * empty path is the whole schema: a new required attribute is incompatible with every resource that has values of the schema.
 */
function incompatiblePaths(before: SchemaDefinition, after: SchemaDefinition): readonly (readonly string[])[] {
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
  // Values of a secret are stored as digests, which must not be returned. Other values are stored in clear text.
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

/** Throws `schemaInUse` (409) if a resource has a value at a path below the schema. */
async function requireUnusedPath(
  database: Database,
  { organizationId }: Origin,
  { resourceType, definition }: CustomSchema,
  path: readonly string[],
): Promise<void> {
  const { count, id } = await findUse(database, organizationId, resourceType, [definition.id, ...path]);
  if (count === 0) return;
  const what = path.length === 0 ? definition.id : `${definition.id}:${path.join('.')}`;
  throw new TranslatedError(
    'schemaInUse',
    ({ admin }) => admin.schemas.inUse(count, resourceType, quote(what), quote(id)),
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

/** Returns a custom schema with the number of users or groups that have values of it. Throws `notFound` (404) if it does not exist. */
export async function showSchema(
  database: Database,
  organizationId: string,
  id: string,
): Promise<{ readonly schema: CustomSchema; readonly resources: number }> {
  const schema = await requireCustomSchema(database, organizationId, id);
  const { count } = await findUse(database, organizationId, schema.resourceType, [schema.definition.id]);
  return { schema, resources: count };
}
