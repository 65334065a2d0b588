import type { SayMistake } from '#base/words/expression-mistakes.ts';

import { standardFormats } from './invariant-culture.ts';

/** A part of a .NET date format: a specifier letter with the number of its repetitions, or literal text. */
export type FormatPart =
  | { readonly kind: 'specifier'; readonly letter: string; readonly count: number }
  | { readonly kind: 'literal'; readonly text: string };

const specifiers = 'dfFgHhKmMstyz';
const FRACTION_DIGITS_MAX = 7;

/**
 * Parses a standard or custom date format of .NET. Returns what is wrong if the format is invalid.
 *
 * @example
 * parseDateFormat('yyyy-MM');
 * // [{ kind: 'specifier', letter: 'y', count: 4 }, { kind: 'literal', text: '-' }, { kind: 'specifier', letter: 'M', count: 2 }]
 */
export function parseDateFormat(format: string): readonly FormatPart[] | SayMistake {
  if (format === '') return ({ dateFormats }) => dateFormats.empty;
  if (format.length === 1) {
    const custom = standardFormats[format];
    if (custom === undefined) return ({ dateFormats }) => dateFormats.noStandard(format);
    return parseDateFormat(custom);
  }
  const parts: FormatPart[] = [];
  let index = 0;
  while (index < format.length) {
    const read = readPart(format, index);
    if (typeof read === 'function') return read;
    if (read.part !== undefined) parts.push(read.part);
    index = read.end;
  }
  return parts;
}

interface Read {
  readonly part: FormatPart | undefined;
  readonly end: number;
}

function readPart(format: string, index: number): Read | SayMistake {
  const character = format.charAt(index);
  if (character === "'" || character === '"') return readQuoted(format, index);
  if (character === '\\') {
    if (index + 1 >= format.length) return ({ dateFormats }) => dateFormats.backslash;
    return { part: { kind: 'literal', text: format.charAt(index + 1) }, end: index + 2 };
  }
  // In `%d`, the letter is the custom specifier d, not the standard format d.
  if (character === '%') {
    const next = format.charAt(index + 1);
    return next === '' || next === '%' ? ({ dateFormats }) => dateFormats.percent : { part: undefined, end: index + 1 };
  }
  if (!specifiers.includes(character)) return { part: { kind: 'literal', text: character }, end: index + 1 };
  // K is never repeated: KK is two specifiers.
  const count = character === 'K' ? 1 : runLength(format, index);
  const end = index + count;
  if ((character === 'f' || character === 'F') && count > FRACTION_DIGITS_MAX) {
    return ({ dateFormats }) => dateFormats.fraction(FRACTION_DIGITS_MAX);
  }
  return { part: { kind: 'specifier', letter: character, count }, end };
}

function runLength(format: string, index: number): number {
  let end = index + 1;
  while (format.charAt(end) === format.charAt(index)) end += 1;
  return end - index;
}

function readQuoted(format: string, index: number): Read | SayMistake {
  const quotation = format.charAt(index);
  let text = '';
  let end = index + 1;
  while (end < format.length && format.charAt(end) !== quotation) {
    if (format.charAt(end) === '\\') end += 1;
    text += format.charAt(end);
    end += 1;
  }
  if (end >= format.length) return ({ dateFormats }) => dateFormats.openQuote(quotation);
  return { part: { kind: 'literal', text }, end: end + 1 };
}
