import { AppError } from '#base/errors.ts';
import type { expressionErrors } from '#base/expression-errors.ts';
import type { Span } from './ast.ts';

/** A place in the text of an expression; line and column count from one. */
export interface Location extends Span {
  readonly line: number;
  readonly column: number;
}

export type ExpressionErrorCode = keyof typeof expressionErrors;

/** The only error that expressions throw. It points into the text. */
export class ExpressionError extends AppError {
  readonly location: Location;
  /** What was meant, where that is clear: it can replace the text at the location. */
  readonly suggestion: string | undefined;

  constructor(code: ExpressionErrorCode, reason: string, location: Location, suggestion?: string) {
    const place = `line ${location.line}, column ${location.column}`;
    super(code, `${verbs[code]} at ${place}: ${reason}`, { position: location.offset });
    this.location = location;
    this.suggestion = suggestion;
  }
}

const verbs: Readonly<Record<ExpressionErrorCode, string>> = {
  expressionSyntax: 'The expression cannot be read',
  expressionTooComplex: 'The expression is too complex',
  expressionValue: 'The expression cannot be evaluated',
};

/** Where a span is in its text. */
export function locate(text: string, { offset, length }: Span): Location {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { offset, length, line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
