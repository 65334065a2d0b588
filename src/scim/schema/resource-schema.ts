import type { AttributeDefinition, SchemaDefinition } from './attribute.ts';
import { commonAttributes } from './resource-attributes.ts';
import { enterpriseUserSchema } from './enterprise-user.ts';
import { groupSchema } from './group.ts';
import { userSchema } from './user.ts';

export type ResourceTypeName = 'User' | 'Group';

/** Attributes by lower-case name: names are compared without regard to case (RFC 7643 §2.1). */
export type AttributeTable = ReadonlyMap<string, AttributeDefinition>;

export interface ExtensionTable {
  readonly urn: string;
  readonly definition: SchemaDefinition;
  readonly attributes: AttributeTable;
}

/**
 * All that the core needs to know about one resource type: its schema, its extensions, and tables to look both up.
 * An organization's own extension schemas come in by `compileResourceSchema` in the same form as the standard ones.
 */
export interface ResourceSchema {
  readonly name: ResourceTypeName;
  /** The path of the endpoint, such as /Users. */
  readonly endpoint: string;
  readonly core: SchemaDefinition;
  /** The core schema's attributes and the common ones. */
  readonly attributes: AttributeTable;
  /** By lower-case URN: URNs are compared without regard to case. */
  readonly extensions: ReadonlyMap<string, ExtensionTable>;
  /** Former URN → that of today, both in lower case. */
  readonly formerUrns: ReadonlyMap<string, string>;
}

/** The schemas of all resource types, as one organization has them. */
export type ResourceSchemas = { readonly [Type in ResourceTypeName]: ResourceSchema };

export function attributeTable(attributes: readonly AttributeDefinition[]): AttributeTable {
  return new Map(attributes.map((definition) => [definition.name.toLowerCase(), definition]));
}

/** The URNs, of today and of before, that are taken by the standard, in lower case. */
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

export function compileResourceSchema(
  name: ResourceTypeName,
  ownExtensions: readonly SchemaDefinition[] = [],
): ResourceSchema {
  const { endpoint, core, extensions } = standard[name];
  const definitions: readonly SchemaDefinition[] = [core, ...extensions, ...ownExtensions];
  return {
    name,
    endpoint,
    core,
    attributes: attributeTable([...commonAttributes, ...core.attributes]),
    extensions: new Map(
      [...extensions, ...ownExtensions].map((definition) => [
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

/** The URN of one of the resource type's schemas in lower case, by its name of today or a former one. */
export function schemaUrn(schema: ResourceSchema, written: string): string | undefined {
  const urn = written.toLowerCase();
  if (urn === schema.core.id.toLowerCase() || schema.extensions.has(urn)) return urn;
  return schema.formerUrns.get(urn);
}

const subTables = new WeakMap<AttributeDefinition, AttributeTable>();

/** The sub-attributes of an attribute; the table is made once, since every value that is read or written asks for it. */
export function subAttributesOf(definition: AttributeDefinition): AttributeTable {
  let table = subTables.get(definition);
  if (table === undefined) subTables.set(definition, (table = attributeTable(definition.subAttributes ?? [])));
  return table;
}

/** A sub-attribute by name, whatever its case. */
export function subAttribute(definition: AttributeDefinition, name: string): AttributeDefinition | undefined {
  return subAttributesOf(definition).get(name.toLowerCase());
}
