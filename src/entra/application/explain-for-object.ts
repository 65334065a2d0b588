import { randomInt } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import { cutText } from '#base/cut-text.ts';
import { messageFor } from '#base/error-message.ts';
import type { Language } from '#base/words/language.ts';
import { newBudget } from '#expressions/evaluate.ts';
import { explainExpression, type Step, type StepOutcome } from '#expressions/explain.ts';
import { ExpressionError } from '#expressions/expression-error.ts';
import { parseExpression } from '#expressions/parse.ts';
import { readablePartsOf } from '#expressions/readable-parts.ts';
import { renderValue } from '#expressions/value.ts';
import type { ObjectType } from '../source/source-object.ts';
import { mappedObjectOf } from './mapped-objects.ts';
import type { SourceValues } from './object-mapping.ts';
import type { SynchronizationSchema } from './synchronization-schema.ts';

/** The maximum length of a value in an explanation, in UTF-16 units. A longer value is cut. */
export const EXPLAINED_VALUE_LENGTH_MAX = 500;

/** A part of an expression and its value. The list of steps is in the order of an outline: each part is followed by its own parts. */
export interface ExplainedStep {
  /** The number of parts around this part. */
  readonly depth: number;
  /** The range of the part in the text, in UTF-16 units. */
  readonly offset: number;
  readonly length: number;
  readonly kind: 'attribute' | 'constant' | 'function';
  /** `skipped`: the value was not needed. `dropped`: the attribute does not flow. */
  readonly outcome: StepOutcome['kind'];
  /** The value as JSON, with at most EXPLAINED_VALUE_LENGTH_MAX characters; null unless the outcome is `value`. */
  readonly value: string | null;
}

/** A mistake in an expression, with the range of the text where it is. */
export interface ExplainedError {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
  readonly length: number;
  /** The text that probably corrects the mistake; null if there is none. */
  readonly suggestion: string | null;
  /** The range that the suggestion replaces, in UTF-16 units: that of the mistake, or an empty one where something is missing. */
  readonly suggestionOffset: number;
  readonly suggestionLength: number;
}

export interface ExplainedExpression {
  /** `value`, `dropped` (the attribute does not flow) or `error`; null without an object, because then nothing is evaluated. */
  readonly outcome: 'value' | 'dropped' | 'error' | null;
  readonly value: string | null;
  /** True if the provisioning logs show `[Redact]` instead of the value. */
  readonly redacted: boolean;
  readonly error: ExplainedError | null;
  /** The parts that can be read if the expression as a whole cannot. Empty without an object. */
  readonly steps: readonly ExplainedStep[];
}

export interface ExplainOptions {
  readonly schema: SynchronizationSchema;
  readonly type: ObjectType;
  /** `any` also accepts a single attribute or constant. See ParseOptions. */
  readonly kind: 'expression' | 'any';
  /** The values of the object that the expression is tested on; undefined to only parse the expression. */
  readonly values: SourceValues | undefined;
  readonly clock: Clock;
  readonly defaultDomain: string;
  /** The language of the message about a mistake. Default: English. */
  readonly language?: Language | undefined;
}

/**
 * Parses an expression as a mapping of a schema, and evaluates it for a source object. An error is part of the result.
 *
 * @example
 * explainForObject('ToLower([mailNickname])', { schema, type: 'User', kind: 'expression', values, clock, defaultDomain });
 * // { outcome: 'value', value: '"ann"', steps: [{ depth: 0, offset: 0, length: 23, … }, { depth: 1, offset: 8, … }], … }
 */
export function explainForObject(
  text: string,
  { schema, type, kind, values, clock, defaultDomain, language = 'en' }: ExplainOptions,
): ExplainedExpression {
  const nothing = { outcome: null, value: null, redacted: false, error: null, steps: [] } as const;
  const attributes = mappedObjectOf(schema, type)?.source?.attributes.map(({ name }) => name);
  const context = {
    attributes: Object.fromEntries(values ?? []),
    clock,
    random: randomInt,
    forScim: true,
    defaultDomain,
  };
  try {
    const parsed = parseExpression(text, { kind, attributes });
    if (values === undefined) return nothing;
    const { result, step } = explainExpression(parsed, context);
    return {
      outcome: result.kind,
      value: result.kind === 'value' ? shown(result.value) : null,
      redacted: result.kind === 'value' && result.redacted === true,
      error: result.kind === 'error' ? errorOf(result.error, language) : null,
      steps: [...stepsOf(step, 0)],
    };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const parts = values === undefined ? [] : readablePartsOf(text, { attributes });
    const budget = newBudget();
    const steps = parts.flatMap(({ offset, parsed }) => [
      ...stepsOf(explainExpression(parsed, context, budget).step, 0, offset),
    ]);
    return { ...nothing, outcome: 'error', error: errorOf(error, language), steps };
  }
}

/** `shift` is where the text of the step begins in the whole text. */
function* stepsOf({ text, offset, length, outcome, steps }: Step, depth: number, shift = 0): Generator<ExplainedStep> {
  const value = outcome.kind === 'value' ? shown(outcome.value) : null;
  yield { depth, offset: shift + offset, length, kind: kindOf(text, steps.length), outcome: outcome.kind, value };
  for (const step of steps) yield* stepsOf(step, depth + 1, shift);
}

/** A call ends with a parenthesis, and a comparison has two sides. */
function kindOf(text: string, parts: number): ExplainedStep['kind'] {
  if (parts > 0 || text.endsWith(')')) return 'function';
  return text.startsWith('[') ? 'attribute' : 'constant';
}

function shown(value: Parameters<typeof renderValue>[0]): string {
  return cutText(JSON.stringify(renderValue(value)), EXPLAINED_VALUE_LENGTH_MAX);
}

function errorOf(error: ExpressionError, language: Language): ExplainedError {
  const { code, location, suggestion, suggestionSpan } = error;
  return {
    code,
    message: messageFor(error, 'rest', language),
    offset: location.offset,
    length: location.length,
    suggestion: suggestion ?? null,
    suggestionOffset: suggestionSpan.offset,
    suggestionLength: suggestionSpan.length,
  };
}
