import { z } from 'zod';
import { isObject, type JsonObject } from './json.ts';

/** A row that this version cannot read. The message names the column and the field, and never has the value. */
export class StoredJsonError extends Error {
  override readonly name = 'StoredJsonError';
}

/**
 * The reader of a JSON column. It checks the shape of what it reads, so that a row that another version or an operator wrote
 * fails where it is read, with the name of its column, and not where its value is used.
 *
 *     const readActor = storedJson('jobs.actor', actorSchema);
 *     const actor = readActor(row.actor);
 *
 * The reader throws StoredJsonError.
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
    // The parser's message quotes the text, which can hold a secret.
    throw new StoredJsonError(`${column} is not JSON.`, { cause: error instanceof Error ? error.name : undefined });
  }
}

/** A list of strings. */
export const storedTexts = z.array(z.string());

/** An object whose fields are looked up by name where they are used. */
export const storedObject = z.custom<JsonObject>(isObject, 'must be an object');
