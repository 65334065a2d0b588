import { AppError, quote } from './errors.ts';
import { forbiddenKeys } from './json.ts';
import { KeyList, type KeyComparison } from './key-list.ts';

export type { KeyComparison } from './key-list.ts';

/** The deepest nesting of objects and arrays in a body; the deepest SCIM message has six levels. */
export const BODY_DEPTH_MAX = 32;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const fractionOrExponent: ReadonlySet<number> = new Set(Array.from('.eE', (mark) => mark.charCodeAt(0)));
const numberRest = /[\d.eE+-]*/y;
/** Every whole number with at most this many characters is a safe integer. */
const SAFE_LENGTH_MAX = 15;

/**
 * Finds the faults that JSON.parse accepts silently: it uses the last of duplicate keys, and rounds whole numbers beyond
 * 2^53 - 1. The text must be JSON that JSON.parse has accepted. Throws `bodyTooDeep`, `duplicateKey`, `forbiddenKey` and
 * `unsafeNumber`, with keys and positions but without values, since a body may contain a password.
 *
 * @example scanJson('{"userName":"a","USERNAME":"b"}') // throws `duplicateKey`
 */
export function scanJson(text: string, comparison: KeyComparison = 'ignoreCase'): void {
  /** One list per level, reused by each object of that level. Arrays have no list. */
  const lists: KeyList[] = [];
  const open: (KeyList | undefined)[] = [];
  let keys: KeyList | undefined;
  let expectsKey = false;
  // Most texts have no escapes, so the position of the next escape is kept, instead of searching each string for one.
  let escape = indexOrEnd(text, '\\', 0);
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code === QUOTE) {
      const start = position;
      position = text.indexOf('"', start + 1);
      const hasEscape = escape < position;
      while (escape < position) {
        // The character after a backslash belongs to the escape, even a quote.
        if (escape + 1 === position) position = text.indexOf('"', position + 1);
        escape = indexOrEnd(text, '\\', escape + 2);
      }
      if (expectsKey && keys !== undefined) checkKey(text, keys, { start, end: position, hasEscape });
      expectsKey = false;
    } else if (code === COMMA) {
      expectsKey = keys !== undefined;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (open.length === BODY_DEPTH_MAX) throw tooDeep(position);
      expectsKey = code === OPEN_BRACE;
      keys = expectsKey ? (lists[open.length] ??= new KeyList(comparison)) : undefined;
      keys?.clear();
      open.push(keys);
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      open.pop();
      keys = open.at(-1);
      expectsKey = false;
    } else if (code === MINUS || isDigit(code)) {
      position = endOfNumber(text, position) - 1;
    }
  }
}

function indexOrEnd(text: string, wanted: string, from: number): number {
  const index = text.indexOf(wanted, from);
  return index < 0 ? text.length : index;
}

/** The position of a string in the text, from its opening to its closing quote. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly hasEscape: boolean;
}

/**
 * Throws for a key that is forbidden or duplicate. SCIM compares names without regard to case (RFC 7643 §2.1): if a body has both
 * userName and USERNAME, neither value is more correct than the other.
 */
function checkKey(text: string, keys: KeyList, place: Place): void {
  const key = readKey(text, place);
  if (forbiddenKeys.has(key)) {
    throw new AppError(
      'forbiddenKey',
      `The body has the key ${quote(key)} at position ${place.start}, which is not allowed as the name of an attribute. Remove it.`,
      { attribute: key, position: place.start },
    );
  }
  if (place.hasEscape && (key.includes('\0') || !key.isWellFormed())) {
    throw new AppError(
      'forbiddenKey',
      `The key at position ${place.start} has a NUL or half of a character (a lone surrogate), which is not allowed in a name.`,
      { position: place.start },
    );
  }
  const earlier = keys.add(key);
  if (earlier !== undefined) throw duplicateKey(earlier, key, place.start);
}

function readKey(text: string, { start, end, hasEscape }: Place): string {
  return hasEscape ? JSON.parse(text.slice(start, end + 1)) : text.slice(start + 1, end);
}

function duplicateKey(earlier: string, key: string, position: number): AppError {
  const names =
    earlier === key
      ? `has the key ${quote(key)} twice`
      : `has the keys ${quote(earlier)} and ${quote(key)}, which name the same attribute (RFC 7643 §2.1)`;
  return new AppError(
    'duplicateKey',
    `An object of the body ${names}, the second time at position ${position}. Send it only once, because only one of the values can be stored.`,
    { attribute: key, position },
  );
}

function tooDeep(position: number): AppError {
  return new AppError(
    'bodyTooDeep',
    `The body is nested more than ${BODY_DEPTH_MAX} levels deep, at position ${position}.`,
    { position },
  );
}

/** Returns the position after a number. Throws `unsafeNumber` if JavaScript cannot represent the number exactly. */
function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (isDigit(text.charCodeAt(end))) end += 1;
  const isWhole = !fractionOrExponent.has(text.charCodeAt(end));
  if (isWhole && end - start <= SAFE_LENGTH_MAX) return end;
  numberRest.lastIndex = end;
  end += numberRest.exec(text)?.[0].length ?? 0;
  const number = Number(text.slice(start, end));
  const isKept = isWhole ? Number.isSafeInteger(number) : Number.isFinite(number);
  if (isKept) return end;
  const reason = isWhole ? `is beyond ±${Number.MAX_SAFE_INTEGER} and would be rounded` : 'is too large to be stored';
  throw new AppError(
    'unsafeNumber',
    `The number at position ${start} ${reason}. If it is an identifier, send it as a string, in quotation marks.`,
    { position: start },
  );
}

function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= DIGIT_9;
}
