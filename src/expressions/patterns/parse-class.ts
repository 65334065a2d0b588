import { readEscape, unitTest } from './parse-escape.ts';
import type { PatternFault, UnitTest } from './pattern.ts';
import { anyOf, not, rangeTest } from './unit-sets.ts';

interface ClassRead {
  readonly test: UnitTest;
  readonly end: number;
}

const SUBTRACTIONS_MAX = 10;

/** Reads a class from its opening bracket: [a-z\d], [^…], and .NET's [a-z-[aeiou]], which takes the second away. */
export function readClass(pattern: string, offset: number, fault: PatternFault, depth = 0): ClassRead {
  if (depth > SUBTRACTIONS_MAX) throw fault('classes are taken away from each other too often', offset);
  let index = offset + 1;
  const isNegated = pattern.charAt(index) === '^';
  if (isNegated) index += 1;
  const tests: UnitTest[] = [];
  const first = index;
  for (;;) {
    const character = pattern.charAt(index);
    if (character === '') throw fault('a class does not end: its "]" is missing', offset);
    // A bracket in the first place stands for itself.
    if (character === ']' && index > first) return { test: finish(tests, isNegated), end: index + 1 };
    if (pattern.startsWith('-[', index) && index > first) {
      const taken = readClass(pattern, index + 1, fault, depth + 1);
      if (pattern.charAt(taken.end) !== ']')
        throw fault('a class that is taken away must be the last in its class', index);
      const test = finish(tests, isNegated);
      return { test: (unit) => test(unit) && !taken.test(unit), end: taken.end + 1 };
    }
    const item = readItem(pattern, index, fault);
    tests.push(item.test);
    index = item.end;
  }
}

function finish(tests: readonly UnitTest[], isNegated: boolean): UnitTest {
  const test = anyOf(tests);
  return isNegated ? not(test) : test;
}

function readItem(pattern: string, index: number, fault: PatternFault): ClassRead {
  const low = readUnit(pattern, index, fault);
  const isRange = pattern.charAt(low.end) === '-' && !/^(?:\]|\[|$)/.test(pattern.slice(low.end + 1, low.end + 2));
  // In [\d-x] the hyphen stands for itself.
  if (!isRange || low.unit === undefined) return { test: low.test, end: low.end };
  const high = readUnit(pattern, low.end + 1, fault);
  if (high.unit === undefined) {
    throw fault('a range of a class ends in a class', index);
  }
  if (low.unit > high.unit) throw fault('a range of a class is in reverse order', index);
  return { test: rangeTest(low.unit, high.unit), end: high.end };
}

interface UnitRead extends ClassRead {
  /** Undefined for a class such as \d. */
  readonly unit: number | undefined;
}

function readUnit(pattern: string, index: number, fault: PatternFault): UnitRead {
  if (pattern.charAt(index) !== '\\') {
    const unit = pattern.charCodeAt(index);
    return { test: unitTest(unit), unit, end: index + 1 };
  }
  const escape = readEscape(pattern, index, true, fault);
  if (escape.kind === 'unit') return { test: unitTest(escape.unit), unit: escape.unit, end: escape.end };
  if (escape.kind === 'set') return { test: escape.test, unit: undefined, end: escape.end };
  throw fault('an assertion cannot stand in a class', index);
}
