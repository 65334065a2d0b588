import type { Clock } from '#base/clock.ts';
import type { DateTime } from './dates/date-time.ts';
import type { ExpressionError } from './expression-error.ts';
import type { PatternBudget } from './patterns/match-pattern.ts';
import type { Single, Value } from './value.ts';

/** What an expression is evaluated with. Everything that is not in the expression comes from here. */
export interface EvaluationContext {
  /** The values of the source by the names of the attributes, as JSON has them; one that is absent is null. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  /** A random whole number from zero up to the limit, which it never reaches: for Guid and RandomString. */
  readonly random: (limit: number) => number;
  /** Whether the target has a value already: for SelectUniqueValue. Without it nothing is taken. */
  readonly isTaken?: ((value: string) => boolean) | undefined;
  /** The target is a SCIM application, for which Entra ID has no SelectUniqueValue. */
  readonly forScim?: boolean | undefined;
  /** What DefaultDomain answers. */
  readonly defaultDomain?: string | undefined;
}

/** The types of microsoft.graph.attributeType that parameters have. */
export type ParameterType = 'String' | 'Integer' | 'Boolean' | 'DateTime';

/** A parameter, as Graph's schema/functions lists it, and what the checks need to know beyond that. */
export interface Parameter {
  readonly name: string;
  readonly required: boolean;
  readonly type: ParameterType;
  readonly allowMultipleOccurrences: boolean;
  /** The words that can stand here without quotes. */
  readonly words?: readonly string[];
  /** A comparison can stand here. */
  readonly isCondition?: true;
}

/** One function of the language: a row that the parser, the evaluator, Graph's list and the reference read. */
export interface FunctionDefinition {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** What it does, for the reference. */
  readonly summary: string;
  /** It is the whole expression, or nothing. */
  readonly isTopLevel?: true;
  /** Says what is wrong with a number of arguments that the parameters allow. */
  readonly checkCount?: (count: number) => string | undefined;
  readonly evaluate: (args: Arguments) => Value | typeof dropped;
}

/** What IgnoreFlowIfNullOrEmpty evaluates to: the attribute does not flow at all. */
export const dropped: unique symbol = Symbol('dropped');

/** The arguments of one call, by the names of the parameters. Each is evaluated when it is asked for, and once. */
export interface Arguments {
  readonly context: EvaluationContext;
  readonly budget: PatternBudget;
  /** Whether something is written in the place of the parameter. */
  readonly isGiven: (name: string) => boolean;
  readonly value: (name: string) => Value;
  /** A single value: a list of one counts as its element, and a longer one is an error. */
  readonly single: (name: string) => Single;
  /** A single value as text. */
  readonly text: (name: string) => string | null;
  /** A whole number. Nothing is an error, unless there is a fallback. */
  readonly integer: (name: string, fallback?: bigint) => bigint;
  /** A date, or a text that is one. */
  readonly date: (name: string) => DateTime | null;
  /** The values of a parameter that is repeated, each to be evaluated when it is asked for. */
  readonly each: (name: string) => readonly (() => Value)[];
  /** All values that a parameter's arguments have, those of lists one by one. */
  readonly list: (name: string) => readonly Single[];
  /** The values of the attributes that are read in an argument. */
  readonly attributesIn: (name: string) => readonly Value[];
  /** Marks the result as one that logs do not show. */
  readonly redact: () => void;
  /** The error to throw about an argument, or about the whole call. */
  readonly fault: (name: string | undefined, reason: string) => ExpressionError;
  /** The error to throw about a limit. */
  readonly excess: (reason: string) => ExpressionError;
  /** Joins texts; past the limit it throws before the text is made. */
  readonly join: (texts: readonly string[], separator: string) => string;
}

type ParameterTraits = Partial<Pick<Parameter, 'words' | 'isCondition'>>;

export function required(name: string, type: ParameterType = 'String', traits: ParameterTraits = {}): Parameter {
  return { name, required: true, type, allowMultipleOccurrences: false, ...traits };
}

export function optional(name: string, type: ParameterType = 'String', traits: ParameterTraits = {}): Parameter {
  return { name, required: false, type, allowMultipleOccurrences: false, ...traits };
}

/** The last parameter of a function may be given any number of times, but once at least. */
export function repeated(name: string): Parameter {
  return { name, required: true, type: 'String', allowMultipleOccurrences: true };
}
