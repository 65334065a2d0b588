import { compareCodePoints, fold } from './fold.ts';
import { normalForm } from './normal-form.ts';
import { withoutEnds } from './without-ends.ts';

/** The maximum number of UTF-16 units of a term. Of a longer word, only the beginning is indexed and compared. */
export const TERM_LENGTH_MAX = 64;
/** The maximum number of terms of one person. Further terms, in the order of the values, are not indexed. */
export const TERMS_MAX = 64;
/** The maximum size of the terms of one person in bytes (UTF-8): an index of PostgreSQL holds them. Further terms are not indexed. */
export const TERMS_BYTES_MAX = 1_500;
/** The maximum number of words of a search. */
export const SEARCH_WORDS_MAX = 8;

/** What is indexed for a person. */
export interface IndexedTerms {
  /** All words and runs, each after a line feed: a search tests whether this text contains its words. */
  readonly text: string;
  /** The first characters of all terms, as a set of bits (`initialsOf`). */
  readonly initials: number;
}

/** A part of a search. A person matches a search if it matches all parts. */
export interface SearchPart {
  /** The text that `IndexedTerms.text` has to contain. */
  readonly contained: string;
  /** The beginnings of terms of the index: every person that matches has a term with each beginning. */
  readonly prefixes: readonly string[];
  /** True if the part is one letter or digit, so that `IndexedTerms.initials` says whether a person matches. */
  readonly isInitial: boolean;
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const PUNCTUATION = /[^\p{L}\p{N}\p{M}]/u;
const NUMBER = /^[\p{P}\p{S}]*\d[\d\p{P}\p{S}]*$/u;
/** Characters of languages that write no spaces between words. */
const RUN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]+/gu;
const ONLY_RUN = new RegExp(`^${RUN.source}$`, 'u');
/** Marks of European scripts. Other marks, such as vowels of Thai, make a different word. */
const ACCENTS = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g;
/** Letters that Unicode does not decompose into a letter and a mark. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
};
const UNDECOMPOSED = /[øłđðħıþæœ]/g;
/** Quotation marks, modifier letters and primes that are written as an apostrophe, as in O’Neill or Hawaiʻi. */
const APOSTROPHES = /[\u2018\u2019\u201b\u2032\u02b9\u02bb\u02bc\u02bd]/g;
/** A character that sorts after all others, in both databases. */
export const LAST_CHARACTER = '\u{10FFFF}';

/**
 * Returns a text in the form in which searches compare it: without letter case, accents, and differences of width.
 *
 * @example searchForm('Ångström') === searchForm('ANGSTROM') // true
 */
export function searchForm(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  const folded = fold(normalForm(text, 'NFKC'));
  const plain = normalForm(normalForm(folded, 'NFD').replaceAll(ACCENTS, ''), 'NFC');
  return withoutTypographicApostrophes(plain).replaceAll(UNDECOMPOSED, (letter) => PLAIN_LETTERS[letter] ?? letter);
}

/**
 * Returns a text with ' in place of the other characters that are written as an apostrophe.
 *
 * @example withoutTypographicApostrophes('O’Neill') // "O'Neill"
 */
export function withoutTypographicApostrophes(text: string): string {
  return text.replaceAll(APOSTROPHES, "'");
}

/**
 * Returns the words of a person, and the runs of characters of languages that write no spaces. `numbers` are phone numbers, of which only the digits count. `whole` are values that are found by their
 * beginning, but not by their parts, such as ids.
 *
 * @example
 * indexedTerms(['Ann Meier', 'ann.meier@contoso.example'], []).text;
 * // '\nann.meier@contoso.example\ncontoso.example\nexample\nmeier@contoso.example'
 */
export function indexedTerms(
  values: readonly string[],
  numbers: readonly string[],
  whole: readonly string[] = [],
): IndexedTerms {
  const terms = new Terms();
  addEach(values, terms, addValue);
  addEach(whole, terms, addWhole);
  addEach(numbers, terms, (number) => addNumber(searchForm(number), terms));
  return terms.indexed();
}

/** Adds values until no further term fits: the number and the length of the values are up to the client. */
function addEach(values: readonly string[], terms: Terms, add: (value: string, terms: Terms) => void): void {
  for (const value of values) {
    if (terms.isFull) return;
    add(value, terms);
  }
}

/** Collects the first terms that fit into the limits. */
class Terms {
  /** The kept words, and the pairs of kept runs. */
  readonly #kept = new Set<string>();
  readonly #runs = new Set<string>();
  #bytes = 0;

