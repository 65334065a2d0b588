import { AppError, quote } from '#base/errors.ts';

/** The value of the filter `source` for people and groups without a source. */
export const NO_SOURCE = 'none';

/** Throws `invalidQuery` (400) unless the value of the filter `source` is undefined, NO_SOURCE, or the id of one of the integrations. */
export function requireSource(source: string | undefined, names: ReadonlyMap<string, string>): void {
  if (source === undefined || source === NO_SOURCE || names.has(source)) return;
  throw new AppError(
    'invalidQuery',
    `source is ${quote(source)}, but no integration has this id: send the id of an integration, or ${NO_SOURCE}.`,
    { attribute: 'source', value: source },
  );
}
