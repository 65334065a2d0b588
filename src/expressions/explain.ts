import { partsOf, type Expression, type ParsedExpression } from './ast.ts';
import { newBudget, runEvaluation, type EvaluationResult } from './evaluate.ts';
import { ExpressionError } from './expression-error.ts';
import { dropped, type EvaluationContext } from './function-definition.ts';
import type { Value } from './value.ts';

export type StepOutcome =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'error'; readonly error: ExpressionError }
  /** The part was not evaluated: its value was not needed, as in the unused branch of IIF, or an earlier part failed. */
  | { readonly kind: 'skipped' };

/** A part of an expression and the result of evaluating it. */
export interface Step {
  readonly text: string;
  readonly offset: number;
  readonly length: number;
  readonly outcome: StepOutcome;
  /** The direct children in source order, without omitted arguments. */
  readonly steps: readonly Step[];
}

export interface Explanation {
  readonly result: EvaluationResult | { readonly kind: 'error'; readonly error: ExpressionError };
  readonly step: Step;
}

/**
 * Evaluates an expression and returns the outcome of each of its parts. Does not throw an ExpressionError: the error is part
 * of the result.
 *
 * @param budget The steps that regular expressions may take, if several evaluations share them.
 * @example
 * const { step } = explainExpression(parseExpression('ToLower([first])'), context);
 * step.outcome; // { kind: 'value', value: 'ann' }
 * step.steps[0].outcome; // { kind: 'value', value: 'Ann' }
 */
export function explainExpression(
  parsed: ParsedExpression,
  context: EvaluationContext,
  budget = newBudget(),
): Explanation {
  const outcomes = new Map<Expression, StepOutcome>();
  const run = (): Explanation['result'] => {
    try {
      const observe: Parameters<typeof runEvaluation>[2] = (part, outcome) => outcomes.set(part, toOutcome(outcome));
      return runEvaluation(parsed, context, observe, budget);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return { kind: 'error', error };
    }
  };
  return { result: run(), step: toStep(parsed.text, parsed.root, outcomes) };
}

function toOutcome(outcome: Value | typeof dropped | ExpressionError): StepOutcome {
  if (outcome === dropped) return { kind: 'dropped' };
  return outcome instanceof ExpressionError ? { kind: 'error', error: outcome } : { kind: 'value', value: outcome };
}

function toStep(text: string, expression: Expression, outcomes: ReadonlyMap<Expression, StepOutcome>): Step {
  const { offset, length } = expression.span;
  return {
    text: text.slice(offset, offset + length),
    offset,
    length,
    outcome: outcomes.get(expression) ?? { kind: 'skipped' },
    steps: partsOf(expression)
      .filter(({ kind }) => kind !== 'omitted')
      .map((part) => toStep(text, part, outcomes)),
  };
}
