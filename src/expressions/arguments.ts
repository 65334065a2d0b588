import type { SayMistake } from '#base/words/expression-mistakes.ts';
import { attributeValue } from './attribute-value.ts';
import { attributesOf } from './attributes-of.ts';
import type { CallExpression, Expression } from './ast.ts';
import { describeValue, toDate, toInteger, toList, toSingle } from './coerce.ts';
import { ExpressionError, locate } from './expression-error.ts';
import type { Arguments, dropped, EvaluationContext, FunctionDefinition } from './function-definition.ts';
import { VALUE_LENGTH_MAX } from './limits.ts';
import { parameterAt } from './parameter-at.ts';
import type { PatternBudget } from './patterns/match-pattern.ts';
import { isList, textOf, type Single, type Value } from './value.ts';

/** The state of one evaluation of an expression. */
export interface Evaluation {
  readonly text: string;
  readonly context: EvaluationContext;
  readonly evaluate: (expression: Expression) => Value;
  readonly observe: ((expression: Expression, outcome: Value | typeof dropped | ExpressionError) => void) | undefined;
  readonly budget: PatternBudget;
  isDropped: boolean;
  isRedacted: boolean;
}

/** Returns the accessors through which a function reads the arguments of a call. */
export function bindArguments(call: CallExpression, definition: FunctionDefinition, evaluation: Evaluation): Arguments {
  const expressionsOf = (name: string) =>
    call.parameters.filter((_, index) => parameterAt(definition, index)?.name === name);
  const cache = new Map<Expression, Value>();
  const evaluate = (expression: Expression): Value => {
    const cached = cache.get(expression);
    if (cached !== undefined) return cached;
    const value = evaluation.evaluate(expression);
    cache.set(expression, value);
    return value;
  };
  const fault = (name: string | undefined, reason: SayMistake) => {
    const span = (name === undefined ? undefined : expressionsOf(name)[0]?.span) ?? call.span;
    return new ExpressionError('expressionValue', inCall(call, reason), locate(evaluation.text, span));
  };
  const tooComplex = (reason: SayMistake) =>
    new ExpressionError('expressionTooComplex', inCall(call, reason), locate(evaluation.text, call.span));
  const value = (name: string): Value => {
    const [expression] = expressionsOf(name);
    return expression === undefined ? null : evaluate(expression);
  };
  const single = (name: string): Single => {
    const found = value(name);
    const one = toSingle(found);
    if (one !== undefined) return one;
    const count = isList(found) ? found.length : 1;
    throw fault(name, ({ evaluating }) => evaluating.listOf(name, count));
  };
  return {
    context: evaluation.context,
    budget: evaluation.budget,
    isGiven: (name) => expressionsOf(name).some(({ kind }) => kind !== 'omitted'),
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
      if (integer === undefined) throw fault(name, notA('notWhole', name, found));
      return integer;
    },
    date: (name) => {
      const found = single(name);
      if (found === null || found === '') return null;
      const date = toDate(found);
      if (date !== undefined) return date;
      throw fault(name, notA('notDate', name, found));
    },
    each: (name) => expressionsOf(name).map((expression) => () => evaluate(expression)),
    list: (name) => expressionsOf(name).flatMap((expression) => toList(evaluate(expression))),
    attributesIn: (name) =>
      expressionsOf(name)
        .flatMap(attributesOf)
        .map((attribute) => attributeValue(attribute, evaluation.context)),
    redact: () => {
      evaluation.isRedacted = true;
    },
    fault,
    tooComplex,
    join: (texts, separator) => {
      const length = texts.reduce((sum, text) => sum + text.length, separator.length * Math.max(texts.length - 1, 0));
      if (length > VALUE_LENGTH_MAX) throw tooComplex(tooLong(length));
      return texts.join(separator);
    },
  };
}

function notA(what: 'notWhole' | 'notDate', name: string, found: Single): SayMistake {
  return (mistakes) => mistakes.evaluating[what](name, describeValue(mistakes, found));
}

function inCall({ name }: CallExpression, reason: SayMistake): SayMistake {
  return (mistakes) => mistakes.ofFunction(name, reason(mistakes));
}

/** Returns the error message for a string that exceeds VALUE_LENGTH_MAX. */
export function tooLong(length: number): SayMistake {
  return ({ evaluating }) => evaluating.stringTooLong(length, VALUE_LENGTH_MAX);
}
