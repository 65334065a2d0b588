import { isObject } from '#base/json.ts';
import { AppError, quote } from '#base/errors.ts';
import type { Expression, ParsedExpression } from './ast.ts';
import type { FunctionDefinition, Parameter } from './function-definition.ts';
import { findFunction, functions } from './function-table.ts';
import { EXPRESSION_DEPTH_MAX } from './limits.ts';
import { parameterAt } from './parameter-at.ts';
import { parseExpression } from './parse.ts';
import { printExpression } from './print.ts';

/** The source of a mapping, as microsoft.graph.attributeMappingSource has it. */
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

/** A function, as microsoft.graph.attributeMappingFunctionSchema has it. */
export interface GraphFunction {
  readonly name: string;
  readonly parameters: readonly Pick<Parameter, 'allowMultipleOccurrences' | 'name' | 'required' | 'type'>[];
}

/** All functions, as GET schema/functions of Graph lists them. */
export function functionsAsGraph(): readonly GraphFunction[] {
  return functions.map(({ name, parameters }) => ({
    name,
    parameters: parameters.map(({ allowMultipleOccurrences, name, required, type }) => ({
      allowMultipleOccurrences,
      name,
      required,
      type,
    })),
  }));
}

/** The sides of a comparison, for which Graph's documentation has no example. */
const LEFT = 'left';
const RIGHT = 'right';

/** An expression as Graph has it. Arguments that are omitted are left out, as Graph does. */
export function toGraph({ root }: Pick<ParsedExpression, 'root'>): GraphSource {
  return sourceOf(root);
}

function sourceOf(expression: Expression): GraphSource {
  const printed = printExpression(expression);
  const of = (type: GraphSource['type'], name: string, parameters: readonly GraphParameter[] = []): GraphSource => ({
    expression: printed,
    name,
    parameters,
    type,
  });
  switch (expression.kind) {
    case 'call':
      return of(
        'Function',
        expression.name,
        expression.parameters.flatMap((part, index) => parameterOf(expression.name, part, index)),
      );
    case 'comparison':
      return of('Function', expression.operator, [
        { key: LEFT, value: sourceOf(expression.left) },
        { key: RIGHT, value: sourceOf(expression.right) },
      ]);
    case 'attribute':
      return of('Attribute', expression.name);
    case 'text':
      return of('Constant', expression.value);
    default:
      return of('Constant', printed);
  }
}

function parameterOf(name: string, part: Expression, index: number): readonly GraphParameter[] {
  const definition = findFunction(name);
  const key = definition === undefined ? undefined : parameterAt(definition, index)?.name;
  return part.kind === 'omitted' || key === undefined ? [] : [{ key, value: sourceOf(part) }];
}

/**
 * The expression of a source. Its text counts where there is one; without it, name, parameters and type do. Throws an
 * ExpressionError at what the text has wrong, and expressionSyntax at what is no source.
 */
export function fromGraph(source: unknown): ParsedExpression {
  return parseExpression(textOfSource(source, 0), { kind: 'any' });
}

function textOfSource(source: unknown, depth: number): string {
  if (!isObject(source)) throw invalid(`${quote(source)} is no source; it must be an object`);
  const { expression, name, parameters, type } = source;
  if (typeof expression === 'string' && expression !== '') return expression;
  if (typeof name !== 'string') throw invalid('a source has neither an expression nor a name');
  if (depth > EXPRESSION_DEPTH_MAX) throw invalid(`sources are nested more than ${EXPRESSION_DEPTH_MAX} levels deep`);
  const span = { offset: 0, length: 0 };
  switch (type) {
    case 'Attribute':
      return printExpression({ kind: 'attribute', name, span });
    case 'Constant':
      return printExpression({ kind: 'text', value: name, span });
    case 'Function':
      return textOfFunction(name, readParameters(parameters, depth));
    default:
      throw invalid(`the type ${quote(type)} is none of Attribute, Constant and Function`);
  }
}

interface WrittenParameter {
  readonly key: string;
  readonly text: string;
}

function readParameters(parameters: unknown, depth: number): readonly WrittenParameter[] {
  const list: readonly unknown[] = Array.isArray(parameters) ? parameters : [];
  return list.map((parameter) => {
    if (!isObject(parameter) || typeof parameter['key'] !== 'string') throw invalid('a parameter has no key');
    return { key: parameter['key'], text: textOfSource(parameter['value'], depth + 1) };
  });
}

function textOfFunction(name: string, parameters: readonly WrittenParameter[]): string {
  const definition = findFunction(name);
  const [left, right] = parameters;
  if (definition !== undefined) return `${name}(${argumentsOf(definition, parameters).join(', ')})`;
  if (left?.key === LEFT && right?.key === RIGHT) return `${left.text} ${name} ${right.text}`;
  // The parser says what is wrong with the name.
  return `${name}(${parameters.map(({ text }) => text).join(', ')})`;
}

/** In the order of the function; what is not there is omitted, up to the last that is. */
function argumentsOf(definition: FunctionDefinition, written: readonly WrittenParameter[]): readonly string[] {
  const unknown = written.find(({ key }) => !definition.parameters.some(({ name }) => name === key));
  if (unknown !== undefined) throw invalid(`${definition.name} has no parameter ${quote(unknown.key)}`);
  const groups = definition.parameters.map(({ name, allowMultipleOccurrences }) => {
    const texts = written.filter(({ key }) => key === name).map(({ text }) => text);
    if (texts.length > 1 && !allowMultipleOccurrences) throw invalid(`${definition.name} has ${quote(name)} twice`);
    return texts;
  });
  const last = groups.findLastIndex((texts) => texts.length > 0);
  return groups.slice(0, last + 1).flatMap((texts) => (texts.length === 0 ? [''] : texts));
}

function invalid(reason: string): AppError {
  return new AppError('expressionSyntax', `The source of the mapping cannot be read: ${reason}.`);
}
