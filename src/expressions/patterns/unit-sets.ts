import type { UnitTest } from './pattern.ts';

export function rangeTest(first: number, last: number): UnitTest {
  return (unit) => unit >= first && unit <= last;
}

export function anyOf(tests: readonly UnitTest[]): UnitTest {
  return (unit) => tests.some((test) => test(unit));
}

export function not(test: UnitTest): UnitTest {
  return (unit) => !test(unit);
}

function byPattern(pattern: RegExp): UnitTest {
  return (unit) => pattern.test(String.fromCharCode(unit));
}

/** .NET's classes: \d, \w and \s know all of Unicode. */
export const digit = byPattern(/\p{Nd}/u);
export const word = byPattern(/[\p{L}\p{Mn}\p{Nd}\p{Pc}]/u);
export const space = byPattern(/[\f\n\r\t\v\u0085\p{Z}]/u);
export const newline = rangeTest(0x0a, 0x0a);

/** Word boundaries count the joiners as letters too. */
export const boundaryWord = anyOf([word, rangeTest(0x200c, 0x200d)]);

const categories = /^(?:C[cfnos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;

/** \p{Lu}; undefined for what is no general category of Unicode. .NET's named blocks are not here. */
export function categoryTest(name: string): UnitTest | undefined {
  return categories.test(name) ? byPattern(new RegExp(`\\p{${name}}`, 'u')) : undefined;
}

/** The same letter in the other case, where that is one UTF-16 unit too. */
export function caseVariants(unit: number): readonly number[] {
  const character = String.fromCharCode(unit);
  return [character.toLowerCase(), character.toUpperCase()]
    .filter((variant) => variant.length === 1)
    .map((variant) => variant.charCodeAt(0));
}

export function ignoringCase(test: UnitTest): UnitTest {
  return (unit) => test(unit) || caseVariants(unit).some(test);
}

/** What two letters that differ by case have in common. */
export function foldUnit(unit: number): number {
  const lower = String.fromCharCode(unit).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : unit;
}
