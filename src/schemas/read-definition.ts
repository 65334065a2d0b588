import { z } from 'zod';
import { quote, type AppError } from '#base/errors.ts';
import { TranslatedError, type Messages } from '#base/translated-error.ts';
import { schemaFaults } from '#base/words/schema-faults.ts';
import {
  SCHEMA_ATTRIBUTES_MAX,
  SCHEMA_NAME_LENGTH_MAX,
  SCHEMA_TEXT_LENGTH_MAX,
  SCHEMA_URN_LENGTH_MAX,
  SCHEMA_VALUES_MAX,
  SUB_ATTRIBUTES_MAX,
} from '#scim/limits.ts';
import type { AttributeDefinition, SchemaDefinition } from '#scim/schema/attribute.ts';
import { isStandardUrn, type ResourceTypeName } from '#scim/schema/resource-schema.ts';
import { findFault, findSharedFault, type FaultText } from './characteristics.ts';

/** A schema that an organization defines, and the resource type that it extends. */
export interface CustomSchema {
  readonly resourceType: ResourceTypeName;
  readonly definition: SchemaDefinition;
}

/** A URN (RFC 8141) of at least three parts, without characters that would have to be escaped in a path or a filter. */
const urnPattern = /^urn:[a-z0-9][a-z0-9-]{0,31}(?::[\w.~%+-]+)+$/i;
/** The name of an attribute (RFC 7643 §2.1). `$ref` is the only name that starts with a dollar sign. */
const namePattern = /^(?:[A-Za-z][\w-]*|\$ref)$/;

const name = z.string().max(SCHEMA_NAME_LENGTH_MAX).regex(namePattern, schemaFaults.name);
const text = z.string().max(SCHEMA_TEXT_LENGTH_MAX);
const texts = z.array(z.string().min(1).max(SCHEMA_TEXT_LENGTH_MAX)).max(SCHEMA_VALUES_MAX);

const characteristics = {
  name,
  description: text.default(''),
  multiValued: z.boolean().default(false),
  required: z.boolean().default(false),
  caseExact: z.boolean().default(false),
  canonicalValues: texts.optional(),
  mutability: z
    .enum(['readWrite', 'immutable', 'writeOnly'], {
      error: schemaFaults.mutability,
    })
    .default('readWrite'),
  returned: z.enum(['always', 'never', 'default', 'request']).default('default'),
  uniqueness: z.literal('none', { error: schemaFaults.uniqueness }).default('none'),
  referenceTypes: texts.optional(),
};

const simpleTypes = ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary'] as const;

const subAttribute = z.object({
  ...characteristics,
  type: z
    .enum(simpleTypes, {
      error: schemaFaults.subType(simpleTypes.join(', ')),
    })
    .default('string'),
});
const attribute = z.object({
  ...characteristics,
  type: z.enum([...simpleTypes, 'complex']).default('string'),
  subAttributes: z.array(subAttribute).max(SUB_ATTRIBUTES_MAX).optional(),
});

const schema = z.object({
  id: z.string().max(SCHEMA_URN_LENGTH_MAX).regex(urnPattern, schemaFaults.urn),
  name: z.string().min(1).max(SCHEMA_NAME_LENGTH_MAX).optional(),
  description: text.default(''),
  resourceType: z.enum(['User', 'Group']).optional(),
  attributes: z.array(attribute).min(1, schemaFaults.noAttribute).max(SCHEMA_ATTRIBUTES_MAX),
});

/**
 * Reads a custom schema in the format of RFC 7643 §7, which /Schemas returns, so that a schema can be copied from another server.
 * `resourceType` is an extension of the format. By default, it is Group if the URN ends with ":Group", else User. Throws
 * `schemaInvalid` (400) if the definition is not valid.
 *
 * @example
 * readSchemaDefinition({ id: 'urn:contoso:User', attributes: [{ name: 'badge' }] }).resourceType; // 'User'
 */
