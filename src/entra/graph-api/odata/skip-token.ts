import type { z } from 'zod';
import { AppError } from '#base/errors.ts';
import { decodeOpaque } from '#base/opaque-text.ts';

/** Decodes a token of `encodeOpaque`. Throws `invalidQuery` for any other text, and for a position that does not match `schema`. */
export function readToken<Value>(name: '$skiptoken' | '$deltatoken', text: string, schema: z.ZodType<Value>): Value {
  const result = schema.safeParse(decodeOpaque(text));
  if (result.success) return result.data;
  throw new AppError('invalidQuery', `The ${name} was not issued by this list: start again without it.`, {
    attribute: name,
    cause: result.error,
  });
}
