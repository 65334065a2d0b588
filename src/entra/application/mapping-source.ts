import { AppError, quote } from '#base/errors.ts';
import { partsOf, type Expression, type ParsedExpression } from '#expressions/ast.ts';
import { attributesOf } from '#expressions/attributes-of.ts';
import { fromGraph } from '#expressions/graph.ts';
import { parseExpression } from '#expressions/parse.ts';
import type { GraphAttributeMapping } from './synchronization-schema.ts';

/** Where the value of a mapping comes from: the four types that the portal has (§3.5). */
export type MappingSource =
  | { readonly kind: 'direct'; readonly attribute: string }
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'expression'; readonly parsed: ParsedExpression }
  | { readonly kind: 'none' };

/**
 * Reads the source of a mapping; with `attributes` also whether the source has those that it reads. Throws an AppError,
 * which for an expression points into its text.
 */
export function readMappingSource(
  { source }: Pick<GraphAttributeMapping, 'source'>,
  attributes?: readonly string[],
): MappingSource {
  if (source === null) return { kind: 'none' };
  // The text of a constant need not be in quotes: its name is the value.
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

/** The source attributes that a mapping reads, each once. */
export function readsOf(source: MappingSource): readonly string[] {
  if (source.kind === 'direct') return [source.attribute];
  return source.kind === 'expression' ? attributesOf(source.parsed.root) : [];
}

/** A source as people read it: attribute, "constant", or the expression. */
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

export function calls(expression: Expression, name: string): boolean {
  return (
    (expression.kind === 'call' && expression.name === name) || partsOf(expression).some((part) => calls(part, name))
  );
}

function refuseSelectUniqueValue({ root, text }: ParsedExpression): void {
  if (!calls(root, 'SelectUniqueValue')) return;
  throw new AppError(
    'mappingInvalid',
    `${quote(text)} uses SelectUniqueValue, which Entra ID does not support for SCIM applications; map an attribute that is unique in the source.`,
  );
}
