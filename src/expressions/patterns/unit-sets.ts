import type { UnitPredicate } from './pattern.ts';

export function rangeTest(first: number, last: number): UnitPredicate {
  return (unit) => unit >= first && unit <= last;
}

export function anyOf(tests: readonly UnitPredicate[]): UnitPredicate {
  return (unit) => tests.some((test) => test(unit));
}

export function not(test: UnitPredicate): UnitPredicate {
  return (unit) => !test(unit);
}

function byPattern(pattern: RegExp): UnitPredicate {
  return (unit) => pattern.test(String.fromCharCode(unit));
}

/** The classes `\d`, `\w` and `\s` of .NET, which cover all of Unicode. */
export const digit = byPattern(/\p{Nd}/u);
export const word = byPattern(/[\p{L}\p{Mn}\p{Nd}\p{Pc}]/u);
export const space = byPattern(/[\f\n\r\t\v\u0085\p{Z}]/u);
export const newline = rangeTest(0x0a, 0x0a);

/** The units that `\b` treats as part of a word: those of `\w`, the zero-width joiner and the zero-width non-joiner. */
export const boundaryWord = anyOf([word, rangeTest(0x200c, 0x200d)]);

const categories = /^(?:C[cfnos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;

/**
 * Returns the predicate for a general category of Unicode, such as `Lu` in `\p{Lu}`. Undefined for every other name: .NET's
 * named blocks are not supported.
 */
export function categoryTest(name: string): UnitPredicate | undefined {
  return categories.test(name) ? byPattern(new RegExp(`\\p{${name}}`, 'u')) : undefined;
}

/** Returns the lowercase and the uppercase form of a letter, if the form is a single UTF-16 unit. */
export function caseVariants(unit: number): readonly number[] {
  const character = String.fromCharCode(unit);
  return [character.toLowerCase(), character.toUpperCase()]
    .filter((variant) => variant.length === 1)
    .map((variant) => variant.charCodeAt(0));
}

/** Returns a predicate that also matches units whose lowercase or uppercase form matches. */
export function ignoringCase(test: UnitPredicate): UnitPredicate {
  return (unit) => test(unit) || caseVariants(unit).some(test);
}

/** Returns the unit in lower case, so that the results for two letters that differ only in case are equal. */
export function foldUnit(unit: number): number {
  const lower = String.fromCharCode(unit).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : unit;
}
