/** A literal of a filter: a date and a GUID are texts. */
export type Literal = string | number | boolean | null;

export const comparisonOperators = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

export const textFunctions = ['startswith', 'endswith', 'contains'] as const;
export type TextFunction = (typeof textFunctions)[number];

/** A filter of OData, in the part that Microsoft Graph takes for these objects. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | {
      readonly kind: 'comparison';
      /** The property's path with slashes, as it was written. */
      readonly path: string;
      readonly operator: ComparisonOperator;
      readonly value: Literal;
    }
  | { readonly kind: 'in'; readonly path: string; readonly values: readonly Literal[] }
  | { readonly kind: 'text'; readonly path: string; readonly function: TextFunction; readonly value: string }
  /** One of the values satisfies the condition, in which the value is `variable`; without one there is any at all. */
  | {
      readonly kind: 'any';
      readonly path: string;
      readonly variable: string;
      readonly condition: Filter | undefined;
    }
  /** One of the words of a property begins with a text: what $search looks for. */
  | { readonly kind: 'word'; readonly path: string; readonly value: string };

/** UTF-16 units of a filter. */
export const FILTER_LENGTH_MAX = 8_000;
/** How deep parentheses and `not` go. */
export const FILTER_DEPTH_MAX = 20;
/** Comparisons of a filter, each value of a list among them. */
export const FILTER_TERMS_MAX = 200;
