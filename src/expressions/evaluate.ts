import type { SayMistake } from '#base/words/expression-mistakes.ts';
import { bindArguments, tooLong, type Evaluation } from './arguments.ts';
import type { Expression, ParsedExpression } from './ast.ts';
import { attributeValue } from './attribute-value.ts';
import { compareValues } from './compare.ts';
import { ExpressionError, locate } from './expression-error.ts';
import { dropped, type EvaluationContext } from './function-definition.ts';
import { findFunction, IGNORE_ATTRIBUTE_FLOW } from './function-table.ts';
import { PATTERN_STEPS_MAX, LIST_LENGTH_MAX, VALUE_LENGTH_MAX } from './limits.ts';
import { isList, type Value } from './value.ts';

export type EvaluationResult =
  | {
      readonly kind: 'value';
      readonly value: Value;
      /** Present if the value must not be logged: logs contain [Redact] instead. */
      readonly redacted?: true;
    }
  /** The attribute does not flow: the target keeps its value. */
  | { readonly kind: 'dropped' };

/**
 * Evaluates an expression. The result depends only on the expression and the context. Throws an ExpressionError
 * (`expressionValue` or `expressionTooComplex`) that points at the part that cannot be evaluated.
 *
 * @example
 * evaluateExpression(parseExpression('ToLower([mail])'), { attributes: { mail: 'Ann@contoso.com' }, clock, random });
 * // { kind: 'value', value: 'ann@contoso.com' }
 */
export function evaluateExpression(parsed: ParsedExpression, context: EvaluationContext): EvaluationResult {
  return runEvaluation(parsed, context, undefined);
}

/** Returns what the regular expressions of an evaluation may cost. Evaluations of parts of one text share it. */
export function newBudget(): Evaluation['budget'] {
  return { steps: PATTERN_STEPS_MAX };
}

/** Like `evaluateExpression`, but also calls `observe` with the outcome of each part that was evaluated. */
export function runEvaluation(
  { text, root }: ParsedExpression,
  context: EvaluationContext,
  observe: Evaluation['observe'],
  budget: Evaluation['budget'] = newBudget(),
): EvaluationResult {
  const evaluation: Evaluation = {
    text,
    context,
    observe,
    evaluate: (expression) => evaluatePart(expression, evaluation),
    budget,
    isDropped: false,
    isRedacted: false,
  };
  const value = evaluatePart(root, evaluation);
  if (evaluation.isDropped) return { kind: 'dropped' };
  return evaluation.isRedacted ? { kind: 'value', value, redacted: true } : { kind: 'value', value };
}

function evaluatePart(expression: Expression, evaluation: Evaluation): Value {
  try {
    const outcome = outcomeOf(expression, evaluation);
    if (outcome === dropped) evaluation.isDropped = true;
    evaluation.observe?.(expression, outcome);
    return outcome === dropped ? null : outcome;
  } catch (error) {
    // As the error propagates, it also becomes the outcome of each enclosing part.
    if (error instanceof ExpressionError) evaluation.observe?.(expression, error);
    throw error;
  }
}

function outcomeOf(expression: Expression, evaluation: Evaluation): Value | typeof dropped {
  switch (expression.kind) {
    case 'attribute':
      return attributeValue(expression.name, evaluation.context);
    case 'text':
    case 'integer':
      return expression.value;
    case 'omitted':
      return null;
    case 'word':
      return expression.name === IGNORE_ATTRIBUTE_FLOW ? dropped : expression.name;
    case 'comparison': {
      const [left, right] = [evaluation.evaluate(expression.left), evaluation.evaluate(expression.right)];
      const outcome = compareValues(expression.operator, left, right);
      if (typeof outcome === 'boolean') return outcome;
      throw new ExpressionError('expressionValue', outcome, locate(evaluation.text, expression.span));
    }
    case 'call': {
      const definition = findFunction(expression.name);
      if (definition === undefined) return null;
      const args = bindArguments(expression, definition, evaluation);
      const value = definition.evaluate(args);
      const reason = value === dropped ? undefined : sizeError(value);
      if (reason !== undefined) throw args.tooComplex(reason);
      return value;
    }
  }
}

/** Returns an error message for a function's result that exceeds a limit; undefined if it does not. */
function sizeError(value: Value): SayMistake | undefined {
  if (typeof value === 'string' && value.length > VALUE_LENGTH_MAX) return tooLong(value.length);
  if (!isList(value) || value.length <= LIST_LENGTH_MAX) return undefined;
  return ({ evaluating }) => evaluating.listTooLong(value.length, LIST_LENGTH_MAX);
}
