import { z } from 'zod';
import { isObject, type JsonObject } from './json.ts';

/** Thrown for a row that this version cannot read. The message names the column and the field, but never the value. */
export class StoredJsonError extends Error {
  override readonly name = 'StoredJsonError';
}

/**
 * Returns the reader of a JSON column. The reader checks the shape of the value, so that a malformed row that another version or
 * an operator wrote fails where it is read, with the name of the column, and not where its value is used.
 *
 *     const readActor = storedJson('jobs.actor', actorSchema);
 *     const actor = readActor(row.actor);
 *
 * The reader throws StoredJsonError for a value that the schema does not accept.
 */
export function storedJson<Value>(column: string, schema: z.ZodType<Value>): (text: string) => Value {
  return (text) => {
    const result = schema.safeParse(parse(column, text));
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const field = issue === undefined || issue.path.length === 0 ? 'the value' : issue.path.join('.');
    throw new StoredJsonError(`${column} has a shape that this version does not read: ${field}: ${issue?.message}.`);
  };
}

function parse(column: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The message of the parser quotes the text, which may contain a secret.
    throw new StoredJsonError(`${column} is not JSON.`, { cause: error instanceof Error ? error.name : undefined });
  }
}

/** The schema of a list of strings. */
export const storedTexts = z.array(z.string());

/** The schema of an object with any fields: the code that uses the object looks them up by name. */
export const storedObject = z.custom<JsonObject>(isObject, 'must be an object');
