import { AppError } from './errors.ts';

/**
 * The maximum number of keys of one object in a body. A flat object with all attributes of all schemas that an organization can have
 * has fewer.
 */
export const OBJECT_KEYS_MAX = 5_000;
/** The maximum number of keys of a whole body: a group of 100,000 members, each with `value`, `display`, `type` and `$ref`, fits. */
export const BODY_KEYS_MAX = 500_000;

/** An object with more keys than this counts as wide. No element of a known list attribute has as many. */
const WIDE_KEYS_MIN = 100;
/**
 * The maximum number of keys of all wide objects of a body together. It is lower than BODY_KEYS_MAX, because unknown keys, which have
 * to be reported, cost more than the keys of members.
 */
export const WIDE_KEYS_MAX = 20_000;

/** The length of the shortest key with its value: `"":0`. */
const KEY_LENGTH_MIN = 4;

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Counts the keys of a text before JSON.parse builds objects from them: a few megabytes of unknown keys would otherwise occupy
 * the process for seconds. The text need not be valid JSON; JSON.parse reports that afterward. Throws `tooManyKeys`.
 *
 * @example
 * requireKeyLimit('{"a":1,"b":2}'); // passes
 */
export function requireKeyLimit(text: string): void {
  if (text.length < OBJECT_KEYS_MAX * KEY_LENGTH_MIN) return;
  /** The number of keys of each open object. */
  const open: number[] = [];
  let keys = 0;
  let total = 0;
  let wide = 0;
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code === QUOTE) {
      position = endOfString(text, position);
    } else if (code === COLON) {
      keys += 1;
      total += 1;
      if (keys > OBJECT_KEYS_MAX)
        throw tooManyKeys(`An object of the body has more than ${OBJECT_KEYS_MAX} keys`, position);
      if (total > BODY_KEYS_MAX) throw tooManyKeys(`The body has more than ${BODY_KEYS_MAX} keys`, position);
    } else if (code === OPEN_BRACE) {
      open.push(keys);
      keys = 0;
    } else if (code === CLOSE_BRACE) {
      if (keys > WIDE_KEYS_MIN) wide += keys;
      if (wide > WIDE_KEYS_MAX) {
        throw tooManyKeys(
          `The objects of the body with more than ${WIDE_KEYS_MIN} keys have more than ${WIDE_KEYS_MAX} keys in total`,
          position,
        );
      }
      keys = open.pop() ?? 0;
    }
  }
}

/** Returns the position of the closing quotation mark, or the length of the text if there is none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

function tooManyKeys(what: string, position: number): AppError {
  return new AppError(
    'tooManyKeys',
    `${what}, at position ${position}. Send only attributes of /Schemas, or split the request into several.`,
    { position },
  );
}
