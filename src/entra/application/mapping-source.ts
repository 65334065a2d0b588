import { quote } from '#base/errors.ts';
import { MistakeError } from '#base/mistake-error.ts';
import { partsOf, type Expression, type ParsedExpression } from '#expressions/ast.ts';
import { attributesOf } from '#expressions/attributes-of.ts';
import { fromGraph } from '#expressions/graph.ts';
import { parseExpression } from '#expressions/parse.ts';
import type { GraphAttributeMapping } from './synchronization-schema.ts';

/** The source of a mapping's value: one of the four mapping types in Entra ID's portal (§3.5). */
export type MappingSource =
  | { readonly kind: 'direct'; readonly attribute: string }
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'expression'; readonly parsed: ParsedExpression }
  | { readonly kind: 'none' };

/**
 * Parses the source of a mapping. If `attributes` is given, also checks that it contains every attribute that the mapping reads. Throws an
 * AppError if the source is not valid. For an expression, the error contains the position of the problem in the text.
 */
export function readMappingSource(
  { source }: Pick<GraphAttributeMapping, 'source'>,
  attributes?: readonly string[],
): MappingSource {
  if (source === null) return { kind: 'none' };
  // The `name` of a constant is always its value, but its `expression` may lack the quotation marks.
  if (source.type === 'Constant' && source.name !== null) return { kind: 'constant', value: source.name };
  const { text } = fromGraph(source);
  const parsed = parseExpression(text, { kind: 'any', attributes });
  switch (parsed.root.kind) {
    case 'attribute':
      return { kind: 'direct', attribute: parsed.root.name };
    case 'text':
      return { kind: 'constant', value: parsed.root.value };
    case 'integer':
      return { kind: 'constant', value: String(parsed.root.value) };
    default:
      refuseSelectUniqueValue(parsed);
      return { kind: 'expression', parsed };
  }
}

/** Returns the names of the source attributes that a mapping reads, without duplicates. */
export function readsOf(source: MappingSource): readonly string[] {
  if (source.kind === 'direct') return [source.attribute];
  return source.kind === 'expression' ? attributesOf(source.parsed.root) : [];
}

/** Formats a source for display: the attribute, the constant in quotation marks, or the expression. */
export function printMappingSource(source: MappingSource): string {
  switch (source.kind) {
    case 'direct':
      return source.attribute;
    case 'constant':
      return JSON.stringify(source.value);
    case 'expression':
      return source.parsed.text;
    case 'none':
      return '';
  }
}

/** True if an expression calls the function `name` at any depth. */
export function calls(expression: Expression, name: string): boolean {
  return (
    (expression.kind === 'call' && expression.name === name) || partsOf(expression).some((part) => calls(part, name))
  );
}

function refuseSelectUniqueValue({ root, text }: ParsedExpression): void {
  if (!calls(root, 'SelectUniqueValue')) return;
  throw new MistakeError('mappingInvalid', ({ mappings }) => mappings.selectUnique(quote(text)));
}
