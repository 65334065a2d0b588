import { isObject, type JsonValue } from '#base/json.ts';
import { fold } from '#base/fold.ts';
import { withoutEnd } from '#base/without-ends.ts';
import { nameKey } from '#audit/event-name-store.ts';

/**
 * An identifier with fewer characters is found only as a whole value and in quotation marks, because it can occur in any text by chance: a
 * number of a house, or a word.
 */
export const CONTAINED_LENGTH_MIN = 6;

/** Runs of characters that identifiers consist of. */
const tokenPattern = /[\p{L}\p{N}._@+-]+/gu;
/** Values in quotation marks. The last one may have no second mark, because a text can be cut, and because a search for it would begin again at each mark. */
const quotedPattern = /"(?<value>(?:[^"\\]|\\.)*)"?/g;
/** Matches a version (RFC 7644 §3.14), whose number is in quotation marks. */
const versionPattern = /^W\/"\d+"$/;

/** Finds identifiers of people in texts, in any letter case. */
export class Mentions {
  readonly #identifiers: ReadonlySet<string>;
  /** The identifiers that are not one token, such as a userName with a space. */
  readonly #phrases: readonly string[];

  constructor(identifiers: readonly string[]) {
    this.#identifiers = new Set(identifiers.map(nameKey).filter((key) => key !== ''));
    this.#phrases = [...this.#identifiers].filter(
      (key) => key.length >= CONTAINED_LENGTH_MIN && tokensIn(key)[0] !== key,
    );
  }

  /**
   * True if a text is an identifier or contains one: as a word, or in quotation marks as in a filter.
   *
   * @example
   * new Mentions(['ann']).areIn('userName eq "Ann"'); // true
   * new Mentions(['ann']).areIn('ann.meier'); // false
   */
  areIn(text: string): boolean {
    if (this.#identifiers.has(nameKey(text))) return true;
    if (versionPattern.test(text)) return false;
    const folded = fold(text);
    for (const token of tokensIn(folded)) {
      if (token.length >= CONTAINED_LENGTH_MIN && this.#identifiers.has(token)) return true;
    }
    if (this.#phrases.some((phrase) => folded.includes(phrase))) return true;
    if (!folded.includes('"')) return false;
    return quotedIn(folded).some((value) => this.#identifiers.has(value));
  }

  /** True if a string in a JSON text is or contains an identifier. The text may have been cut. */
  areInJson(text: string): boolean {
    let parsed: JsonValue;
    try {
      parsed = JSON.parse(text);
    } catch {
      return this.areIn(text) || quotedIn(text).some((value) => this.areIn(value));
    }
    return this.#areInValue(parsed);
  }

  /** True if the path or a parameter of a URL is or contains an identifier. */
  areInUrl(path: string, query: string | undefined): boolean {
    if (path.split('/').some((part) => this.areIn(decoded(part)))) return true;
    if (query === undefined) return false;
    const values = [...new URLSearchParams(query).values()];
    // The client may have sent a query that is not encoded.
    return [query, ...values].some((value) => this.areIn(value));
  }

  #areInValue(value: JsonValue): boolean {
    if (typeof value === 'string') return this.areIn(value);
    if (Array.isArray(value)) return value.some((element: JsonValue) => this.#areInValue(element));
    return isObject(value) && Object.values(value).some((member) => member !== undefined && this.#areInValue(member));
  }
}

/** Returns the runs of characters that identifiers consist of, without the punctuation after them. */
function tokensIn(text: string): readonly string[] {
  const runs = text.match(tokenPattern) ?? [];
  return runs.map((run) => withoutEnd(run, (character) => '._@+-'.includes(character)));
}

/** Returns the values in quotation marks, with their escape sequences replaced. */
function quotedIn(text: string): readonly string[] {
  return [...text.matchAll(quotedPattern)].map(({ groups }) => {
    const value = groups?.['value'] ?? '';
    try {
      return value.includes('\\') ? String(JSON.parse(`"${value}"`)) : value;
    } catch {
      return value;
    }
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
