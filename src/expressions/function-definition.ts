import type { SayMistake } from '#base/words/expression-mistakes.ts';
import type { Clock } from '#base/clock.ts';
import type { DateTime } from './dates/date-time.ts';
import type { ExpressionError } from './expression-error.ts';
import type { PatternBudget } from './patterns/match-pattern.ts';
import type { Single, Value } from './value.ts';

/** The environment of an evaluation. It provides every input that is not in the expression. */
export interface EvaluationContext {
  /** The JSON values of the source by attribute name. A missing attribute is null. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  /** Returns a random integer from 0 to `limit` - 1. Used by Guid and RandomString. */
  readonly random: (limit: number) => number;
  /** True if an object in the target already has the value. Used by SelectUniqueValue. Without this function, no value counts as taken. */
  readonly isTaken?: ((value: string) => boolean) | undefined;
  /** True if the target is a SCIM application. For such targets, Entra ID does not support SelectUniqueValue. */
  readonly forScim?: boolean | undefined;
  /** The value that DefaultDomain returns. */
  readonly defaultDomain?: string | undefined;
}

/** The values of microsoft.graph.attributeType that occur as types of parameters. */
export type ParameterType = 'String' | 'Integer' | 'Boolean' | 'DateTime';

/** A parameter as Graph's schema/functions lists it, with additional properties for the checks. */
export interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly type: ParameterType;
  readonly allowMultipleOccurrences: boolean;
  /** The words that may be used without quotes as the argument. */
  readonly words?: readonly string[];
  /** True if the argument may be a comparison. */
  readonly isCondition?: true;
}

/** A function of the language. The parser, the evaluator, Graph's list of functions and the reference page use it. */
export interface FunctionDefinition {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** A description for the reference page. */
  readonly summary: string;
  /** True if the function must be the whole expression and cannot be an argument. */
  readonly isTopLevel?: true;
  /** Returns an error message if the function does not accept this number of arguments, although its parameters would allow it. */
  readonly checkCount?: (count: number, signature: string) => SayMistake | undefined;
  readonly evaluate: (args: Arguments) => Value | typeof dropped;
}

/** The result of an evaluation after which the attribute does not flow, so that the target keeps its value. */
export const dropped: unique symbol = Symbol('dropped');

/** The arguments of one call by parameter name. Each argument is evaluated on first access, and at most once. */
export interface Arguments {
  readonly context: EvaluationContext;
  readonly budget: PatternBudget;
  /** True if the call has an argument for the parameter that is not omitted. */
  readonly isGiven: (name: string) => boolean;
  readonly value: (name: string) => Value;
  /** Returns a single value. A list of one element counts as that element. Throws `expressionValue` for a longer list. */
  readonly single: (name: string) => Single;
  /** Returns a single value as text. */
  readonly text: (name: string) => string | null;
  /** Returns a whole number. For null, returns the fallback, or throws `expressionValue` if there is none. */
  readonly integer: (name: string, fallback?: bigint) => bigint;
  /** Returns the date that a date or a text gives; null for null and the empty string. Throws `expressionValue` for other values. */
  readonly date: (name: string) => DateTime | null;
  /** Returns one function for each argument of a repeatable parameter. Calling the function evaluates the argument. */
  readonly each: (name: string) => readonly (() => Value)[];
  /** Returns the values of all arguments of a parameter as one flat list. */
  readonly list: (name: string) => readonly Single[];
  /** Returns the values of the attributes that occur in an argument. */
  readonly attributesIn: (name: string) => readonly Value[];
  /** Marks the result of the evaluation as redacted, so that logs do not contain it. */
  readonly redact: () => void;
  /** Creates an `expressionValue` error about an argument, or about the whole call if the name is undefined. */
  readonly fault: (name: string | undefined, reason: SayMistake) => ExpressionError;
  /** Creates an `expressionTooComplex` error about the call. */
  readonly tooComplex: (reason: SayMistake) => ExpressionError;
  /** Joins texts. Throws `expressionTooComplex` before it allocates a result longer than VALUE_LENGTH_MAX. */
  readonly join: (texts: readonly string[], separator: string) => string;
}

type ParameterTraits = Partial<Pick<Parameter, 'words' | 'isCondition'>>;

/** Defines a required parameter. */
export function required(name: string, type: ParameterType = 'String', traits: ParameterTraits = {}): Parameter {
  return { name, required: true, type, allowMultipleOccurrences: false, ...traits };
}

/** Defines an optional parameter. */
export function optional(name: string, type: ParameterType = 'String', traits: ParameterTraits = {}): Parameter {
  return { name, required: false, type, allowMultipleOccurrences: false, ...traits };
}

/** Defines a parameter that accepts one or more arguments. It must be the last parameter of a function. */
export function repeated(name: string): Parameter {
  return { name, required: true, type: 'String', allowMultipleOccurrences: true };
}
