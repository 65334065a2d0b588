import { partsOf, type Expression } from './ast.ts';

/** The attributes that an expression reads, each once, in the order in which they are written. */
export function attributesOf(expression: Expression): readonly string[] {
  const names = new Set<string>();
  const visit = (part: Expression): void => {
    if (part.kind === 'attribute') names.add(part.name);
    for (const inner of partsOf(part)) visit(inner);
  };
  visit(expression);
  return [...names];
}
