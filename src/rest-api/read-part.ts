import type { z } from 'zod';
import { FieldErrors } from './rest-error.ts';

/** Reads a part of a request by its contract. Throws invalidBody (400) that names every field that is wrong, and how. */
export function readPart(schema: z.ZodType, value: unknown, where: 'path' | 'query' | 'body'): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const violations = result.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: key, description: 'is not a field of this request' }));
    }
    return [{ field: issue.path.join('.') || where, description: issue.message }];
  });
  const text = violations.map(({ field, description }) => `${field}: ${description}`).join('; ');
  throw new FieldErrors(`The ${where} of the request is not valid: ${text}.`, violations);
}
