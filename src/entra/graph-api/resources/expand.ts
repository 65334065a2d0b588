import { AppError, quote } from '#base/errors.ts';

/** What $expand asks for. Throws invalidQuery for what cannot be expanded. */
export function expandOf(asked: readonly string[], known: readonly string[]): ReadonlySet<string> {
  const names = asked.map((name) => {
    const found = known.find((one) => one.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found;
    const message = `${quote(name)} cannot be expanded here; there is: ${known.join(', ')}.`;
    throw new AppError('invalidQuery', message, { attribute: '$expand' });
  });
  return new Set(names);
}
