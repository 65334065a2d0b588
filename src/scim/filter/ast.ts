import type { AttributePath, ResolvedAttribute } from '#scim/path/attribute-path.ts';

export const comparisonOperators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

export type FilterValue = string | number | boolean | null;

/**
 * A filter, as written (RFC 7644 §3.4.2.2). `and` and `or` have any number of operands, so that a long chain is one flat node.
 * Entra ID's `emails[type eq "work"].value eq "x"` is parsed as `emails[type eq "work" and value eq "x"]`.
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
 * A filter that has been checked against a schema. Every attribute exists, every value has the type of its attribute (dates are
 * in canonical form), and a comparison with a complex attribute is a comparison with its sub-attribute `value`.
 *
 * The evaluator and the SQL that is generated from a filter follow the same rules:
 * - An attribute without a value has the single value null: `eq null` and `ne "x"` are true, and everything else is false.
 * - A multi-valued attribute matches if any of its values matches.
 * - Strings of an attribute with caseExact false are compared by `fold`. Strings are ordered by code point. `not` is plain
 *   negation.
 * - The targets inside a value path are sub-attributes of a single element.
 */
export type TypedFilter =
  | {
      readonly kind: 'comparison';
      readonly target: ResolvedAttribute;
      readonly operator: ComparisonOperator;
      /** Already folded if the attribute is case-insensitive (see `fold`). */
      readonly value: FilterValue;
    }
  | { readonly kind: 'present'; readonly target: ResolvedAttribute }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly TypedFilter[] }
  | { readonly kind: 'not'; readonly operand: TypedFilter }
  /** The fixed result for an attribute that this resource type does not have, but another searched resource type has. */
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'valuePath'; readonly target: ResolvedAttribute; readonly filter: TypedElementFilter };

/** The filter of a value path. Like `TypedFilter`, but its targets are sub-attributes, and it has no nested value path. */
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

/** The definition of a sub-attribute. */
export type ElementTarget = NonNullable<ResolvedAttribute['sub']>;
