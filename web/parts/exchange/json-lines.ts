/** A piece of JSON text. The kind decides its color. */
export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'literal' | 'punctuation' | 'masked' | 'other';
  readonly text: string;
}

/** A line of JSON text as it is shown. */
export interface JsonLine {
  readonly depth: number;
  readonly tokens: readonly Token[];
}

/** What the server stores instead of a secret. */
const MASK = '********';
/** A list of plain values is on one line if it is not longer. */
const INLINE_LENGTH_MAX = 72;

/** Strings (a last one may be cut), numbers, words and punctuation of JSON; anything else is a separate piece. */
const pieces = /"(?:[^"\\]|\\.)*"?|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]|[^\s"{}[\],:]+/g;

/**
 * Splits JSON into lines with one member or element each, without parsing it: numbers keep their digits, members that occur twice stay, and
 * a text that was cut is shown to its end. A text that does not begin as JSON keeps its own lines.
 *
 * @example
 * jsonLines('{"a":[1,2]}').map(({ depth, tokens }) => ' '.repeat(depth) + tokens.map(({ text }) => text).join(''));
 * // ['{', ' "a": [1, 2]', '}']
 */
export function jsonLines(text: string): readonly JsonLine[] {
  if (!/^\s*[[{"]/.test(text)) return text.split(/\r?\n/).map((line) => ({ depth: 0, tokens: [other(line)] }));
  const found = text.match(pieces) ?? [];
  const lines: JsonLine[] = [];
  let line: Token[] = [];
  let depth = 0;
  const end = (nextDepth: number) => {
    if (line.length > 0) lines.push({ depth, tokens: line });
    line = [];
    depth = nextDepth;
  };
  for (let index = 0; index < found.length; index++) {
    const piece = found[index] ?? '';
    if (piece === '{' || piece === '[') {
      const inline = inlineLength(found, index);
      line.push(...found.slice(index, index + inline).flatMap((inner, at, all) => spaced(tokenOf(inner, all[at + 1]))));
      index += Math.max(inline - 1, 0);
      if (inline > 0) continue;
      line.push(punctuation(piece));
      end(depth + 1);
    } else if (piece === '}' || piece === ']') {
      end(Math.max(depth - 1, 0));
      line.push(punctuation(piece));
    } else {
      line.push(...(piece === ':' ? spaced(punctuation(piece)) : [tokenOf(piece, found[index + 1])]));
      if (piece === ',') end(depth);
    }
  }
  end(0);
  return lines;
}

/** Returns the number of pieces of an empty object, or of a list of plain values that fits on one line; 0 for anything else. */
function inlineLength(found: readonly string[], start: number): number {
  if (found[start] === '{') return found[start + 1] === '}' ? 2 : 0;
  let length = 0;
  for (let index = start + 1; index < found.length; index++) {
    const piece = found[index] ?? '';
    if (piece === ']') return index - start + 1;
    length += piece.length + 1;
    if (piece === '{' || piece === '[' || length > INLINE_LENGTH_MAX) return 0;
  }
  return 0;
}

function tokenOf(text: string, next: string | undefined): Token {
  if (text.startsWith('"')) {
    if (next === ':') return { kind: 'name', text };
    return { kind: text.includes(MASK) ? 'masked' : 'string', text };
  }
  if (/^[{}[\],:]$/.test(text)) return punctuation(text);
  if (/^(?:true|false|null)$/.test(text)) return { kind: 'literal', text };
  return /^-?\d/.test(text) ? { kind: 'number', text } : other(text);
}

/** Adds the space after a comma or a colon. */
function spaced(token: Token): readonly Token[] {
  return token.text === ',' || token.text === ':' ? [{ ...token, text: `${token.text} ` }] : [token];
}

function punctuation(text: string): Token {
  return { kind: 'punctuation', text };
}

function other(text: string): Token {
  return { kind: text.includes(MASK) ? 'masked' : 'other', text };
}