  /** True if not even a term of one byte fits. */
  get isFull(): boolean {
    return this.#kept.size >= TERMS_MAX || this.#bytes + 1 >= TERMS_BYTES_MAX;
  }

  add(word: string): void {
    if (!this.#kept.has(word)) this.#keep(word, [word]);
  }

  /** Adds a run of characters of a language that writes no spaces. Runs are kept after all words. */
  addRun(run: string): void {
    this.#runs.add(run);
  }

  /** Of a run, all pairs are indexed that the text has, so that the index finds each part of it. */
  indexed(): IndexedTerms {
    const words = [...this.#kept];
    const runs: string[] = [];
    for (const run of this.#runs) {
      if (this.isFull) break;
      const start = Array.from(run)
        .slice(0, TERMS_MAX - this.#kept.size)
        .join('');
      if (this.#keep(start, pairsOf(start))) runs.push(start);
    }
    const text = [...withoutBeginnings(words), ...runs].map((term) => `\n${term}`).join('');
    return { text, initials: initialsOf([...this.#kept]) };
  }

  #keep(text: string, terms: readonly string[]): boolean {
    const size = Buffer.byteLength(text) + 1;
    if (this.#bytes + size > TERMS_BYTES_MAX || this.#kept.size + terms.length > TERMS_MAX) return false;
    this.#bytes += size;
    for (const term of terms) this.#kept.add(term);
    return true;
  }
}

/**
 * Returns the terms of the index for `IndexedTerms.text`, sorted by code point. No term is the beginning of the next one.
 *
 * @example termsOf('\nann\n小明') // ['ann', '小明', '明']
 */
export function termsOf(text: string): readonly string[] {
  const parts = text.split('\n').slice(1);
  const terms = parts.flatMap((part) => (ONLY_RUN.test(part) ? pairsOf(part) : [part]));
  return withoutBeginnings([...new Set(terms)]);
}

function addWhole(value: string, terms: Terms): void {
  for (const sent of searchForm(value).split(/\s+/)) {
    const token = withoutPunctuation(sent);
    if (token === '') continue;
    const term = cut(NUMBER.test(token) ? token.replaceAll(/\D/g, '') : token);
    if (ONLY_RUN.test(term)) terms.addRun(term);
    else terms.add(term);
  }
}

function addValue(value: string, terms: Terms): void {
  if (isAscii(value)) {
    addAscii(value.toLowerCase(), terms);
    return;
  }
  for (const sent of searchForm(value).split(/\s+/)) {
    const token = withoutPunctuation(sent);
    if (token === '') continue;
    if (NUMBER.test(token)) {
      addNumber(token, terms);
      continue;
    }
    for (const start of startsOf(token, terms)) terms.add(cut(token.slice(start)));
  }
}

/** Returns a word without the punctuation at its beginning and its end. */
function withoutPunctuation(word: string): string {
  return withoutEnds(word, (character) => PUNCTUATION.test(character));
}

/** The kinds of ASCII characters. */
const [OTHER, DIGIT, LETTER, SPACE] = [0, 1, 2, 3];
const ASCII_MAX = 0x7f;
const asciiKinds = Uint8Array.from({ length: ASCII_MAX + 1 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/\s/.test(character)) return SPACE;
  return /\d/.test(character) ? DIGIT : /[a-z]/i.test(character) ? LETTER : OTHER;
});

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > ASCII_MAX) return false;
  return true;
}

/** Does the same as `addValue` for a text that most values have, without regular expressions, because every change of a user runs it. */
function addAscii(text: string, terms: Terms): void {
  let starts: number[] = [];
  let end = 0;
  let hasLetter = false;
  let before: number | undefined = SPACE;
  for (let index = 0; index <= text.length; index += 1) {
    const kind = index < text.length ? asciiKinds[text.charCodeAt(index)] : SPACE;
    if (kind === SPACE) {
      if (hasLetter) for (const start of starts) terms.add(cut(text.slice(start, end)));
      else if (starts[0] !== undefined) addNumber(text.slice(starts[0], end), terms);
      starts = [];
      hasLetter = false;
    } else if (kind !== OTHER) {
      if (before === OTHER || before === SPACE) starts.push(index);
      hasLetter ||= kind === LETTER;
      end = index + 1;
    }
    before = kind;
  }
}

/**
 * Returns where the words of a token begin: `ann.meier@contoso` is found by each part, and by a part with what follows. Adds the runs of
 * Chinese, Japanese and Korean characters.
 */
function startsOf(token: string, terms: Terms): readonly number[] {
  const starts: number[] = [];
  for (const word of token.matchAll(WORD)) {
    let end = 0;
    for (const run of word[0].matchAll(RUN)) {
      if (run.index > end) starts.push(word.index + end);
      end = run.index + run[0].length;
      terms.addRun(cut(run[0]));
    }
    if (end < word[0].length) starts.push(word.index + end);
  }
  return starts;
}

/** Adds the digits of a number from each of its groups on: of `030 1234`, both `0301234` and `1234`. */
function addNumber(number: string, terms: Terms): void {
  const digits = number.replaceAll(/\D/g, '');
  let start = 0;
  for (const [group] of number.matchAll(/\d+/g)) {
    terms.add(cut(digits.slice(start)));
    if (terms.isFull) return;
    start += group.length;
  }
}

/** Returns each character of a run with the character that follows it. The last character has no follower. */
function pairsOf(run: string): readonly string[] {
  const characters = Array.from(run);
  return characters.map((character, index) => character + (characters[index + 1] ?? ''));
}

/** Sorts terms, and removes each term that is the beginning of another term. */
function withoutBeginnings(all: readonly string[]): readonly string[] {
  const sorted = all.toSorted(compareCodePoints);
  return sorted.filter((term, index) => sorted[index + 1]?.startsWith(term) !== true);
}

function cut(term: string): string {
  return term.length <= TERM_LENGTH_MAX
    ? term
    : term
        .slice(0, TERM_LENGTH_MAX)
        .toWellFormed()
        .replace(/\uFFFD$/, '');
}

/**
 * Returns the number of UTF-16 units that a term has in common with the previous term of the person. With it, an index counts each
 * person once: a term is the first one with a given beginning if it shares fewer units with the term before it.
 */
export function sharedLength(term: string, previous: string | undefined): number {
  if (previous === undefined) return 0;
  let length = 0;
  while (length < term.length && term[length] === previous[length]) length += 1;
  return length;
}

const [LETTERS, DIGITS, OTHER_INITIALS] = [26, 10, 16];

/**
 * Returns the first characters of terms as a set of bits, of which each Latin letter and each digit has one. Other characters share 16 bits.
 * A search of many people compares the bits first, because that takes less time than comparing texts.
 *
 * @example initialsOf(['ann', 'bob', 'berlin']) // 3
 */
export function initialsOf(terms: readonly string[]): number {
  let initials = 0;
  const seen = new Set(terms.map((term) => bitOf(term.codePointAt(0) ?? 0)));
  // Without bitwise operators, because these are limited to 32 bits.
  for (const bit of seen) initials += 2 ** bit;
  return initials;
}

function bitOf(code: number): number {
  const [a, z, zero, nine] = [0x61, 0x7a, 0x30, 0x39];
  if (code >= a && code <= z) return code - a;
  return code >= zero && code <= nine ? LETTERS + code - zero : LETTERS + DIGITS + (code % OTHER_INITIALS);
}

/** A part that matches no person: terms are not empty, and none begins with the last character. */
const NO_WORD = { contained: '\n\n', prefixes: [LAST_CHARACTER] } as const;

/**
 * Splits a search into parts. Words are beginnings of words of the person. Runs of Chinese, Japanese and Korean characters can be
 * anywhere. Punctuation at the beginning and the end of a word is ignored. A search of nothing else matches no person, and a blank one all.
 *
 * @example
 * searchParts('Mei 小明'); // [{ contained: '\nmei', prefixes: ['mei'], … }, { contained: '小明', prefixes: ['小明'], … }]
 */
export function searchParts(search: string): readonly SearchPart[] {
  const parts = new Map<string, SearchPart>();
  const add = (part: Pick<SearchPart, 'contained' | 'prefixes'>) =>
    parts.set(part.contained, {
      ...part,
      isInitial: /^\n[a-z0-9]$/.test(part.contained),
    });
  const addWord = (word: string) => {
    if (word !== '') add({ contained: `\n${cut(word)}`, prefixes: [cut(word)] });
  };
  for (const sent of searchForm(search).split(/\s+/)) {
    const token = withoutPunctuation(sent);
    if (token === '') continue;
    if (NUMBER.test(token)) addWord(token.replaceAll(/\D/g, ''));
    else if (token.search(RUN) < 0) addWord(token);
    else {
      for (const other of token.split(RUN)) addWord(withoutPunctuation(other));
      for (const [run] of token.matchAll(RUN)) {
        const pairs = pairsOf(cut(run));
        add({ contained: cut(run), prefixes: pairs.length > 1 ? pairs.slice(0, -1) : pairs });
      }
    }
  }
  // Without this part, a search of only punctuation or of an emoji would find all people.
  if (parts.size === 0 && search.trim() !== '') add(NO_WORD);
  return [...parts.values()];
}