export function readSchemaDefinition(value: unknown): CustomSchema {
  const result = schema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    const place = (issue?.path ?? []).join('.');
    throw invalid(place === '' ? undefined : place, (words) => issueText(issue?.message, words));
  }
  const { id, name: given, description, resourceType, attributes } = result.data;
  if (isStandardUrn(id)) throw invalid('id', (words) => words.isStandard(quote(id)));
  const type = resourceType ?? (/:group$/i.test(id) ? 'Group' : 'User');
  const definitions = attributes.map((one, index) => toDefinition(one, `attributes.${index}`));
  requireUniqueNames(definitions, 'attributes');
  const parts = id.split(':');
  const inUrn = [...parts].toReversed().find((part) => /[a-z]/i.test(part) && !/^(user|group)$/i.test(part));
  return {
    resourceType: type,
    definition: { id, name: given ?? inUrn ?? id, description, attributes: definitions },
  };
}

type SimpleRead = z.output<typeof subAttribute>;
type AttributeRead = z.output<typeof attribute>;

function toDefinition(read: AttributeRead, place: string): AttributeDefinition {
  const { subAttributes, type } = read;
  const definition = withoutUndefined(read, place);
  if (type !== 'complex') {
    if (subAttributes === undefined || subAttributes.length === 0) return definition;
    throw invalid(`${place}.subAttributes`, (words) => words.notComplex(quote(read.name), type));
  }
  if (subAttributes === undefined || subAttributes.length === 0) {
    throw invalid(`${place}.subAttributes`, (words) => words.subAttributesMissing(quote(read.name)));
  }
  const inner = subAttributes.map((sub, index) => {
    const read = withoutUndefined(sub, `${place}.subAttributes.${index}`);
    // A sub-attribute of an attribute that is never returned is never returned either.
    return definition.returned === 'never' ? { ...read, returned: definition.returned } : read;
  });
  requireUniqueNames(inner, `${place}.subAttributes`);
  const fault = definition.multiValued ? findSharedFault(inner) : undefined;
  if (fault !== undefined) {
    throw invalid(`${place}.subAttributes.${fault.place}.${fault.characteristic}`, fault.reason);
  }
  return { ...definition, subAttributes: inner };
}

/** Returns an attribute without its sub-attributes. Throws `schemaInvalid` (400) if its characteristics contradict each other. */
function withoutUndefined(read: SimpleRead | AttributeRead, place: string): AttributeDefinition {
  const { canonicalValues, referenceTypes, ...rest } = read;
  const { name: ownName, type, multiValued, description, required, caseExact, mutability, returned, uniqueness } = rest;
  const definition: AttributeDefinition = {
    name: ownName,
    type,
    multiValued,
    description,
    required,
    caseExact,
    mutability,
    returned,
    uniqueness,
    ...(canonicalValues && { canonicalValues }),
    ...(referenceTypes && { referenceTypes }),
  };
  const fault = findFault(definition);
  if (fault !== undefined) throw invalid(`${place}.${fault.characteristic}`, fault.reason);
  return definition;
}

/** Throws `schemaInvalid` (400) if two names are equal; letter case is ignored (RFC 7643 §2.1). */
function requireUniqueNames(definitions: readonly AttributeDefinition[], place: string): void {
  const seen = new Set<string>();
  for (const { name: one } of definitions) {
    if (seen.has(one.toLowerCase())) throw invalid(place, (words) => words.twice(quote(one)));
    seen.add(one.toLowerCase());
  }
}

/**
 * Returns the text of an issue that zod reports. Its message is English; the words of the other language have it under the same name. The
 * messages about sizes and types, which all requests share, are English in both languages.
 */
function issueText(message: string | undefined, words: Messages['schemaFaults']): string {
  if (message === undefined) return words.unreadable;
  const types = simpleTypes.join(', ');
  if (message === schemaFaults.subType(types)) return words.subType(types);
  const known = fixedFaults.find((one) => schemaFaults[one] === message);
  return known === undefined ? words.ofField(message) : words[known];
}

const fixedFaults = ['name', 'mutability', 'uniqueness', 'urn', 'noAttribute'] as const;

function invalid(place: string | undefined, reason: FaultText): AppError {
  return new TranslatedError(
    'schemaInvalid',
    ({ schemaFaults: words }) => words.invalid(place ?? words.wholeSchema, reason(words)),
    { attribute: place ?? schemaFaults.wholeSchema },
  );
}
