import { AppError, quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { suggestion } from '#base/suggestion.ts';

/**
 * Returns the names of the properties that $select requests, and `id`. `*` requests all properties. Without $select (`requested` is
 * undefined), returns the default properties. Throws `invalidQuery` for an unknown property.
 */
export function selectOf(
  requested: readonly string[] | undefined,
  { all, defaults }: { readonly all: readonly string[]; readonly defaults: readonly string[] },
): ReadonlySet<string> {
  if (requested === undefined) return new Set(defaults);
  if (requested.includes('*')) return new Set(all);
  const names = requested.map((name) => {
    const known = all.find((one) => one.toLowerCase() === name.toLowerCase());
    if (known !== undefined) return known;
    const near = suggestion(name, all);
    const hint = near === undefined ? `The properties are: ${all.join(', ')}.` : `Did you mean ${near}?`;
    throw new AppError('invalidQuery', `There is no property ${quote(name)} to select. ${hint}`, {
      attribute: '$select',
    });
  });
  return new Set(['id', ...names]);
}

/** Returns the selected properties of a resource, in the resource's order. Keeps OData annotations. */
export function pick(resource: JsonObject, selected: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => selected.has(name) || name.startsWith('@')));
}
