/** A piece of the text of an expression, in UTF-16 units. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

export const comparisonOperators = ['=', '<>', '>=', '>', '<=', '<'] as const;
export type ComparisonOperator = (typeof comparisonOperators)[number];

export interface CallExpression {
  readonly kind: 'call';
  readonly name: string;
  readonly parameters: readonly Expression[];
  readonly span: Span;
}

/** An expression as written. What stands between two commas without anything is `omitted`. */
export type Expression =
  | CallExpression
  | { readonly kind: 'attribute'; readonly name: string; readonly span: Span }
  | { readonly kind: 'text'; readonly value: string; readonly span: Span }
  | { readonly kind: 'integer'; readonly value: bigint; readonly hexadecimal: boolean; readonly span: Span }
  /** A name of a fixed choice, such as vbBinaryCompare. */
  | { readonly kind: 'word'; readonly name: string; readonly span: Span }
  | {
      readonly kind: 'comparison';
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | { readonly kind: 'omitted'; readonly span: Span };

/** An expression with the text that its spans point into. */
export interface ParsedExpression {
  readonly text: string;
  readonly root: Expression;
}

/** The expressions directly within one. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'call':
      return expression.parameters;
    case 'comparison':
      return [expression.left, expression.right];
    default:
      return [];
  }
}
