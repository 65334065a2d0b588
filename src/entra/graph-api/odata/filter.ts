/** A literal in a filter. Dates and GUIDs are strings. */
export type Literal = string | number | boolean | null;

export const comparisonOperators = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

export const textFunctions = ['startswith', 'endswith', 'contains'] as const;
export type TextFunction = (typeof textFunctions)[number];

/** A parsed OData filter, limited to what Microsoft Graph accepts for these objects. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | {
      readonly kind: 'comparison';
      /** The path of the property, with slashes between names. The spelling is that of the filter. */
      readonly path: string;
      readonly operator: ComparisonOperator;
      readonly value: Literal;
    }
  | { readonly kind: 'in'; readonly path: string; readonly values: readonly Literal[] }
  | { readonly kind: 'text'; readonly path: string; readonly function: TextFunction; readonly value: string }
  /** True if `condition` is true for at least one value, which it calls `variable`. Without `condition`: true if there is a value. */
  | {
      readonly kind: 'any';
      readonly path: string;
      readonly variable: string;
      readonly condition: Filter | undefined;
    }
  /** True if a word of the property starts with `value`. Only $search has conditions of this kind. */
  | { readonly kind: 'word'; readonly path: string; readonly value: string };

/** The maximum length of a filter, in UTF-16 code units. */
export const FILTER_LENGTH_MAX = 8_000;
/** The maximum depth of nested parentheses and `not`. */
export const FILTER_DEPTH_MAX = 20;
/** The maximum number of comparisons in a filter. Each value of an `in` list counts as one. */
export const FILTER_TERMS_MAX = 200;
