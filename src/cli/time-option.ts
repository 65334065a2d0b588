import { AppError, quote } from '#base/errors.ts';

/** Returns the time that an option names. Throws `usage` for a text that is not a time. */
export function timeOf(option: string, text: string): Date {
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new AppError(
    'usage',
    `${option} is ${quote(text)}: it must be a time such as 2026-01-31 or 2026-01-31T12:00:00Z.`,
  );
}
