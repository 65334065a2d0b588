import type { JsonObject, JsonValue } from '#base/json.ts';
import { filterableBy, type FilterableProperties, type FilterableProperty } from '../odata/filterable.ts';
import type { SourceAttribute } from '../../source/source-attributes.ts';

/** Properties that are lists in Graph, although the source stores one value (source-attributes.ts). */
const listOfOne: ReadonlySet<string> = new Set(['businessPhones']);

/** A property in Graph, and the source attribute that has its value. */
interface SourceProperty {
  /** The path of the property, such as ['onPremisesExtensionAttributes', 'extensionAttribute1']. */
  readonly path: readonly string[];
  readonly attribute: SourceAttribute;
}

/** Returns the Graph properties of source attributes. References and computed attributes are not properties in Graph. */
export function propertiesOf(attributes: readonly SourceAttribute[]): readonly SourceProperty[] {
  return attributes.flatMap((attribute) => {
    const { graphName, place, type } = attribute;
    if (graphName === null || place === 'computed' || type === 'Reference') return [];
    return [{ path: graphName.split('.'), attribute }];
  });
}

/** Returns the values of the properties by name. A property without a value is null, or an empty list if it is multivalued. */
export function readProperties(
  properties: readonly SourceProperty[],
  valueOf: (attribute: SourceAttribute) => JsonValue | undefined,
): JsonObject {
  const resource: Record<string, JsonValue> = {};
  const within: Record<string, Record<string, JsonValue>> = {};
  for (const { path, attribute } of properties) {
    const [name = '', inner] = path;
    const value = shown(name, attribute, valueOf(attribute));
    if (inner === undefined) resource[name] = value;
    else {
      within[name] ??= {};
      within[name][inner] = value;
      resource[name] = within[name];
    }
  }
  return resource;
}

function shown(name: string, { multivalued }: SourceAttribute, value: JsonValue | undefined): JsonValue {
  if (multivalued) return value ?? [];
  if (listOfOne.has(name)) return value === undefined || value === null ? [] : [value];
  return value ?? null;
}

/** Returns the properties that a list of these objects can be filtered by. */
export function filterableOf(
  properties: readonly SourceProperty[],
  more: readonly FilterableProperty[],
): FilterableProperties {
  const own = properties.map(({ path, attribute }): FilterableProperty => {
    const [name = ''] = path;
    const isList = attribute.multivalued || listOfOne.has(name);
    const types = { String: 'text', Boolean: 'boolean', DateTime: 'date', Reference: 'text' } as const;
    return {
      path: path.join('/'),
      type: isList ? 'texts' : types[attribute.type],
      caseExact: attribute.caseExact,
    };
  });
  return filterableBy([...own, ...more]);
}

/**
 * Returns the values of a request body by attribute name, without OData annotations.
 *
 * @example
 * valuesOf({ onPremisesExtensionAttributes: { extensionAttribute1: 'x' } });
 * // { 'onPremisesExtensionAttributes.extensionAttribute1': 'x' }
 */
export function valuesOf(body: JsonObject): Readonly<Record<string, JsonValue>> {
  const entries = Object.entries(body).flatMap(([name, value]): [string, JsonValue][] => {
    if (name.includes('@')) return [];
    if (name.toLowerCase() !== 'onpremisesextensionattributes') return [[name, value]];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    return Object.entries(value as JsonObject).map(([inner, own]) => [`${name}.${inner}`, own]);
  });
  return Object.fromEntries(entries);
}
