import { readEscape, singleUnit } from './parse-escape.ts';
import type { PatternFault, UnitPredicate } from './pattern.ts';
import { anyOf, not, rangeTest } from './unit-sets.ts';

interface ClassRead {
  readonly test: UnitPredicate;
  readonly end: number;
}

const SUBTRACTIONS_MAX = 10;

/** Reads a character class from its opening bracket: `[a-z\d]`, `[^…]`, or .NET's subtraction `[a-z-[aeiou]]`. */
export function readClass(pattern: string, offset: number, fault: PatternFault, depth = 0): ClassRead {
  if (depth > SUBTRACTIONS_MAX) throw fault(({ patterns }) => patterns.subtractions, offset);
  let index = offset + 1;
  const isNegated = pattern.charAt(index) === '^';
  if (isNegated) index += 1;
  const tests: UnitPredicate[] = [];
  const first = index;
  for (;;) {
    const character = pattern.charAt(index);
    if (character === '') throw fault(({ patterns }) => patterns.openClass, offset);
    // A closing bracket is literal if it is the first character of the class.
    if (character === ']' && index > first) return { test: finish(tests, isNegated), end: index + 1 };
    if (pattern.startsWith('-[', index) && index > first) {
      const subtracted = readClass(pattern, index + 1, fault, depth + 1);
      if (pattern.charAt(subtracted.end) !== ']') throw fault(({ patterns }) => patterns.subtractionNotLast, index);
      const test = finish(tests, isNegated);
      return { test: (unit) => test(unit) && !subtracted.test(unit), end: subtracted.end + 1 };
    }
    const item = readItem(pattern, index, fault);
    tests.push(item.test);
    index = item.end;
  }
}

function finish(tests: readonly UnitPredicate[], isNegated: boolean): UnitPredicate {
  const test = anyOf(tests);
  return isNegated ? not(test) : test;
}

function readItem(pattern: string, index: number, fault: PatternFault): ClassRead {
  const low = readUnit(pattern, index, fault);
  const isRange = pattern.charAt(low.end) === '-' && !/^(?:\]|\[|$)/.test(pattern.slice(low.end + 1, low.end + 2));
  // In [\d-x] the hyphen is literal.
  if (!isRange || low.unit === undefined) return { test: low.test, end: low.end };
  const high = readUnit(pattern, low.end + 1, fault);
  if (high.unit === undefined) {
    throw fault(({ patterns }) => patterns.rangeEnd, index);
  }
  if (low.unit > high.unit) throw fault(({ patterns }) => patterns.reversedRange, index);
  return { test: rangeTest(low.unit, high.unit), end: high.end };
}

interface UnitRead extends ClassRead {
  /** The unit of a single character; undefined for a class such as \d. */
  readonly unit: number | undefined;
}

function readUnit(pattern: string, index: number, fault: PatternFault): UnitRead {
  if (pattern.charAt(index) !== '\\') {
    const unit = pattern.charCodeAt(index);
    return { test: singleUnit(unit), unit, end: index + 1 };
  }
  const escape = readEscape(pattern, index, true, fault);
  if (escape.kind === 'unit') return { test: singleUnit(escape.unit), unit: escape.unit, end: escape.end };
  if (escape.kind === 'set') return { test: escape.test, unit: undefined, end: escape.end };
  throw fault(({ patterns }) => patterns.assertionInClass, index);
}
