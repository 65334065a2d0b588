import { standardFormats } from './invariant-culture.ts';

/** A piece of a .NET date format: a specifier with the number of its letters, or text that stands for itself. */
export type FormatPart =
  | { readonly kind: 'specifier'; readonly letter: string; readonly count: number }
  | { readonly kind: 'literal'; readonly text: string };

const specifiers = 'dfFgHhKmMstyz';
const FRACTION_DIGITS_MAX = 7;

/** Reads a .NET date format, standard or custom. Returns what is wrong with it as a string. */
export function parseDateFormat(format: string): readonly FormatPart[] | string {
  if (format === '') return 'the format is empty';
  if (format.length === 1) {
    const custom = standardFormats[format];
    if (custom === undefined) return `"${format}" is no standard format of .NET; write "%${format}" for the part alone`;
    return parseDateFormat(custom);
  }
  const parts: FormatPart[] = [];
  let index = 0;
  while (index < format.length) {
    const read = readPart(format, index);
    if (typeof read === 'string') return read;
    if (read.part !== undefined) parts.push(read.part);
    index = read.end;
  }
  return parts;
}

interface Read {
  readonly part: FormatPart | undefined;
  readonly end: number;
}

function readPart(format: string, index: number): Read | string {
  const character = format.charAt(index);
  if (character === "'" || character === '"') return readQuoted(format, index);
  if (character === '\\') {
    if (index + 1 >= format.length) return 'the format ends in a backslash';
    return { part: { kind: 'literal', text: format.charAt(index + 1) }, end: index + 2 };
  }
  // %d is d alone, and not the standard format d.
  if (character === '%') {
    const next = format.charAt(index + 1);
    return next === '' || next === '%' ? 'nothing follows "%" in the format' : { part: undefined, end: index + 1 };
  }
  if (!specifiers.includes(character)) return { part: { kind: 'literal', text: character }, end: index + 1 };
  // K says all that there is about the time zone: two of them are two specifiers.
  const count = character === 'K' ? 1 : runLength(format, index);
  const end = index + count;
  if ((character === 'f' || character === 'F') && count > FRACTION_DIGITS_MAX) {
    return `the format has more than ${FRACTION_DIGITS_MAX} digits of a second`;
  }
  return { part: { kind: 'specifier', letter: character, count }, end };
}

function runLength(format: string, index: number): number {
  let end = index + 1;
  while (format.charAt(end) === format.charAt(index)) end += 1;
  return end - index;
}

function readQuoted(format: string, index: number): Read | string {
  const quotation = format.charAt(index);
  let text = '';
  let end = index + 1;
  while (end < format.length && format.charAt(end) !== quotation) {
    if (format.charAt(end) === '\\') end += 1;
    text += format.charAt(end);
    end += 1;
  }
  if (end >= format.length) return `the quotation that begins with ${quotation} does not end in the format`;
  return { part: { kind: 'literal', text }, end: end + 1 };
}
