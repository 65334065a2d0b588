import type { ErrorCode } from './error-table.ts';
import { AppError, type ErrorContext } from './errors.ts';
import { expressionMistakes, type SayMistake } from './words/expression-mistakes.ts';

/**
 * A mistake in a mapping or in its expression. The console finds mistakes with the same code as the server, so the error has a function that
 * says what is wrong: the console then needs the texts in the language of its reader only.
 *
 * @example throw new MistakeError('notFound', ({ mappings }) => mappings.notMapped(quote(target)));
 */
export class MistakeError extends AppError {
  readonly say: SayMistake;

  constructor(code: ErrorCode, say: SayMistake, context: Omit<ErrorContext, 'chinese'> = {}) {
    super(code, say(expressionMistakes), context);
    this.say = say;
  }
}
