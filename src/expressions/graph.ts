import { isObject } from '#base/json.ts';
import { quote } from '#base/errors.ts';
import { MistakeError } from '#base/mistake-error.ts';
import type { Mistakes } from '#base/words/expression-mistakes.ts';
import type { Expression, ParsedExpression } from './ast.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { findFunction } from './function-table.ts';
import { EXPRESSION_DEPTH_MAX } from './limits.ts';
import { parameterAt } from './parameter-at.ts';
import { parseExpression } from './parse.ts';
import { printExpression } from './print.ts';

/** The source of an attribute mapping in the form of microsoft.graph.attributeMappingSource. */
export interface GraphSource {
  readonly expression: string;
  readonly name: string;
  readonly parameters: readonly GraphParameter[];
  readonly type: 'Attribute' | 'Constant' | 'Function';
}

export interface GraphParameter {
  readonly key: string;
  readonly value: GraphSource;
}

/** The parameter keys of the two sides of a comparison. They are Tanhua's choice: Graph's documentation has no example. */
const LEFT = 'left';
const RIGHT = 'right';

/**
 * Converts an expression to the source of a mapping in Graph. Omitted arguments are left out, as in Graph.
 *
 * @example
 * toGraph(parseExpression('Not([IsSoftDeleted])'));
 * // { expression: 'Not([IsSoftDeleted])', name: 'Not', type: 'Function', parameters: [{ key: 'source', value: {…} }] }
 */
export function toGraph({ root }: Pick<ParsedExpression, 'root'>): GraphSource {
  return sourceOf(root);
}

function sourceOf(expression: Expression): GraphSource {
  const printed = printExpression(expression);
  const createSource = (
    type: GraphSource['type'],
    name: string,
    parameters: readonly GraphParameter[] = [],
  ): GraphSource => ({
    expression: printed,
    name,
    parameters,
    type,
  });
  switch (expression.kind) {
    case 'call':
      return createSource(
        'Function',
        expression.name,
        expression.parameters.flatMap((part, index) => parameterOf(expression.name, part, index)),
      );
    case 'comparison':
      return createSource('Function', expression.operator, [
        { key: LEFT, value: sourceOf(expression.left) },
        { key: RIGHT, value: sourceOf(expression.right) },
      ]);
    case 'attribute':
      return createSource('Attribute', expression.name);
    case 'text':
      return createSource('Constant', expression.value);
    default:
      return createSource('Constant', printed);
  }
}

function parameterOf(name: string, part: Expression, index: number): readonly GraphParameter[] {
  const definition = findFunction(name);
  const key = definition === undefined ? undefined : parameterAt(definition, index)?.name;
  return part.kind === 'omitted' || key === undefined ? [] : [{ key, value: sourceOf(part) }];
}

/**
 * Parses the source of a mapping in Graph. If the source has a text in `expression`, the text is parsed, and name, parameters
 * and type are ignored. Throws an ExpressionError for an error in the text, and a MistakeError (`expressionSyntax`) for a value
 * that is not a source.
 *
 * @example
 * fromGraph({ name: 'mail', type: 'Attribute' }).text; // '[mail]'
 */
export function fromGraph(source: unknown): ParsedExpression {
  return parseExpression(textOfSource(source, 0), { kind: 'any' });
}

function textOfSource(source: unknown, depth: number): string {
  if (!isObject(source)) throw invalid(({ notSource }) => notSource(quote(source)));
  const { expression, name, parameters, type } = source;
  if (typeof expression === 'string' && expression !== '') return expression;
  if (typeof name !== 'string') throw invalid(({ noText }) => noText);
  if (depth > EXPRESSION_DEPTH_MAX) throw invalid(({ tooDeep }) => tooDeep(EXPRESSION_DEPTH_MAX));
  const span = { offset: 0, length: 0 };
  switch (type) {
    case 'Attribute':
      return printExpression({ kind: 'attribute', name, span });
    case 'Constant':
      return printExpression({ kind: 'text', value: name, span });
    case 'Function':
      return textOfFunction(name, readParameters(parameters, depth));
    default:
      throw invalid((sources) => sources.type(quote(type)));
  }
}

interface ParameterText {
  readonly key: string;
  readonly text: string;
}

function readParameters(parameters: unknown, depth: number): readonly ParameterText[] {
  const list: readonly unknown[] = Array.isArray(parameters) ? parameters : [];
  return list.map((parameter) => {
    if (!isObject(parameter) || typeof parameter['key'] !== 'string') throw invalid(({ noKey }) => noKey);
    return { key: parameter['key'], text: textOfSource(parameter['value'], depth + 1) };
  });
}

function textOfFunction(name: string, parameters: readonly ParameterText[]): string {
  const definition = findFunction(name);
  const [left, right] = parameters;
  if (definition !== undefined) return `${name}(${argumentsOf(definition, parameters).join(', ')})`;
  if (left?.key === LEFT && right?.key === RIGHT) return `${left.text} ${name} ${right.text}`;
  // The function is unknown, so the parser reports its name.
  return `${name}(${parameters.map(({ text }) => text).join(', ')})`;
}

/**
 * Returns the texts of the arguments in the order of the function's parameters. A parameter without an argument becomes an
 * empty text, unless no argument follows it.
 */
function argumentsOf(definition: FunctionDefinition, written: readonly ParameterText[]): readonly string[] {
  const unknown = written.find(({ key }) => !definition.parameters.some(({ name }) => name === key));
  if (unknown !== undefined) throw invalid(({ noParameter }) => noParameter(definition.name, quote(unknown.key)));
  const groups = definition.parameters.map(({ name, allowMultipleOccurrences }) => {
    const texts = written.filter(({ key }) => key === name).map(({ text }) => text);
    if (texts.length > 1 && !allowMultipleOccurrences)
      throw invalid(({ twice }) => twice(definition.name, quote(name)));
    return texts;
  });
  const last = groups.findLastIndex((texts) => texts.length > 0);
  return groups.slice(0, last + 1).flatMap((texts) => (texts.length === 0 ? [''] : texts));
}

function invalid(reason: (sources: Mistakes['sources']) => string): MistakeError {
  return new MistakeError('expressionSyntax', ({ sources }) => sources.unreadable(reason(sources)));
}
