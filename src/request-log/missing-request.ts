import { AppError, quote } from '#base/errors.ts';

/** Returns the error for an id that no request in the log has. */
export function missingRequest(id: string): AppError {
  return new AppError(
    'notFound',
    `There is no request with the id ${quote(id)}. Requests are deleted after the time, or above the size, that the settings requestRetentionDays and requestLogMegabytes say, and counted ones after a day.`,
    { attribute: 'id', value: id },
  );
}
