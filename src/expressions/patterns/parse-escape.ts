import type { Assertion, PatternFault, UnitPredicate } from './pattern.ts';
import { categoryTest, digit, not, rangeTest, space, word } from './unit-sets.ts';

/** The meaning of an escape: a backslash and the characters after it. */
export type Escape =
  | { readonly kind: 'set'; readonly test: UnitPredicate; readonly end: number }
  | { readonly kind: 'unit'; readonly unit: number; readonly end: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion; readonly end: number }
  | { readonly kind: 'backreference'; readonly name: string; readonly end: number };

const sets: Readonly<Record<string, UnitPredicate>> = {
  d: digit,
  D: not(digit),
  w: word,
  W: not(word),
  s: space,
  S: not(space),
};
const controls: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9, v: 11 };
const assertions: Readonly<Record<string, Assertion>> = {
  A: 'start',
  Z: 'endOrLastLine',
  z: 'end',
  b: 'wordBoundary',
  B: 'noWordBoundary',
};
const codes = /x(?<x>[0-9a-fA-F]{2})|u(?<u>[0-9a-fA-F]{4})|c(?<control>[A-Za-z@[\\\]^_])|0(?<octal>[0-7]{0,2})/y;
const category = /(?<letter>[pP])\{(?<name>[^}]*)\}/y;
const reference = /(?<number>[1-9]\d*)|k(?:<(?<angle>\w+)>|'(?<quoted>\w+)')/y;

/**
 * Reads the escape whose backslash is at an offset. In a character class, `\b` is the backspace character, and assertions and
 * backreferences are not allowed.
 */
export function readEscape(pattern: string, offset: number, isInClass: boolean, fault: PatternFault): Escape {
  const next = offset + 1;
  const character = pattern.charAt(next);
  const end = next + 1;
  if (character === '') throw fault(({ patterns }) => patterns.backslash, offset);
  if (character === 'b' && isInClass) return { kind: 'unit', unit: 8, end };
  const test = sets[character];
  if (test !== undefined) return { kind: 'set', test, end };
  const control = controls[character];
  if (control !== undefined) return { kind: 'unit', unit: control, end };
  const code = readCode(pattern, next);
  if (code !== undefined) return code;
  if (character === 'p' || character === 'P') return readCategory(pattern, next, fault);
  const outside = isInClass ? undefined : readAssertionOrReference(pattern, next);
  if (outside !== undefined) return outside;
  if (/\w/.test(character)) throw fault(({ patterns }) => patterns.noEscape(character), offset);
  return { kind: 'unit', unit: pattern.charCodeAt(next), end };
}

/** Reads an escape that is not allowed in a character class. */
function readAssertionOrReference(pattern: string, offset: number): Escape | undefined {
  const assertion = assertions[pattern.charAt(offset)];
  if (assertion !== undefined) return { kind: 'assertion', assertion, end: offset + 1 };
  const found = execAt(reference, pattern, offset);
  const { number, angle, quoted } = found?.groups ?? {};
  const name = number ?? angle ?? quoted;
  if (found === undefined || name === undefined) return undefined;
  return { kind: 'backreference', name, end: offset + found[0].length };
}

/** Runs a sticky regular expression at an offset. */
export function execAt(sticky: RegExp, text: string, offset: number): RegExpExecArray | undefined {
  sticky.lastIndex = offset;
  return sticky.exec(text) ?? undefined;
}

function readCode(pattern: string, offset: number): Escape | undefined {
  const found = execAt(codes, pattern, offset);
  const { x, u, control, octal } = found?.groups ?? {};
  if (found === undefined) return undefined;
  const end = offset + found[0].length;
  const hexadecimal = x ?? u;
  if (hexadecimal !== undefined) return { kind: 'unit', unit: Number.parseInt(hexadecimal, 16), end };
  // The code of a control character is its letter's position in the alphabet.
  if (control !== undefined) return { kind: 'unit', unit: control.toUpperCase().charCodeAt(0) - 64, end };
  return { kind: 'unit', unit: Number.parseInt(`0${octal}`, 8), end };
}

function readCategory(pattern: string, offset: number, fault: PatternFault): Escape {
  const found = execAt(category, pattern, offset);
  const { letter, name = '' } = found?.groups ?? {};
  const test = found === undefined ? undefined : categoryTest(name);
  if (found === undefined || test === undefined) {
    throw fault(({ patterns }) => patterns.noCategory, offset - 1);
  }
  return { kind: 'set', test: letter === 'P' ? not(test) : test, end: offset + found[0].length };
}

/** Returns a predicate that matches exactly one UTF-16 unit. */
export function singleUnit(unit: number): UnitPredicate {
  return rangeTest(unit, unit);
}
