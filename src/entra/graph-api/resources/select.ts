import { AppError, quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { suggestion } from '#base/suggestion.ts';

/** The properties of a resource by $select: `undefined` for those it has by itself, `*` for all. Throws invalidQuery. */
export function selectOf(
  asked: readonly string[] | undefined,
  { all, usual }: { readonly all: readonly string[]; readonly usual: readonly string[] },
): ReadonlySet<string> {
  if (asked === undefined) return new Set(usual);
  if (asked.includes('*')) return new Set(all);
  const names = asked.map((name) => {
    const known = all.find((one) => one.toLowerCase() === name.toLowerCase());
    if (known !== undefined) return known;
    const near = suggestion(name, all);
    const hint = near === undefined ? `There are: ${all.join(', ')}.` : `Did you mean ${near}?`;
    throw new AppError('invalidQuery', `There is no property ${quote(name)} to select. ${hint}`, {
      attribute: '$select',
    });
  });
  return new Set(['id', ...names]);
}

/** What is selected of a resource, in the resource's order; annotations of OData stay. */
export function pick(resource: JsonObject, selected: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => selected.has(name) || name.startsWith('@')));
}
