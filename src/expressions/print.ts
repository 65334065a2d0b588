import type { Expression } from './ast.ts';

/**
 * Prints an expression in the format that Entra ID uses: one space after each comma, and nothing for an omitted argument.
 *
 * @example
 * printExpression(parseExpression('Append([mail],"x")').root); // 'Append([mail], "x")'
 */
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
