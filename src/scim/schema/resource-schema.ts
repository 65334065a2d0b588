import type { AttributeDefinition, SchemaDefinition } from './attribute.ts';
import { commonAttributes } from './resource-attributes.ts';
import { enterpriseUserSchema } from './enterprise-user.ts';
import { groupSchema } from './group.ts';
import { userSchema } from './user.ts';

export type ResourceTypeName = 'User' | 'Group';

/** Attributes by lowercase name, since names are case-insensitive (RFC 7643 §2.1). */
export type AttributeTable = ReadonlyMap<string, AttributeDefinition>;

export interface ExtensionTable {
  readonly urn: string;
  readonly definition: SchemaDefinition;
  readonly attributes: AttributeTable;
}

/**
 * One resource type: its core schema, its extensions, and tables to look up attributes in both. Custom extension schemas of
 * an organization have the same form as the standard ones; `compileResourceSchema` adds them.
 */
export interface ResourceSchema {
  readonly name: ResourceTypeName;
  /** The path of the endpoint, such as /Users. */
  readonly endpoint: string;
  readonly core: SchemaDefinition;
  /** The attributes of the core schema and the common attributes. */
  readonly attributes: AttributeTable;
  /** The extensions by lowercase URN, since URNs are compared case-insensitively. */
  readonly extensions: ReadonlyMap<string, ExtensionTable>;
  /** Maps former URNs to current ones, both in lower case. */
  readonly formerUrns: ReadonlyMap<string, string>;
}

/** The schemas of all resource types of one organization. */
export type ResourceSchemas = { readonly [Type in ResourceTypeName]: ResourceSchema };

export function attributeTable(attributes: readonly AttributeDefinition[]): AttributeTable {
  return new Map(attributes.map((definition) => [definition.name.toLowerCase(), definition]));
}

/** True for a current or former URN of a standard schema, in any case. */
export function isStandardUrn(urn: string): boolean {
  const wanted = urn.toLowerCase();
  const definitions: readonly SchemaDefinition[] = [userSchema, enterpriseUserSchema, groupSchema];
  return definitions.some(({ id, formerIds = [] }) =>
    [id, ...formerIds].some((known) => known.toLowerCase() === wanted),
  );
}

const standard = {
  User: { endpoint: '/Users', core: userSchema, extensions: [enterpriseUserSchema] },
  Group: { endpoint: '/Groups', core: groupSchema, extensions: [] },
} as const satisfies Record<ResourceTypeName, object>;

/**
 * Compiles the schema of a resource type from the standard schemas and an organization's custom extensions.
 *
 * @example
 * compileResourceSchema('User').attributes.get('username')?.required; // true
 */
export function compileResourceSchema(
  name: ResourceTypeName,
  customExtensions: readonly SchemaDefinition[] = [],
): ResourceSchema {
  const { endpoint, core, extensions } = standard[name];
  const definitions: readonly SchemaDefinition[] = [core, ...extensions, ...customExtensions];
  return {
    name,
    endpoint,
    core,
    attributes: attributeTable([...commonAttributes, ...core.attributes]),
    extensions: new Map(
      [...extensions, ...customExtensions].map((definition) => [
        definition.id.toLowerCase(),
        { urn: definition.id, definition, attributes: attributeTable(definition.attributes) },
      ]),
    ),
    formerUrns: new Map(
      definitions.flatMap(({ id, formerIds = [] }) =>
        formerIds.map((former) => [former.toLowerCase(), id.toLowerCase()] as const),
      ),
    ),
  };
}

/**
 * Resolves a current or former URN, in any letter case, to the current URN, in lower case, of a schema of the resource type. Returns
 * undefined for any other URN.
 */
export function schemaUrn(schema: ResourceSchema, written: string): string | undefined {
  const urn = written.toLowerCase();
  if (urn === schema.core.id.toLowerCase() || schema.extensions.has(urn)) return urn;
  return schema.formerUrns.get(urn);
}

const subTables = new WeakMap<AttributeDefinition, AttributeTable>();

/** Returns the sub-attributes of an attribute. The table is cached, since every value that is read or written needs it. */
export function subAttributesOf(definition: AttributeDefinition): AttributeTable {
  let table = subTables.get(definition);
  if (table === undefined) subTables.set(definition, (table = attributeTable(definition.subAttributes ?? [])));
  return table;
}

/** Finds a sub-attribute by its name, in any case. */
export function subAttribute(definition: AttributeDefinition, name: string): AttributeDefinition | undefined {
  return subAttributesOf(definition).get(name.toLowerCase());
}
