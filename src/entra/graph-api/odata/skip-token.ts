import type { z } from 'zod';
import { AppError } from '#base/errors.ts';

/** Where a list goes on, as a text that nobody has to understand. */
export function writeToken(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Throws invalidQuery for a text that was not written so. */
export function readToken<Value>(name: '$skiptoken' | '$deltatoken', text: string, schema: z.ZodType<Value>): Value {
  const wrong = (cause: unknown) =>
    new AppError('invalidQuery', `The ${name} is none that this list gave out: begin again without it.`, {
      attribute: name,
      cause,
    });
  try {
    const result = schema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    if (result.success) return result.data;
    throw wrong(result.error);
  } catch (error) {
    throw error instanceof AppError ? error : wrong(error);
  }
}
