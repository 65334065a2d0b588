import type { SayMistake } from '#base/words/expression-mistakes.ts';

/** True if a UTF-16 unit belongs to a set. .NET's regular expressions match UTF-16 units, not code points. */
export type UnitPredicate = (unit: number) => boolean;

export type Assertion = 'start' | 'lineStart' | 'end' | 'endOrLastLine' | 'lineEnd' | 'wordBoundary' | 'noWordBoundary';

/** A node of a parsed regular expression. Groups are identified by name; the name of an unnamed group is its number. */
export type PatternNode =
  | { readonly kind: 'unit'; readonly test: UnitPredicate }
  | { readonly kind: 'sequence'; readonly nodes: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly nodes: readonly PatternNode[] }
  | {
      readonly kind: 'repeat';
      readonly node: PatternNode;
      readonly least: number;
      /** The maximum number of repetitions. Infinity if there is no maximum. */
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
  /** The names of the groups in .NET's numbering, which starts at 1: first the unnamed groups, then the named ones. */
  readonly groupNames: readonly string[];
}

/** Creates the error to throw for a pattern. The offset is a position in the pattern. */
export type PatternFault = (reason: SayMistake, offset: number) => Error;
