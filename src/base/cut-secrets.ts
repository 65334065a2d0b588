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
const cutEscape = /(?:%[0-9a-f]?|\\(?:u[0-9a-f]{0,3})?)$/i;
/** A character as it is, as JSON escapes it, and as JSON or a URL does. A credential can itself have what looks like an escape. */
const characterForms = [
  /[^]/gu,
  /\\u[0-9a-f]{4}|\\["\\/]|[^]/giu,
  /%[0-9a-f]{2}|\\u[0-9a-f]{4}|[^]/giu,
  /%[0-9a-f]{2}|\\u[0-9a-f]{4}|\\["\\/]|[^]/giu,
];
/** A token with 16 characters behind its prefix is recognized as a whole. */
const cutToken = /tn[has]_[\w-]{0,16}$/;

/**
 * Replaces the beginning of a key or token of the product, and of a credential, wherever a text was cut behind it. Only the first characters
 * that have no meaning remain: fewer than those of the prefix of a token, or than CUT_CREDENTIAL_MIN.
 *
 * @param credential The credential of a request; empty for none.
 * @example
 * withoutCutSecrets('see tns_9x0X8R…', '', '[secret]'); // 'see [secret]…'
 */
export function withoutCutSecrets(text: string, credential: string, replacement: string): string {
  const parts = text.split(CUT_MARK);
  const bytes = Buffer.from(credential.toLowerCase());
  return parts
    .map((part, index) => {
      const start = index === parts.length - 1 ? undefined : startOfSecret(part, bytes);
      return start === undefined ? part : part.slice(0, start) + replacement;
    })
    .join(CUT_MARK);
}

/** Returns where the beginning of a secret at the end of a text starts; undefined if there is none. */
function startOfSecret(text: string, credential: Uint8Array): number | undefined {
  const end = text.length - (cutEscape.exec(text.slice(-FORM_LENGTH_MAX))?.[0].length ?? 0);
  const first = Math.max(0, end - Math.max(CUT_TOKEN_LENGTH_MAX, credential.length * FORM_LENGTH_MAX));
  const found = characterForms.flatMap((form) => {
    const { bytes, starts } = decoded(text.slice(first, end), form);
    const length = longestBeginning(bytes, credential);
    const token = cutToken.exec(Buffer.from(bytes).toString('latin1'))?.[0].length ?? 0;
    const longest = Math.max(length < CUT_CREDENTIAL_MIN ? 0 : length, token);
    return longest === 0 ? [] : [first + (starts[bytes.length - longest] ?? 0)];
  });
  if (found.length === 0) return undefined;
  let start = Math.min(...found);
  // A backslash before the secret can belong to its first letter, and would remain alone.
  while (text[start - 1] === '\\') start -= 1;
  return start;
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
function longestBeginning(bytes: readonly number[], credential: Uint8Array): number {
  if (credential.length === 0) return 0;
  const shorter = [0];
  const next = (from: number, byte: number | undefined) => {
    let length = from;
    while (length > 0 && (length === credential.length || credential[length] !== byte))
      length = shorter[length - 1] ?? 0;
    return credential[length] === byte ? length + 1 : 0;
  };
  for (let index = 1; index < credential.length; index += 1)
    shorter.push(next(shorter[index - 1] ?? 0, credential[index]));
  const length = bytes.reduce(next, 0);
  return length === credential.length ? (shorter[length - 1] ?? 0) : length;
}
