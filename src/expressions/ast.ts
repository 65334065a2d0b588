/** A range in the text of an expression. Offset and length count UTF-16 units. */
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

/** A node of the syntax tree. An argument that is left empty, as between two commas, is `omitted`. */
export type Expression =
  | CallExpression
  | { readonly kind: 'attribute'; readonly name: string; readonly span: Span }
  | { readonly kind: 'text'; readonly value: string; readonly span: Span }
  | { readonly kind: 'integer'; readonly value: bigint; readonly hexadecimal: boolean; readonly span: Span }
  /** A name without quotes and parentheses, such as vbBinaryCompare or IgnoreAttributeFlow. */
  | { readonly kind: 'word'; readonly name: string; readonly span: Span }
  | {
      readonly kind: 'comparison';
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | { readonly kind: 'omitted'; readonly span: Span };

/** A parsed expression with its source text. The spans of the nodes are ranges in this text. */
export interface ParsedExpression {
  readonly text: string;
  readonly root: Expression;
}

/** Returns the direct children of a node: the arguments of a call, or the two sides of a comparison. */
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
