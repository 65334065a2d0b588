import type { JsonObject, JsonValue } from '#base/json.ts';
import type { Answer } from '../client.ts';
import type { Context } from '../context.ts';
import { expectStatus, readList, readText } from '../expect.ts';
import { BULK_REQUEST } from '../scim-names.ts';

export async function sendBulk(
  { scim }: Context,
  operations: readonly JsonObject[],
  failOnErrors?: number,
): Promise<Answer> {
  const limit = failOnErrors === undefined ? {} : { failOnErrors };
  return await scim.post('/Bulk', { schemas: [BULK_REQUEST], ...limit, Operations: operations });
}

/** Sends a bulk request and returns its results, one per operation. Throws CheckFailure unless the status is 200. */
export async function runBulk(
  context: Context,
  operations: readonly JsonObject[],
  failOnErrors?: number,
): Promise<readonly JsonValue[]> {
  const answer = await sendBulk(context, operations, failOnErrors);
  expectStatus(answer, 200);
  return readList(answer.body, 'Operations');
}

export function post(bulkId: string, path: string, data: JsonObject): JsonObject {
  return { method: 'POST', path, bulkId, data };
}

/** Returns the id of the resource from the location in the result of an operation. */
export function idOf(result: JsonValue | undefined): string {
  return readText(result, 'location').split('/').at(-1) ?? '';
}
