import type { z } from 'zod';
import { AppError } from '#base/errors.ts';

/** Returns the position where a list continues as an opaque token. */
export function writeToken(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Returns the position that `writeToken` encoded. Throws invalidQuery for any other text. */
export function readToken<Value>(name: '$skiptoken' | '$deltatoken', text: string, schema: z.ZodType<Value>): Value {
  const invalidToken = (cause: unknown) =>
    new AppError('invalidQuery', `The ${name} was not issued by this list: start again without it.`, {
      attribute: name,
      cause,
    });
  try {
    const result = schema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    if (result.success) return result.data;
    throw invalidToken(result.error);
  } catch (error) {
    throw error instanceof AppError ? error : invalidToken(error);
  }
}
