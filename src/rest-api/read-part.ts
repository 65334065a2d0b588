import type { z } from 'zod';
import { cutText } from '#base/cut-text.ts';
import { reasonOf } from '#base/reasons/refusal.ts';
import { FieldErrors } from './rest-error.ts';

/** The maximum number of fields that an error lists, and the maximum length of each name. Both are limited because clients choose them. */
const FIELDS_MAX = 100;
const FIELD_LENGTH_MAX = 200;

/** Reads one part of a request by its schema. Throws `invalidBody` (400), which lists the invalid fields and what is wrong with each. */
export function readPart(schema: z.ZodType, value: unknown, where: 'path' | 'query' | 'body'): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const all = result.error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: short(key), description: 'is not a field of this request' }));
    }
    return [{ field: short(issue.path.join('.')) || where, description: issue.message }];
  });
  const violations = all.slice(0, FIELDS_MAX);
  const reason = reasonOf('fieldsInvalid', {
    where,
    fields: violations.map(({ field }) => field),
    faults: violations.map(({ description }) => description),
  });
  throw new FieldErrors(reason.messageFor('rest'), violations, reason);
}

function short(field: string): string {
  return cutText(field, FIELD_LENGTH_MAX);
}
