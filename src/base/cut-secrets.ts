import { CUT_MARK } from './cut-text.ts';

/**
 * The minimum number of bytes of a credential that are replaced before the mark of a cut. Any text ends with the first characters of some
 * credential by chance.
 */
export const CUT_CREDENTIAL_MIN = 4;
/** The longest form of a byte of a credential: `\u0041`. */
const FORM_LENGTH_MAX = 6;
/** More characters than a token of the product that is not recognized because it was cut, in its longest form. */
const CUT_TOKEN_LENGTH_MAX = 200;

/** A part of an escape at the end of a text: `%7` of `%74`, or `\u00`. */
const cutEscapeForms = String.raw`(?:%[0-9a-f]?|\\(?:u[0-9a-f]{0,3})?)`;
const cutEscape = new RegExp(`${cutEscapeForms}$`, 'i');
/** The escapes that a text can have. A credential can itself have what looks like an escape, so that each combination is tried. */
interface Escapes {
  /** `%74`, as in a URL. */
  readonly percent: boolean;
  /** `\u0074`, as in JSON. */
  readonly unicode: boolean;
  /** A backslash before `"`, `\` or `/`, as in JSON. */
  readonly short: boolean;
}

const noEscapes: Escapes = { percent: false, unicode: false, short: false };
const escapes: readonly Escapes[] = [
  noEscapes,
  { percent: false, unicode: true, short: true },
  { percent: true, unicode: true, short: false },
  { percent: true, unicode: true, short: true },
];
/** A letter, a digit, "-" or "_", as escapes in a URL or in JSON write its code. */
const wordCodes = '(?:2d|3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])';
/** The beginning of a token, with escapes, at the end of a text. A token with 16 characters behind its prefix is recognized as a whole. */
const cutToken = new RegExp(
  [
    String.raw`(?:t|(?:%|\\u00)[57]4)`,
    String.raw`(?:n|(?:%|\\u00)[46]e)`,
    String.raw`(?:[has]|(?:%|\\u00)(?:[46][18]|[57]3))`,
    String.raw`(?:_|(?:%|\\u00)5f)`,
    String.raw`(?:[\w-]|(?:%|\\u00)${wordCodes}){0,16}`,
    `${cutEscapeForms}?$`,
  ].join(''),
  'i',
);

/**
 * Replaces the beginning of a key or token of the product, and of a credential, wherever a text was cut behind it. Only the first characters
 * that have no meaning remain: fewer than those of the prefix of a token, or than CUT_CREDENTIAL_MIN.
 *
 * A client can send millions of marks in one body, so that a mark without a secret before it must cost little.
 *
 * @param credential The credential of a request; empty for none.
 * @example
 * withoutCutSecrets('see tns_9x0X8R…', '', '[secret]'); // 'see [secret]…'
 */
