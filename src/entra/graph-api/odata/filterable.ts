import { AppError, quote } from '#base/errors.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import { suggestion } from '#base/suggestion.ts';

/** A property that a list can be filtered by. */
export interface FilterableProperty {
  /** As filters name it: `sourceIdentity/id`. */
  readonly path: string;
  readonly type: 'text' | 'boolean' | 'number' | 'date' | 'texts';
  /** Whether texts are compared with their case. */
  readonly caseExact: boolean;
  /** Where its value is in the resource, when that is another path. */
  readonly valuePath?: string;
}

/** Properties by their path in lower case. */
export type FilterableProperties = ReadonlyMap<string, FilterableProperty>;

export function filterableBy(properties: readonly FilterableProperty[]): FilterableProperties {
  return new Map(properties.map((property) => [property.path.toLowerCase(), property]));
}

/** Throws invalidQuery for a property that the list cannot be filtered by. */
export function requireProperty(properties: FilterableProperties, path: string): FilterableProperty {
  const found = properties.get(path.toLowerCase());
  if (found !== undefined) return found;
  const known = [...properties.values()].map((property) => property.path);
  const near = suggestion(path, known);
  const hint = near === undefined ? `There are: ${known.join(', ')}.` : `Did you mean ${near}?`;
  throw new AppError('invalidQuery', `The list cannot be filtered by ${quote(path)}. ${hint}`, {
    attribute: '$filter',
  });
}

/** The value of a property; null where there is none. */
export function valueOf(resource: JsonObject, { path, valuePath = path }: FilterableProperty): JsonValue {
  let value: JsonValue = resource;
  for (const name of valuePath.split('/')) value = isObject(value) ? (value[name] ?? null) : null;
  return value;
}
