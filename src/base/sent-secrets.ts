import { withoutCutSecrets } from './cut-secrets.ts';
import { CUT_MARK } from './cut-text.ts';

/** Returns an expression for characters as a URL or JSON escapes them, from the hexadecimal digits of their codes. */
function escaped(...digits: readonly string[]): string {
  const codes = `(?:${digits.join('|')})`;
  return String.raw`%${codes}|\\u00${codes}`;
}

/** API keys, session tokens and access tokens of this product, in any text. A letter, a digit or an escape can precede them. */
const ownTokens = /tn[has]_[\w-]{16,}/g;
const wholeToken = /^tn[has]_[\w-]{16,}$/;
/** The same, in which characters can be escaped as in a URL or in JSON. */
const escapedTokens = new RegExp(
  [
    `(?:t|${escaped('74')})`,
    `(?:n|${escaped('6e')})`,
    `(?:[has]|${escaped('68', '61', '73')})`,
    `(?:_|${escaped('5f')})`,
    String.raw`(?:[\w-]|${escaped('2d', '3[0-9]', '4[1-9a-f]', '5[0-9a]', '5f', '6[1-9a-f]', '7[0-9a]')}){16,}`,
  ].join(''),
  'gi',
);

/** The minimum length of the beginning of a word that is replaced before the mark of a cut. */
export const CUT_WORD_LENGTH_MIN = 3;

const wordPattern = /[\p{L}\p{N}_-]+/gu;

/** Returns the words of a text in lower case. */
export function wordsIn(text: string): readonly string[] {
  return (text.match(wordPattern) ?? []).map((word) => word.toLowerCase());
}

/** Finds the keys and tokens of this product, and the credential of one request, in texts that a client chose. */
export class SentSecrets {
  /** A private field, so that neither a log nor JSON shows it. Empty if the credential is a key or a token of this product. */
  readonly #credential: string;
  #escapedCredential: RegExp | undefined;
  /** Words that are, or can be, parts of secrets, in lower case. */
  readonly #words: ReadonlySet<string>;

  /** @param credential What a request sent as its key or token; undefined if it sent none. */
  constructor(credential: string | undefined, words: ReadonlySet<string> = new Set()) {
    this.#words = words;
    this.#credential = credential === undefined || wholeToken.test(credential) ? '' : credential;
  }

  /**
   * Replaces the secrets in a text, such as a header, a path, or JSON, before it is stored. If `cutText` cut a secret, its beginning.
   *
   * @example
   * new SentSecrets('hunter2-hunter2').replaceIn('curl tns_9x0X8RdlNyT1mTwmcu3s hunter2-hunter2', '…'); // 'curl … …'
   */
  replaceIn(text: string, replacement: string): string {
    const whole = this.#withoutKeys(text, replacement);
    const replaced = text.includes(CUT_MARK) ? withoutCutSecrets(whole, this.#credential, replacement) : whole;
    if (this.#words.size === 0) return replaced;
    return replaced.replaceAll(wordPattern, (word, index: number) => {
      const isCut = replaced.startsWith(CUT_MARK, index + word.length);
      return this.#hasWord(word.toLowerCase(), isCut) ? replacement : word;
    });
  }

  #hasWord(word: string, isCut: boolean): boolean {
    if (this.#words.has(word)) return true;
    return isCut && word.length >= CUT_WORD_LENGTH_MIN && this.#words.values().some((one) => one.startsWith(word));
  }

  /** Returns an object that also finds words, such as those of a filter that was masked. */
  withWords(words: ReadonlySet<string>): SentSecrets {
    return words.size === 0 ? this : new SentSecrets(this.#credential, words);
  }

  #withoutKeys(text: string, replacement: string): string {
    // Most texts have neither, and the expressions for escaped characters take much longer than the others.
    if (text.includes('%') || text.includes('\\u')) {
      const replaced = replacedAll(text, escapedTokens, replacement);
      return this.#credential === '' ? replaced : replacedAll(replaced, this.#escaped(), replacement);
    }
    const replaced = text.includes('tn') ? replacedAll(text, ownTokens, replacement) : text;
    return this.#hasCredential(replaced) ? replacedAll(replaced, this.#escaped(), replacement) : replaced;
  }

  /** True if a text can have the credential, with no other escapes than those by which a backslash precedes a character. */
  #hasCredential(text: string): boolean {
    if (this.#credential === '') return false;
    return text.includes(this.#credential) || (text.includes('\\') && /["\\/]/.test(this.#credential));
  }

  /** True if a text contains a secret. */
  areIn(text: string): boolean {
    return this.replaceIn(text, '') !== text;
  }

  #escaped(): RegExp {
    return (this.#escapedCredential ??= new RegExp(Array.from(this.#credential, anyForm).join(''), 'gi'));
  }
}

/** The keys and tokens of this product, without the credential of a request. */
export const ownSecrets = new SentSecrets(undefined);

/** Returns an expression for a character of a credential, as it is or escaped in a URL or in JSON. */
function anyForm(character: string): string {
  const bytes = Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).padStart(2, '0')}`);
  const code = character.charCodeAt(0).toString(16).padStart(4, '0');
  const short = '"\\/'.includes(character) ? [String.raw`\\${RegExp.escape(character)}`] : [];
  return `(?:${[...short, RegExp.escape(character), bytes.join(''), String.raw`\\u${code}`].join('|')})`;
}

/**
 * Replaces matches together with the backslashes before them. In JSON, the first letter of a match can belong to an escape (`\tns_…`), and
 * a single backslash would remain, which is not JSON.
 */
function replacedAll(text: string, pattern: RegExp, replacement: string): string {
  let result = '';
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    let start = match.index;
    while (start > end && text[start - 1] === '\\') start -= 1;
    result += text.slice(end, start) + replacement;
    end = match.index + match[0].length;
  }
  return end === 0 ? text : result + text.slice(end);
}