export function withoutCutSecrets(text: string, credential: string, replacement: string): string {
  const sought = credential === '' ? undefined : soughtCredential(credential);
  let result = '';
  let copied = 0;
  let before = 0;
  for (let mark = text.indexOf(CUT_MARK); mark !== -1; mark = text.indexOf(CUT_MARK, before)) {
    const start = mark === before ? undefined : startOfSecret(text.slice(before, mark), sought);
    if (start !== undefined) {
      result += text.slice(copied, before + start) + replacement;
      copied = mark;
    }
    before = mark + CUT_MARK.length;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

interface SoughtCredential {
  /** In lower case. */
  readonly bytes: Uint8Array;
  /** The length of the next shorter beginning at the end of each beginning (`longestBeginning`). */
  readonly shorter: readonly number[];
}

function soughtCredential(credential: string): SoughtCredential {
  const bytes = Buffer.from(credential.toLowerCase());
  return { bytes, shorter: shorterBeginnings(bytes) };
}

/** Returns where the beginning of a secret at the end of a text starts; undefined if there is none. */
function startOfSecret(text: string, credential: SoughtCredential | undefined): number | undefined {
  const first = Math.max(0, text.length - CUT_TOKEN_LENGTH_MAX);
  const token = cutToken.exec(first === 0 ? text : text.slice(first));
  const found = credential === undefined ? [] : startsOfCredential(text, credential);
  if (token !== null) found.push(first + token.index);
  if (found.length === 0) return undefined;
  let start = Math.min(...found);
  // A backslash before the secret can belong to its first letter, and would remain alone.
  while (text[start - 1] === '\\') start -= 1;
  return start;
}

/** Returns where the beginning of a credential at the end of a text starts, for each form in which it is there. */
function startsOfCredential(text: string, credential: SoughtCredential): number[] {
  if (text.length < CUT_CREDENTIAL_MIN) return [];
  const last = Math.max(0, text.length - (credential.bytes.length + 1) * FORM_LENGTH_MAX);
  const tail = last === 0 ? text : text.slice(last);
  const whole = tail.slice(0, tail.length - (cutEscape.exec(tail.slice(-FORM_LENGTH_MAX))?.[0].length ?? 0));
  return formsIn(whole).flatMap((form) => {
    const start = startOfBeginning(whole, form, credential);
    return start === undefined ? [] : [last + start];
  });
}

/** Returns the combinations of escapes in which a text has different meanings. */
function formsIn(text: string): readonly Escapes[] {
  const hasPercent = text.includes('%');
  const hasBackslash = text.includes('\\');
  if (!hasPercent && !hasBackslash) return [noEscapes];
  return escapes.filter(({ percent, short }) => (hasBackslash || !short) && (hasPercent || !percent || !short));
}

/**
 * Returns where the longest beginning of a credential at the end of a text starts (Knuth, Morris and Pratt); undefined if it is shorter than
 * CUT_CREDENTIAL_MIN. Reads each character a fixed number of times, and allocates nothing for one of ASCII: a client can send a body that
 * consists of such beginnings.
 */
function startOfBeginning(text: string, form: Escapes, { bytes, shorter }: SoughtCredential): number | undefined {
  /** Where the character of each byte starts. */
  const starts: number[] = [];
  let known = 0;
  let end: number;
  for (let index = 0; index < text.length; index = end) {
    end = endOfCharacter(text, index, form);
    const byte = singleByte(text, index, end);
    for (const one of byte === undefined ? bytesOf(text.slice(index, end)) : [byte]) {
      starts.push(index);
      known = lengthWith(one, known, bytes, shorter);
    }
  }
  // The whole credential is not a beginning of it.
  const length = known === bytes.length ? (shorter[known - 1] ?? 0) : known;
  return length < CUT_CREDENTIAL_MIN ? undefined : starts[starts.length - length];
}

const ASCII_END = 0x80;
const [QUOTE, PERCENT, SLASH, BACKSLASH, LETTER_U] = [0x22, 0x25, 0x2f, 0x5c, 0x75];

/** Returns where the character at an index ends, with the escapes that a form has. */
function endOfCharacter(text: string, index: number, { percent, unicode, short }: Escapes): number {
  const code = text.charCodeAt(index);
  if (code === PERCENT && percent && hexValue(text, index + 1, index + 3) !== undefined) return index + 3;
  if (code === BACKSLASH) {
    const next = text.charCodeAt(index + 1);
    const end = index + FORM_LENGTH_MAX;
    if (unicode && lowerAscii(next) === LETTER_U && hexValue(text, index + 2, end) !== undefined) return end;
    if (short && (next === BACKSLASH || next === QUOTE || next === SLASH)) return index + 2;
  }
  if (code < ASCII_END) return index + 1;
  return index + ((text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1);
}

/** Returns the byte of a character of ASCII in lower case, or the byte of a `%` escape; undefined if the character has several bytes. */
function singleByte(text: string, start: number, end: number): number | undefined {
  if (end - start === 3) return lowerAscii(hexValue(text, start + 1, end) ?? 0);
  const code = end - start === FORM_LENGTH_MAX ? (hexValue(text, start + 2, end) ?? 0) : text.charCodeAt(end - 1);
  return code < ASCII_END ? lowerAscii(code) : undefined;
}

/** Returns the bytes of a character that has several, as it is or as `\u` and four digits, in lower case. */
function bytesOf(form: string): Uint8Array {
  const character = form.length === FORM_LENGTH_MAX ? String.fromCodePoint(Number.parseInt(form.slice(2), 16)) : form;
  return Buffer.from(character.toLowerCase());
}

function lowerAscii(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

/** Returns the number that hexadecimal digits write; undefined if one of the characters is not such a digit. */
function hexValue(text: string, start: number, end: number): number | undefined {
  let value = 0;
  for (let index = start; index < end; index += 1) {
    const code = lowerAscii(text.charCodeAt(index));
    const isLetter = code >= 0x61 && code <= 0x66;
    if (!isLetter && !(code >= 0x30 && code <= 0x39)) return undefined;
    value = value * 16 + (isLetter ? code - 0x57 : code - 0x30);
  }
  return value;
}

/** Returns, for each beginning of a credential, the length of the longest shorter one at its end. */
function shorterBeginnings(bytes: Uint8Array): readonly number[] {
  const shorter = [0];
  for (const byte of bytes.subarray(1)) shorter.push(lengthWith(byte, shorter.at(-1) ?? 0, bytes, shorter));
  return shorter;
}

/** Returns the length of the longest beginning after another byte, from the one before it. */
function lengthWith(byte: number, known: number, bytes: Uint8Array, shorter: readonly number[]): number {
  let length = known;
  while (length > 0 && (length === bytes.length || bytes[length] !== byte)) length = shorter[length - 1] ?? 0;
  return bytes[length] === byte ? length + 1 : 0;
}
