/** The field of an expression in a mapping: the editor of the expression builder. */
export { ExpressionField } from './expressions/expression-field.tsx';
