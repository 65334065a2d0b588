import { AppError, quote } from '#base/errors.ts';

/** Returns the properties that $expand names, spelled as in `known`. Throws `invalidQuery` for a property that is not in `known`. */
export function expandOf(requested: readonly string[], known: readonly string[]): ReadonlySet<string> {
  const names = requested.map((name) => {
    const found = known.find((one) => one.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found;
    const message = `${quote(name)} cannot be expanded here. Properties that can be expanded: ${known.join(', ')}.`;
    throw new AppError('invalidQuery', message, { attribute: '$expand' });
  });
  return new Set(names);
}
