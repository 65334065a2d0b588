import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { FlatResource, FlatValue } from './flat-resource.ts';
import { asBoolean, parseTargetName, sameName, type Equality, type TargetName } from './target-name.ts';

/**
 * Returns the values of a resource by the names of the target attributes (§1.10 rule 3). An absent or null value has no entry.
 *
 * @example
 * flatten({ name: { givenName: 'Ann' } }, ['name.givenName', 'title']); // Map { 'name.givenName' => 'Ann' }
 */
export function flatten(body: JsonObject, names: readonly string[]): FlatResource {
  return new Map(
    names.flatMap((name) => {
      const value = valueOf(body, parseTargetName(name));
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function valueOf(body: JsonObject, { schema, attribute, element, path }: TargetName): FlatValue | undefined {
  const holder = schema === undefined ? body : memberOf(body, schema);
  const found = memberOf(holder, attribute);
  const chosen = element === undefined ? found : elementOf(found, element);
  const names = element !== undefined && path.length === 0 ? ['value'] : path;
  return toFlat(names.reduce<JsonValue | undefined>(memberOf, chosen));
}

/** Returns a member of an object by its case-insensitive name. For a list, returns the member of the first element that has it. */
function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (isList(value)) return value.map((inner) => memberOf(inner, name)).find((inner) => inner !== undefined);
  if (!isObject(value)) return undefined;
  const key = Object.hasOwn(value, name) ? name : Object.keys(value).find((candidate) => sameName(candidate, name));
  return key === undefined ? undefined : (value[key] ?? undefined);
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function elementOf(list: JsonValue | undefined, equalities: readonly Equality[]): JsonValue | undefined {
  if (!isList(list)) return undefined;
  return list.find((element) => equalities.every(({ name, value }) => equals(memberOf(element, name), value)));
}

function equals(found: JsonValue | undefined, wanted: string | boolean): boolean {
  if (typeof wanted === 'boolean') return (asBoolean(found) ?? false) === wanted;
  return typeof found === 'string' && sameName(found, wanted);
}

/** Converts a value to a FlatValue. A reference, such as the manager, is an object with an id as `value`, and is converted to the id. */
function toFlat(value: JsonValue | undefined): FlatValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (isList(value)) return value.flatMap((inner) => (inner === null ? [] : [inner as FlatValue]));
  if (!isObject(value)) return value;
  const id = memberOf(value, 'value');
  return typeof id === 'string' ? id : value;
}
