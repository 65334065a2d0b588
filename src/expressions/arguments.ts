import { attributeValue } from './attribute-value.ts';
import { attributesOf } from './attributes-of.ts';
import type { CallExpression, Expression } from './ast.ts';
import { shown, toDate, toInteger, toList, toSingle } from './coerce.ts';
import { ExpressionError, locate } from './expression-error.ts';
import type { Arguments, dropped, EvaluationContext, FunctionDefinition } from './function-definition.ts';
import { VALUE_LENGTH_MAX } from './limits.ts';
import { parameterAt } from './parameter-at.ts';
import type { PatternBudget } from './patterns/match-pattern.ts';
import { isList, textOf, type Single, type Value } from './value.ts';

/** One run over an expression. */
export interface Evaluation {
  readonly text: string;
  readonly context: EvaluationContext;
  readonly evaluate: (expression: Expression) => Value;
  readonly observe: ((expression: Expression, outcome: Value | typeof dropped | ExpressionError) => void) | undefined;
  readonly budget: PatternBudget;
  isDropped: boolean;
  isRedacted: boolean;
}

/** The arguments of a call, as its function reads them. */
export function bindArguments(call: CallExpression, definition: FunctionDefinition, evaluation: Evaluation): Arguments {
  const of = (name: string) => call.parameters.filter((_, index) => parameterAt(definition, index)?.name === name);
  const known = new Map<Expression, Value>();
  const evaluate = (expression: Expression): Value => {
    const before = known.get(expression);
    if (before !== undefined) return before;
    const value = evaluation.evaluate(expression);
    known.set(expression, value);
    return value;
  };
  const fault = (name: string | undefined, reason: string) => {
    const span = (name === undefined ? undefined : of(name)[0]?.span) ?? call.span;
    return new ExpressionError('expressionValue', `${call.name}: ${reason}`, locate(evaluation.text, span));
  };
  const excess = (reason: string) =>
    new ExpressionError('expressionTooComplex', `${call.name}: ${reason}`, locate(evaluation.text, call.span));
  const value = (name: string): Value => {
    const [expression] = of(name);
    return expression === undefined ? null : evaluate(expression);
  };
  const single = (name: string): Single => {
    const found = value(name);
    const one = toSingle(found);
    if (one !== undefined) return one;
    const count = isList(found) ? found.length : 1;
    throw fault(name, `${name} is a list of ${count} values, and must be one value; take one by Item, or all by Join.`);
  };
  return {
    context: evaluation.context,
    budget: evaluation.budget,
    isGiven: (name) => of(name).some(({ kind }) => kind !== 'omitted'),
    value,
    single,
    text: (name) => {
      const found = single(name);
      return found === null ? null : textOf(found);
    },
    integer: (name, fallback) => {
      const found = single(name);
      if (found === null && fallback !== undefined) return fallback;
      const integer = toInteger(found);
      if (integer === undefined) throw fault(name, `${name} is ${shown(found)}, which is not a whole number.`);
      return integer;
    },
    date: (name) => {
      const found = single(name);
      if (found === null || found === '') return null;
      const date = toDate(found);
      if (date === undefined)
        throw fault(name, `${name} is ${shown(found)}, which is not a date; write 2020-03-16 or 3/16/2020 7:00:00 AM.`);
      return date;
    },
    each: (name) => of(name).map((expression) => () => evaluate(expression)),
    list: (name) => of(name).flatMap((expression) => toList(evaluate(expression))),
    attributesIn: (name) =>
      of(name)
        .flatMap(attributesOf)
        .map((attribute) => attributeValue(attribute, evaluation.context)),
    redact: () => {
      evaluation.isRedacted = true;
    },
    fault,
    excess,
    join: (texts, separator) => {
      const length = texts.reduce((sum, text) => sum + text.length, separator.length * Math.max(texts.length - 1, 0));
      if (length > VALUE_LENGTH_MAX) throw excess(tooLong(length));
      return texts.join(separator);
    },
  };
}

/** What is too large about a text. */
export function tooLong(length: number): string {
  return `the text would have ${length} characters, and ${VALUE_LENGTH_MAX} is the limit.`;
}
