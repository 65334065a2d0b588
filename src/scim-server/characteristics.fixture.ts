import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { AttributeDefinition } from '#scim/schema/attribute.ts';
import type { TestScimServer } from './scim-server.fixture.ts';

/** Custom schemas with an attribute for each characteristic of RFC 7643 §7 that the standard schemas do not have. */
export const customSchemas = (['User', 'Group'] as const).flatMap((resourceType) => [
  {
    id: `urn:contoso:scim:characteristics:2.0:${resourceType}`,
    attributes: [
      { name: `fixed${resourceType}`, mutability: 'immutable' },
      { name: 'fixedTags', mutability: 'immutable', multiValued: true },
      { name: 'lock', type: 'complex', subAttributes: [{ name: 'key', mutability: 'immutable' }, { name: 'hint' }] },
      {
        name: 'keys',
        type: 'complex',
        multiValued: true,
        subAttributes: [{ name: 'value' }, { name: 'serial', mutability: 'immutable' }, { name: 'note' }],
      },
      { name: 'pin', mutability: 'writeOnly', returned: 'never' },
      { name: 'mark', returned: 'never' },
      { name: 'notes', returned: 'request' },
      { name: 'badge', returned: 'always', caseExact: true },
      { name: 'level', type: 'integer' },
      { name: 'height', type: 'decimal' },
      { name: 'since', type: 'dateTime' },
      { name: 'photo', type: 'binary' },
      { name: 'boss', type: 'reference', referenceTypes: ['User'], caseExact: true },
      { name: 'remote', type: 'boolean' },
      { name: 'size', canonicalValues: ['S', 'L'] },
      { name: 'codes', multiValued: true, caseExact: true },
      { name: 'tags', multiValued: true },
    ],
  },
  {
    id: `urn:contoso:scim:required:2.0:${resourceType}`,
    attributes: [
      { name: 'ticket', required: true },
      { name: 'room', type: 'complex', subAttributes: [{ name: 'floor', required: true }, { name: 'door' }] },
      { name: 'rest' },
    ],
  },
]);

export type TypeName = 'User' | 'Group';

/** One attribute as /Schemas describes it. */
export interface DescribedAttribute {
  readonly type: TypeName;
  /** undefined for an attribute of the core schema. */
  readonly urn: string | undefined;
  readonly definition: AttributeDefinition;
  /** The path in filters and PATCH operations. */
  readonly path: string;
}

/** Returns all attributes of both resource types, as the server describes them. */
export async function describedAttributes(server: TestScimServer): Promise<readonly DescribedAttribute[]> {
  const { body } = await server.send('GET', '/Schemas');
  const types = (await server.send('GET', '/ResourceTypes')).body.Resources;
  return types.flatMap((one: { id: TypeName; schema: string; schemaExtensions?: { schema: string }[] }) =>
    [one.schema, ...(one.schemaExtensions ?? []).map(({ schema }) => schema)].flatMap((id) => {
      const schema = body.Resources.find((candidate: { id: string }) => candidate.id === id);
      const urn = id === one.schema ? undefined : id;
      return schema.attributes.map((definition: AttributeDefinition) => ({
        type: one.id,
        urn,
        definition,
        path: urn === undefined ? definition.name : `${urn}:${definition.name}`,
      }));
    }),
  );
}

/** Returns a body, or a part of a body, with these values. */
export function bodyWith(values: readonly (readonly [DescribedAttribute, JsonValue])[]): JsonObject {
  let body: JsonObject = {};
  for (const [{ urn, definition }, value] of values) {
    const part = { [definition.name]: value };
    const own = urn === undefined ? undefined : body[urn];
    body = { ...body, ...(urn === undefined ? part : { [urn]: { ...(isObject(own) ? own : {}), ...part } }) };
  }
  return body;
}

/** Returns a valid value of the attribute, which differs for each `mark`. `id` is the id of a user. */
export function sample(definition: AttributeDefinition, mark: string, id: string): JsonValue {
  const one = sampleOne(definition, mark, id);
  return definition.multiValued ? [one] : one;
}

function sampleOne(definition: AttributeDefinition, mark: string, id: string): JsonValue {
  const { name, type, subAttributes = [] } = definition;
  if (name === 'members') return { value: id };
  if (name === 'password') return `Correct-Horse-${mark}-7`;
  switch (type) {
    case 'boolean':
      return name !== 'primary';
    case 'integer':
      return mark.length;
    case 'decimal':
      return mark.length + 0.5;
    case 'dateTime':
      return `2026-01-02T03:04:${String(mark.length % 60).padStart(2, '0')}.000Z`;
    case 'reference':
      return `https://x.example/${mark}`;
    case 'binary':
      return Buffer.from(mark).toString('base64');
    case 'complex':
      return Object.fromEntries(
        subAttributes
          .filter((sub) => sub.mutability !== 'readOnly' && sub.name !== '$ref')
          .map((sub) => [sub.name, sample(sub, name === 'emails' ? `${mark}@x.example` : mark, id)]),
      );
    case 'string':
      return `Val-${name}-${mark}`;
  }
}

/** Returns a value of a wrong type for the attribute. */
export function wrongValue({ type, multiValued }: AttributeDefinition): JsonValue {
  const one: Readonly<Record<AttributeDefinition['type'], JsonValue>> = {
    string: { a: 'b' },
    reference: { a: 'b' },
    binary: { a: 'b' },
    dateTime: 'yesterday',
    boolean: 'perhaps',
    integer: 1.5,
    decimal: 'many',
    complex: true,
  };
  return multiValued ? [one[type]] : one[type];
}
