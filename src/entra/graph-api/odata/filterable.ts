import { AppError, quote } from '#base/errors.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import { suggestion } from '#base/suggestion.ts';

/** A property that a list can be filtered by. */
export interface FilterableProperty {
  /** The name in filters, such as `sourceIdentity/id`. */
  readonly path: string;
  readonly type: 'text' | 'boolean' | 'number' | 'date' | 'texts';
  /** True if texts are compared case-sensitively. */
  readonly caseExact: boolean;
  /** The path of the value in the resource, if it differs from `path`. */
  readonly valuePath?: string;
}

/** Filterable properties, by path in lower case. */
export type FilterableProperties = ReadonlyMap<string, FilterableProperty>;

export function filterableBy(properties: readonly FilterableProperty[]): FilterableProperties {
  return new Map(properties.map((property) => [property.path.toLowerCase(), property]));
}

/** Returns the property with this case-insensitive path. Throws `invalidQuery` if the list cannot be filtered by the path. */
export function requireProperty(properties: FilterableProperties, path: string): FilterableProperty {
  const found = properties.get(path.toLowerCase());
  if (found !== undefined) return found;
  const known = [...properties.values()].map((property) => property.path);
  const near = suggestion(path, known);
  const hint = near === undefined ? `The properties are: ${known.join(', ')}.` : `Did you mean ${near}?`;
  throw new AppError('invalidQuery', `The list cannot be filtered by ${quote(path)}. ${hint}`, {
    attribute: '$filter',
  });
}

/** Returns the value of a property of a resource, or null if the property has no value. */
export function valueOf(resource: JsonObject, { path, valuePath = path }: FilterableProperty): JsonValue {
  let value: JsonValue = resource;
  for (const name of valuePath.split('/')) value = isObject(value) ? (value[name] ?? null) : null;
  return value;
}
