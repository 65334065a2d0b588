import { quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';

/** The value of the filter `source` for people and groups without a source. */
export const NO_SOURCE = 'none';

/** Throws `invalidQuery` (400) unless the value of the filter `source` is undefined, NO_SOURCE, or the id of one of the integrations. */
export function requireSource(source: string | undefined, names: ReadonlyMap<string, string>): void {
  if (source === undefined || source === NO_SOURCE || names.has(source)) return;
  throw new TranslatedError('invalidQuery', ({ admin }) => admin.sources.noFilter(quote(source), NO_SOURCE), {
    attribute: 'source',
    value: source,
  });
}
