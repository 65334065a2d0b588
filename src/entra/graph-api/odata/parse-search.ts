import { AppError, quote } from '#base/errors.ts';
import { FILTER_LENGTH_MAX, FILTER_TERMS_MAX, type Filter } from './filter.ts';

const clause = /\s*"(?<path>[A-Za-z/]+):(?<value>[^"]*)"/y;
const joint = /\s+(?<word>AND|OR)(?=\s)/y;

/** Reads $search: "displayName:ann", several with AND and OR between them; AND goes first. Throws invalidQuery. */
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
    joint.lastIndex = clause.lastIndex;
    const { word } = joint.exec(text)?.groups ?? {};
    if (word === undefined) throw badSearch(text);
    if (word === 'OR') alternatives.push([]);
    offset = joint.lastIndex;
  }
  const parts = alternatives.map((all): Filter => ({ kind: 'and', parts: all }));
  return { kind: 'or', parts };
}

function badSearch(text: string): AppError {
  return new AppError(
    'invalidQuery',
    `The $search ${quote(text)} cannot be read: write "displayName:ann", with AND or OR between several.`,
    { attribute: '$search' },
  );
}
