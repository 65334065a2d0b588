import { AppError, quote } from '#base/errors.ts';
import { FILTER_LENGTH_MAX, FILTER_TERMS_MAX, type Filter } from './filter.ts';

const clause = /\s*"(?<path>[A-Za-z/]+):(?<value>[^"]*)"/y;
const connective = /\s+(?<word>AND|OR)(?=\s)/y;

/**
 * Parses $search: clauses such as "displayName:ann", joined by AND and OR. AND binds more tightly than OR. Throws `invalidQuery`.
 *
 * @example
 * parseSearch('"displayName:ann" OR "mail:ann"');
 */
export function parseSearch(text: string): Filter {
  if (text.length > FILTER_LENGTH_MAX) throw badSearch(text);
  const alternatives: Filter[][] = [[]];
  for (let offset = 0, terms = 1; ; terms += 1) {
    clause.lastIndex = offset;
    const { path, value } = clause.exec(text)?.groups ?? {};
    if (path === undefined || value === undefined || value.trim() === '' || terms > FILTER_TERMS_MAX) {
      throw badSearch(text);
    }
    alternatives.at(-1)?.push({ kind: 'word', path, value: value.trim() });
    if (text.slice(clause.lastIndex).trim() === '') break;
    connective.lastIndex = clause.lastIndex;
    const { word } = connective.exec(text)?.groups ?? {};
    if (word === undefined) throw badSearch(text);
    if (word === 'OR') alternatives.push([]);
    offset = connective.lastIndex;
  }
  const parts = alternatives.map((all): Filter => ({ kind: 'and', parts: all }));
  return { kind: 'or', parts };
}

function badSearch(text: string): AppError {
  return new AppError(
    'invalidQuery',
    `The $search ${quote(text)} cannot be read: write clauses such as "displayName:ann", joined by AND or OR.`,
    { attribute: '$search' },
  );
}
