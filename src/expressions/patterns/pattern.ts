/** Whether a UTF-16 unit belongs to a set. .NET's regular expressions work on UTF-16 units, and not on characters. */
export type UnitTest = (unit: number) => boolean;

export type Assertion = 'start' | 'lineStart' | 'end' | 'endOrLastLine' | 'lineEnd' | 'wordBoundary' | 'noWordBoundary';

/** A regular expression as written. Groups are known by name; those without have their number as a name. */
export type PatternNode =
  | { readonly kind: 'unit'; readonly test: UnitTest }
  | { readonly kind: 'sequence'; readonly nodes: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly nodes: readonly PatternNode[] }
  | {
      readonly kind: 'repeat';
      readonly node: PatternNode;
      readonly least: number;
      /** Infinity for no limit. */
      readonly most: number;
      readonly isLazy: boolean;
    }
  | { readonly kind: 'group'; readonly name: string; readonly node: PatternNode }
  | { readonly kind: 'backreference'; readonly name: string; readonly ignoresCase: boolean; readonly offset: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'look'; readonly node: PatternNode; readonly isBehind: boolean; readonly isNegative: boolean }
  | { readonly kind: 'atomic'; readonly node: PatternNode };

export interface Pattern {
  readonly node: PatternNode;
  /** Groups without a name, then those with one, as .NET numbers them; the first of them is number 1. */
  readonly groupNames: readonly string[];
}

/** Makes the error about a pattern, at a place in it. */
export type PatternFault = (reason: string, offset: number) => Error;
