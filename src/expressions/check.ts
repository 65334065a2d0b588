import { quote } from '#base/errors.ts';
import { suggestion } from '#base/suggestion.ts';
import type { SayMistake } from '#base/words/expression-mistakes.ts';
import { partsOf, type CallExpression, type Expression, type ParsedExpression, type Span } from './ast.ts';
import type { ExpressionError } from './expression-error.ts';
import type { FunctionDefinition, Parameter } from './function-definition.ts';
import { findFunction, functions, IGNORE_ATTRIBUTE_FLOW } from './function-table.ts';
import { fault } from './lexer.ts';
import { parameterAt } from './parameter-at.ts';
import { signature } from './signature.ts';

/**
 * Checks everything that does not depend on attribute values: function names, argument counts, words without quotes, where
 * comparisons are allowed, and, if `attributes` is given, attribute names. Throws `expressionSyntax` at the first error.
 */
export function checkExpression({ text, root }: ParsedExpression, attributes: readonly string[] | undefined): void {
  const visit = (expression: Expression): void => {
    if (expression.kind === 'call') checkCall(text, expression, expression === root);
    if (expression.kind === 'attribute' && attributes !== undefined) checkAttribute(text, expression, attributes);
    if (expression.kind === 'comparison') {
      for (const side of partsOf(expression)) if (side.kind === 'word') throw unknownWord(text, side, undefined);
    }
    for (const part of partsOf(expression)) visit(part);
  };
  visit(root);
}

function checkAttribute(text: string, { name, span }: { name: string; span: Span }, known: readonly string[]): void {
  if (known.includes(name)) return;
  const near = suggestion(name, known);
  const meant = near === undefined ? undefined : quote(near);
  throw fault(
    text,
    span,
    ({ checking }) => checking.noAttribute(quote(name), meant),
    near === undefined ? undefined : `[${near}]`,
  );
}

function checkCall(text: string, call: CallExpression, isRoot: boolean): void {
  const definition = findFunction(call.name);
  if (definition === undefined) throw unknownFunction(text, call);
  if (definition.isTopLevel === true && !isRoot) {
    throw fault(text, nameSpan(call), ({ checking }) => checking.mustBeWhole(call.name));
  }
  checkCount(text, call, definition);
  for (const [index, argument] of call.parameters.entries()) {
    checkArgument(text, { call, argument, parameter: parameterAt(definition, index) });
  }
}

function nameSpan({ name, span }: CallExpression): Span {
  return { offset: span.offset, length: name.length };
}

function unknownFunction(text: string, call: CallExpression): ExpressionError {
  const names = functions.map(({ name }) => name);
  const near = suggestion(call.name, names) ?? completed(call.name, names);
  if (near === undefined) {
    return fault(text, nameSpan(call), ({ checking }) => checking.noFunction(call.name));
  }
  const reason: SayMistake = ({ checking }) =>
    near.toLowerCase() === call.name.toLowerCase()
      ? checking.letterCase(near)
      : checking.otherFunction(call.name, near);
  return fault(text, nameSpan(call), reason, near);
}

/** The letters of a name from which on it is completed. */
const COMPLETED_LETTERS_MIN = 3;

/** Returns the only function with this beginning of a name, as while it is typed. */
function completed(begun: string, names: readonly string[]): string | undefined {
  if (begun.length < COMPLETED_LETTERS_MIN) return undefined;
  const found = names.filter((one) => one.toLowerCase().startsWith(begun.toLowerCase()));
  return found.length === 1 && found[0] !== IGNORE_ATTRIBUTE_FLOW ? found[0] : undefined;
}

function checkCount(text: string, call: CallExpression, definition: FunctionDefinition): void {
  const count = call.parameters.length;
  const { parameters } = definition;
  const extra = call.parameters.find((_, index) => parameterAt(definition, index) === undefined);
  if (extra !== undefined) {
    const reason: SayMistake = ({ checking }) =>
      checking.tooManyArguments(call.name, parameters.length, count, signature(definition));
    throw fault(text, extra.span.length === 0 ? closing(call) : extra.span, reason);
  }
  const missing = parameters.slice(count).find((parameter) => parameter.required);
  if (missing !== undefined) {
    const reason: SayMistake = ({ checking }) =>
      checking.noArgument(call.name, quote(missing.name), signature(definition));
    throw fault(text, closing(call), reason);
  }
  const wrong = definition.checkCount?.(count, signature(definition));
  if (wrong !== undefined) throw fault(text, closing(call), wrong);
}

/** Returns the span of the closing parenthesis, where errors about missing arguments point. */
function closing({ span }: CallExpression): Span {
  return { offset: span.offset + span.length - 1, length: 1 };
}

interface ArgumentPosition {
  readonly call: CallExpression;
  readonly argument: Expression;
  readonly parameter: Parameter | undefined;
}

function checkArgument(text: string, { call, argument, parameter }: ArgumentPosition): void {
  if (argument.kind === 'omitted' && parameter?.required === true && !parameter.allowMultipleOccurrences) {
    const span = { offset: argument.span.offset, length: 1 };
    throw fault(text, span, ({ checking }) => checking.nothingBefore(call.name, quote(parameter.name)));
  }
  if (argument.kind === 'comparison' && parameter?.isCondition !== true) {
    throw fault(text, argument.span, ({ checking }) => checking.noComparison(call.name));
  }
  if (argument.kind === 'word') checkWord(text, argument, parameter);
}

function checkWord(text: string, word: Expression & { kind: 'word' }, parameter: Parameter | undefined): void {
  const isFlow = word.name === IGNORE_ATTRIBUTE_FLOW && parameter?.isCondition !== true;
  if (!isFlow && parameter?.words?.includes(word.name) !== true) throw unknownWord(text, word, parameter);
}

function unknownWord(text: string, { name, span }: { name: string; span: Span }, parameter: Parameter | undefined) {
  const words = parameter?.words ?? [];
  const near = suggestion(name, [...words, IGNORE_ATTRIBUTE_FLOW]);
  const isFunction = findFunction(name) !== undefined;
  return fault(text, span, ({ checking }) => checking.unknownWord(name, isFunction, words), near ?? `"${name}"`);
}
