import type { Expression } from './ast.ts';

/** The expression in the form that Entra ID shows: one blank behind each comma, and nothing where nothing is. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'call':
      return `${expression.name}(${expression.parameters.map(printExpression).join(', ')})`;
    case 'attribute':
      return `[${expression.name}]`;
    case 'text':
      return `"${expression.value.replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
    case 'integer':
      return expression.hexadecimal ? `&H${expression.value.toString(16).toUpperCase()}` : String(expression.value);
    case 'word':
      return expression.name;
    case 'comparison':
      return `${printExpression(expression.left)} ${expression.operator} ${printExpression(expression.right)}`;
    case 'omitted':
      return '';
  }
}
