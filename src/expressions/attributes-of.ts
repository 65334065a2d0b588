import { partsOf, type Expression } from './ast.ts';

/**
 * Returns the names of the attributes that an expression reads, without duplicates, in source order.
 *
 * @example
 * attributesOf(parseExpression('Join(" ", [b], [a], [b])').root); // ['b', 'a']
 */
export function attributesOf(expression: Expression): readonly string[] {
  const names = new Set<string>();
  const visit = (part: Expression): void => {
    if (part.kind === 'attribute') names.add(part.name);
    for (const inner of partsOf(part)) visit(inner);
  };
  visit(expression);
  return [...names];
}
