import type { z } from 'zod';
import { reasonOf } from '#base/reasons/refusal.ts';
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
  const reason = reasonOf('fieldsInvalid', {
    where,
    fields: violations.map(({ field }) => field),
    faults: violations.map(({ description }) => description),
  });
  throw new FieldErrors(reason.messageFor('rest'), violations, reason);
}
