import { type AppError, quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';

/** Returns the error for an id that no request in the log has. */
export function missingRequest(id: string): AppError {
  return new TranslatedError('notFound', ({ admin }) => admin.requests.unknown(quote(id)), {
    attribute: 'id',
    value: id,
  });
}
