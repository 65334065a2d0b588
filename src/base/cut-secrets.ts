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
/** A character as it is, as JSON escapes it, and as JSON or a URL does. A credential can itself have what looks like an escape. */
const characterForms = [
  /[^]/gu,
  /\\u[0-9a-f]{4}|\\["\\/]|[^]/giu,
  /%[0-9a-f]{2}|\\u[0-9a-f]{4}|[^]/giu,
  /%[0-9a-f]{2}|\\u[0-9a-f]{4}|\\["\\/]|[^]/giu,
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
  /** Matches every text that has CUT_CREDENTIAL_MIN bytes of the beginning, and few others. */
  readonly first: RegExp;
}

function soughtCredential(credential: string): SoughtCredential {
  const bytes = Buffer.from(credential.toLowerCase());
  const [ascii = ''] = /^[\0-\x7f]*/.exec(credential.slice(0, CUT_CREDENTIAL_MIN)) ?? [];
  const forms = Array.from(ascii, (character) => {
    const codes = [character.toLowerCase(), character.toUpperCase()].map((one) =>
      one.charCodeAt(0).toString(16).padStart(2, '0'),
    );
    return String.raw`\\*(?:${RegExp.escape(character)}|(?:%|\\u00)(?:${codes.join('|')}))`;
  });
  return { bytes, shorter: shorterBeginnings(bytes), first: new RegExp(forms.join(''), 'iu') };
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
  const last = Math.max(0, text.length - (credential.bytes.length + 1) * FORM_LENGTH_MAX);
  const tail = last === 0 ? text : text.slice(last);
  if (!credential.first.test(tail)) return [];
  const whole = tail.slice(0, tail.length - (cutEscape.exec(tail.slice(-FORM_LENGTH_MAX))?.[0].length ?? 0));
  return characterForms.flatMap((form) => {
    const { bytes, starts } = decoded(whole, form);
    const length = longestBeginning(bytes, credential);
    return length < CUT_CREDENTIAL_MIN ? [] : [last + (starts[bytes.length - length] ?? 0)];
  });
}

/** Returns the bytes of a text in lower case, without the escapes that a form has, and where the character of each byte starts. */
function decoded(
  text: string,
  form: RegExp,
): { readonly bytes: readonly number[]; readonly starts: readonly number[] } {
  const bytes: number[] = [];
  const starts: number[] = [];
  for (const { 0: character, index } of text.matchAll(form)) {
    for (const byte of bytesOf(character)) {
      bytes.push(byte);
      starts.push(index);
    }
  }
  return { bytes, starts };
}

function bytesOf(form: string): Uint8Array {
  if (form.length === 3 && form.startsWith('%')) {
    const byte = Number.parseInt(form.slice(1), 16);
    return byte < 0x80 ? Buffer.from(String.fromCodePoint(byte).toLowerCase()) : Uint8Array.of(byte);
  }
  const character = form.length === FORM_LENGTH_MAX ? String.fromCodePoint(Number.parseInt(form.slice(2), 16)) : form;
  return Buffer.from((character.length > 1 ? character.slice(-1) : character).toLowerCase());
}

/** Returns the length of the longest beginning of a credential at the end of a text, shorter than the credential (Knuth, Morris and Pratt). */
function longestBeginning(text: readonly number[], { bytes, shorter }: SoughtCredential): number {
  const length = text.reduce((known, byte) => lengthWith(byte, known, bytes, shorter), 0);
  return length === bytes.length ? (shorter[length - 1] ?? 0) : length;
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
