import { PATTERN_DEPTH_MAX, PATTERN_LENGTH_MAX } from '../limits.ts';
import { readClass } from './parse-class.ts';
import { execAt, readEscape, singleUnit } from './parse-escape.ts';
import { groupNumber } from './group-number.ts';
import type { Pattern, PatternFault, PatternNode, UnitPredicate } from './pattern.ts';
import { ignoringCase, newline, not } from './unit-sets.ts';

/** The RegexOptions of .NET that a pattern can set inline. */
interface Options {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly n: boolean;
  readonly x: boolean;
}

interface Cursor {
  readonly pattern: string;
  readonly fault: PatternFault;
  readonly named: Set<string>;
  index: number;
  unnamed: number;
  depth: number;
  /** The options in effect up to the end of the current group. */
  options: Options;
}

/**
 * Parses a .NET regular expression. Throws the error that `fault` creates if the pattern is invalid, uses a feature that is not
 * supported, or exceeds a limit.
 */
export function parsePattern(pattern: string, fault: PatternFault): Pattern {
  if (pattern.length > PATTERN_LENGTH_MAX) {
    throw fault(({ patterns }) => patterns.tooLong(pattern.length, PATTERN_LENGTH_MAX), PATTERN_LENGTH_MAX);
  }
  const options = { i: false, m: false, s: false, n: false, x: false };
  const cursor: Cursor = { pattern, fault, named: new Set(), index: 0, unnamed: 0, depth: 0, options };
  const node = readChoice(cursor);
  if (cursor.index < pattern.length) throw fault(({ patterns }) => patterns.strayClosing, cursor.index);
  const numbers = Array.from({ length: cursor.unnamed }, (_, index) => String(index + 1));
  const groupNames = [...numbers, ...cursor.named];
  checkReferences(node, groupNames, fault);
  return { node, groupNames };
}

function checkReferences(node: PatternNode, names: readonly string[], fault: PatternFault): void {
  switch (node.kind) {
    case 'backreference':
      if (groupNumber(names, node.name) !== undefined) return;
      throw fault(({ patterns }) => patterns.noGroup(node.name), node.offset);
    case 'sequence':
    case 'choice':
      for (const inner of node.nodes) checkReferences(inner, names, fault);
      return;
    case 'unit':
    case 'assertion':
      return;
    default:
      checkReferences(node.node, names, fault);
  }
}

function readChoice(cursor: Cursor): PatternNode {
  const nodes = [readSequence(cursor)];
  while (cursor.pattern.charAt(cursor.index) === '|') {
    cursor.index += 1;
    nodes.push(readSequence(cursor));
  }
  const [only] = nodes;
  return nodes.length === 1 && only !== undefined ? only : { kind: 'choice', nodes };
}

function readSequence(cursor: Cursor): PatternNode {
  const nodes: PatternNode[] = [];
  for (;;) {
    skipIgnored(cursor);
    const character = cursor.pattern.charAt(cursor.index);
    if (character === '' || character === '|' || character === ')') return { kind: 'sequence', nodes };
    const begin = cursor.index;
    const atom = readAtom(cursor);
    nodes.push(readQuantifier(cursor, atom, begin));
  }
}

