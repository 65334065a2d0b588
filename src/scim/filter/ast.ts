import type { AttributePath, ResolvedAttribute } from '#scim/path/attribute-path.ts';

export const comparisonOperators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

export type FilterValue = string | number | boolean | null;

/**
 * A filter as written (RFC 7644 §3.4.2.2). `and` and `or` have any number of operands, so that a long chain is flat.
 * Entra's `emails[type eq "work"].value eq "x"` is read as `emails[type eq "work" and value eq "x"]`.
 */
export type Filter =
  | {
      readonly kind: 'comparison';
      readonly path: AttributePath;
      readonly operator: ComparisonOperator;
      readonly value: FilterValue;
    }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Filter[] }
  | { readonly kind: 'not'; readonly operand: Filter }
  | { readonly kind: 'valuePath'; readonly path: AttributePath; readonly filter: Filter };

/**
 * A filter checked against a schema: every attribute exists, every value has the type of its attribute (dates in our
 * canonical form), a comparison with a complex attribute became one with its sub-attribute `value`.
 *
 * What it means, for the evaluator and for SQL alike:
 * - An attribute without a value has the single value null: `eq null` and `ne "x"` are true of it, all else is false.
 * - Of a multi-valued attribute any value may match.
 * - Strings whose attribute has caseExact false compare by `fold`; order is by code point; `not` is plain negation.
 * - Inside a value path the targets are the sub-attributes of the one element at hand.
 */
export type TypedFilter =
  | {
      readonly kind: 'comparison';
      readonly target: ResolvedAttribute;
      readonly operator: ComparisonOperator;
      /** Already folded where the attribute's case does not matter. */
      readonly value: FilterValue;
    }
  | { readonly kind: 'present'; readonly target: ResolvedAttribute }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly TypedFilter[] }
  | { readonly kind: 'not'; readonly operand: TypedFilter }
  /** What a filter over several resource types says of an attribute that this type lacks: it never has a value. */
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'valuePath'; readonly target: ResolvedAttribute; readonly filter: TypedElementFilter };

/** The filter of a value path: as above, but its targets are sub-attributes, and it holds no further value path. */
export type TypedElementFilter =
  | {
      readonly kind: 'comparison';
      readonly target: ElementTarget;
      readonly operator: ComparisonOperator;
      readonly value: FilterValue;
    }
  | { readonly kind: 'present'; readonly target: ElementTarget }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly TypedElementFilter[] }
  | { readonly kind: 'not'; readonly operand: TypedElementFilter };

/** A sub-attribute, by its definition. */
export type ElementTarget = NonNullable<ResolvedAttribute['sub']>;
