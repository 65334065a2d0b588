import type { expressionErrors } from '#base/expression-errors.ts';
import { MistakeError } from '#base/mistake-error.ts';
import type { SayMistake } from '#base/words/expression-mistakes.ts';
import type { Span } from './ast.ts';

/** A range in the text of an expression. Line and column count from 1. */
export interface Location extends Span {
  readonly line: number;
  readonly column: number;
}

export type ExpressionErrorCode = keyof typeof expressionErrors;

/** The only kind of error that parsing and evaluation throw. It points into the text of the expression. */
export class ExpressionError extends MistakeError {
  readonly location: Location;
  /** The text that probably corrects the error; undefined if there is none. */
  readonly suggestion: string | undefined;
  /** What the suggestion replaces: the text at the location, or nothing (length 0) at the place where it is missing. */
  readonly suggestionSpan: Span;

  constructor(
    code: ExpressionErrorCode,
    reason: SayMistake,
    location: Location,
    suggestion?: string,
    suggestionSpan: Span = location,
  ) {
    const { offset, line, column } = location;
    super(code, (mistakes) => mistakes.at(code, line, column, reason(mistakes)), { position: offset });
    this.location = location;
    this.suggestion = suggestion;
    this.suggestionSpan = { offset: suggestionSpan.offset, length: suggestionSpan.length };
  }
}

/** Converts a span to a location with its line and column. */
export function locate(text: string, { offset, length }: Span): Location {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { offset, length, line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