const comment = /\(\?#[^)]*\)/y;
const blank = /\s+|#[^\n]*/y;

/** Skips comments and, with the option x, whitespace. */
function skipIgnored(cursor: Cursor): void {
  for (;;) {
    const { pattern, index, options } = cursor;
    const found = execAt(comment, pattern, index) ?? (options.x ? execAt(blank, pattern, index) : undefined);
    if (found === undefined) return;
    cursor.index += found[0].length;
  }
}

const quantifierPattern = /(?:(?<sign>[*+?])|\{(?<least>\d+)(?<comma>,)?(?<most>\d+)?\})(?<lazy>\?)?/y;
const bounds: Readonly<Record<string, readonly [number, number]>> = {
  '*': [0, Infinity],
  '+': [1, Infinity],
  '?': [0, 1],
};

function readQuantifier(cursor: Cursor, atom: PatternNode | undefined, begin: number): PatternNode {
  skipIgnored(cursor);
  const found = quantifierAt(cursor);
  if (found === undefined) return atom ?? { kind: 'sequence', nodes: [] };
  if (atom === undefined) throw cursor.fault(({ patterns }) => patterns.nothingToRepeat, begin);
  const { sign = '', least: low, comma, most: high, lazy } = found.groups ?? {};
  const unlimited = comma === undefined ? Number(low) : Infinity;
  const [least, most] = bounds[sign] ?? [Number(low), high === undefined ? unlimited : Number(high)];
  if (least > most) throw cursor.fault(({ patterns }) => patterns.reversedQuantifier, cursor.index);
  cursor.index += found[0].length;
  if (quantifierAt(cursor) !== undefined) throw cursor.fault(({ patterns }) => patterns.twoQuantifiers, cursor.index);
  return { kind: 'repeat', node: atom, least, most, isLazy: lazy !== undefined };
}

function quantifierAt({ pattern, index }: Cursor): RegExpExecArray | undefined {
  const found = execAt(quantifierPattern, pattern, index);
  // {3 4} and {,4} are literal text, not quantifiers.
  return found?.groups?.['most'] !== undefined && found.groups['comma'] === undefined ? undefined : found;
}

/** Reads an atom. Undefined if the text at the cursor is a quantifier, or sets options and is followed by a quantifier. */
function readAtom(cursor: Cursor): PatternNode | undefined {
  const { pattern, index, fault, options } = cursor;
  const character = pattern.charAt(index);
  switch (character) {
    case '(':
      return readGroup(cursor);
    case '[': {
      const { test, end } = readClass(pattern, index, fault);
      cursor.index = end;
      return unit(test, options);
    }
    case '\\':
      return readEscaped(cursor);
    case '.':
      cursor.index += 1;
      return { kind: 'unit', test: options.s ? () => true : not(newline) };
    case '^':
      cursor.index += 1;
      return { kind: 'assertion', assertion: options.m ? 'lineStart' : 'start' };
    case '$':
      cursor.index += 1;
      return { kind: 'assertion', assertion: options.m ? 'lineEnd' : 'endOrLastLine' };
    default:
      if (quantifierAt(cursor) !== undefined) return undefined;
      cursor.index += 1;
      return unit(singleUnit(pattern.charCodeAt(index)), options);
  }
}

function unit(test: UnitPredicate, options: Options): PatternNode {
  return { kind: 'unit', test: options.i ? ignoringCase(test) : test };
}

function readEscaped(cursor: Cursor): PatternNode {
  const offset = cursor.index;
  const escape = readEscape(cursor.pattern, offset, false, cursor.fault);
  cursor.index = escape.end;
  switch (escape.kind) {
    case 'set':
      return unit(escape.test, cursor.options);
    case 'unit':
      return unit(singleUnit(escape.unit), cursor.options);
    case 'assertion':
      return { kind: 'assertion', assertion: escape.assertion };
    case 'backreference':
      return { kind: 'backreference', name: escape.name, ignoresCase: cursor.options.i, offset };
  }
}

const optionsPattern = /\(\?(?<on>[imsnx]*)(?:-(?<off>[imsnx]+))?(?<end>[:)])/y;
const groupPattern =
  /\(\?(?:(?<atomic>>)|(?<look><?[=!])|<(?<angle>[A-Za-z_]\w*)>|'(?<quoted>[A-Za-z_]\w*)')|\((?!\?)/y;

function readGroup(cursor: Cursor): PatternNode | undefined {
  const { pattern, index: begin, fault } = cursor;
  const settings = execAt(optionsPattern, pattern, begin);
  if (settings !== undefined) return readWithOptions(cursor, settings);
  const found = execAt(groupPattern, pattern, begin);
  if (found === undefined) {
    throw fault(({ patterns }) => patterns.unknownGroup, begin);
  }
  cursor.index += found[0].length;
  const { atomic, look, angle, quoted } = found.groups ?? {};
  const name = nameOf(cursor, found[0] === '(', angle ?? quoted);
  const node = readInner(cursor, begin);
  if (atomic !== undefined) return { kind: 'atomic', node };
  if (look !== undefined) {
    return { kind: 'look', node, isBehind: look.startsWith('<'), isNegative: look.endsWith('!') };
  }
  return name === undefined ? node : { kind: 'group', name, node };
}

/**
 * Returns the name of a group: its own name or, for an unnamed group, its number in the order of the opening parentheses. Undefined for
 * a group that does not capture.
 */
function nameOf(cursor: Cursor, isPlain: boolean, name: string | undefined): string | undefined {
  if (name !== undefined) cursor.named.add(name);
  if (!isPlain || cursor.options.n) return name;
  cursor.unnamed += 1;
  return String(cursor.unnamed);
}

/** Reads `(?i)`, which sets an option up to the end of the enclosing group, or `(?i:…)`, which sets it inside its own group. */
function readWithOptions(cursor: Cursor, settings: RegExpExecArray): PatternNode | undefined {
  const { on = '', off = '', end } = settings.groups ?? {};
  const begin = cursor.index;
  const before = cursor.options;
  const changed = Object.fromEntries([
    ...Array.from(on, (letter) => [letter, true]),
    ...Array.from(off, (letter) => [letter, false]),
  ]);
  cursor.index += settings[0].length;
  cursor.options = { ...before, ...changed };
  if (end === ')') return readQuantified(cursor);
  const node = readInner(cursor, begin);
  cursor.options = before;
  return node;
}

/** Returns an empty node after `(?i)`. Undefined if a quantifier follows, because options cannot be repeated. */
function readQuantified(cursor: Cursor): PatternNode | undefined {
  return quantifierAt(cursor) === undefined ? { kind: 'sequence', nodes: [] } : undefined;
}

function readInner(cursor: Cursor, begin: number): PatternNode {
  const { options } = cursor;
  cursor.depth += 1;
  if (cursor.depth > PATTERN_DEPTH_MAX) {
    throw cursor.fault(({ patterns }) => patterns.tooDeep(PATTERN_DEPTH_MAX), begin);
  }
  const node = readChoice(cursor);
  cursor.depth -= 1;
  cursor.options = options;
  if (cursor.pattern.charAt(cursor.index) !== ')') throw cursor.fault(({ patterns }) => patterns.openGroup, begin);
  cursor.index += 1;
  return node;
}
