import { printAttributePath } from '../path/attribute-path.ts';
import type { Filter } from './ast.ts';

/**
 * Returns the text of a filter, with as few parentheses as possible. Parsing the text returns the same filter.
 *
 * @example
 * printFilter(parseFilter('((a pr)) OR b eq "x"')); // 'a pr or b eq "x"'
 */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'comparison':
      return `${printAttributePath(filter.path)} ${filter.operator} ${JSON.stringify(filter.value)}`;
    case 'present':
      return `${printAttributePath(filter.path)} pr`;
    case 'not':
      return `not (${printFilter(filter.operand)})`;
    case 'valuePath':
      return `${printAttributePath(filter.path)}[${printFilter(filter.filter)}]`;
    case 'and':
      return filter.operands
        .map((operand) => (operand.kind === 'or' ? `(${printFilter(operand)})` : printFilter(operand)))
        .join(' and ');
    case 'or':
      return filter.operands.map(printFilter).join(' or ');
  }
}
