import { quote } from '#base/errors.ts';
import { StandInError, type Refusals } from '../texts/refusals/stand-in-error.ts';

/** A token of a rule. A `word` is a property, an operator, a boolean or null. A `mark` is a bracket, a parenthesis or a comma. */
export interface RuleToken {
  readonly kind: 'word' | 'string' | 'mark' | 'end';
  readonly text: string;
  /** Zero-based, in UTF-16 units. */
  readonly position: number;
}

/** Builds the `invalidValue` error for a rule with an error at a position. `reason` has no period at its end. */
export function ruleError(
  { position }: Pick<RuleToken, 'position'>,
  reason: (texts: RuleTexts) => string,
): StandInError {
  return new StandInError('invalidValue', ({ rule }) => rule.at(position, reason(rule)), {
    attribute: 'membershipRule',
    position,
  });
}

/** What can be wrong with a rule, in a language. */
type RuleTexts = Refusals['rule'];

const space = /\s+/y;
const mark = /[()[\],]/y;
/** A word may begin with a hyphen, or with one of the dashes that word processors replace it with. */
const word = /[-–—]?[$_A-Za-z][\w.]*/y;
/** A backtick escapes the next character, as in PowerShell. */
const string = /"(?<text>(?:`[^]|[^"`])*)"/y;

/** Splits a rule into tokens. The last token has the kind `end`. Throws `invalidValue` for a character that cannot begin a token. */
export function readRuleTokens(rule: string): readonly RuleToken[] {
  const tokens: RuleToken[] = [];
  let position = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    return pattern.exec(rule);
  };
  while (position < rule.length) {
    const blank = match(space);
    const found = blank ?? match(mark) ?? match(word) ?? match(string);
    if (found === null) throw unreadable(rule, position);
    if (blank === null) tokens.push(toToken(found, position));
    position += found[0].length;
  }
  tokens.push({ kind: 'end', text: '', position });
  return tokens;
}

function toToken(found: RegExpExecArray, position: number): RuleToken {
  const [text] = found;
  const quoted = found.groups?.['text'];
  if (quoted !== undefined) return { kind: 'string', text: quoted.replaceAll(/`([^])/g, '$1'), position };
  if (/^[()[\],]$/.test(text)) return { kind: 'mark', text, position };
  return { kind: 'word', text: text.replace(/^[–—]/, '-'), position };
}

function unreadable(rule: string, position: number): StandInError {
  const character = String.fromCodePoint(rule.codePointAt(position) ?? 0);
  if (character === '"') return ruleError({ position }, ({ openString }) => openString);
  if (character === '“' || character === '”') return ruleError({ position }, ({ curlyQuotes }) => curlyQuotes);
  if (character === "'") return ruleError({ position }, ({ singleQuotes }) => singleQuotes);
  return ruleError({ position }, (texts) => texts.character(quote(character)));
}
