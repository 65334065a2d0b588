import { evaluateExpression } from './evaluate.ts';
import { ExpressionError } from './expression-error.ts';
import type { EvaluationContext } from './function-definition.ts';
import { parseExpression } from './parse.ts';
import { renderValue } from './value.ts';

/** Returns a context with a fixed clock and reproducible random numbers. */
export function contextWith(
  attributes: Readonly<Record<string, unknown>> = {},
  overrides: Partial<EvaluationContext> = {},
): EvaluationContext {
  let seed = 7;
  return {
    attributes,
    clock: { now: () => new Date('2025-07-30T12:34:56.789Z') },
    random: (limit) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * limit);
    },
    ...overrides,
  };
}

/** Parses and evaluates an expression. The result contains the rendered value. */
export function evaluateWith(
  expression: string,
  attributes: Readonly<Record<string, unknown>> = {},
  overrides: Partial<EvaluationContext> = {},
) {
  const result = evaluateExpression(parseExpression(expression), contextWith(attributes, overrides));
  return result.kind === 'value' ? { ...result, value: renderValue(result.value) } : result;
}

/** Parses and evaluates an expression, and returns only the rendered value. If the attribute does not flow, returns the whole result. */
export function valueOf(...args: Parameters<typeof evaluateWith>): unknown {
  const result = evaluateWith(...args);
  return result.kind === 'value' ? result.value : result;
}

/** Runs a function that throws an ExpressionError. Returns the error together with the part of the text that it points at. */
export function faultOf(run: () => unknown, text: string) {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { code, message, location, suggestion } = error;
    return {
      code,
      message,
      at: location.offset,
      piece: text.slice(location.offset, location.offset + location.length),
      suggestion,
    };
  }
  throw new Error(`${text} did not cause an error`);
}
