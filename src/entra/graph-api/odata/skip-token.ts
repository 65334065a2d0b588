import type { z } from 'zod';
import { AppError } from '#base/errors.ts';

/** Encodes the position at which a list continues as an opaque token. */
export function writeToken(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Decodes a token of `writeToken`. Throws `invalidQuery` for any other text, and for a position that does not match `schema`. */
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
