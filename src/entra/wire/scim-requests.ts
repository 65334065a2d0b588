import type { JsonObject } from '#base/json.ts';
import type { ObjectType } from '../source/source-object.ts';
import { failureOfAnswer, failureWithoutAnswer, type Purpose } from './failure-table.ts';
import { NoAnswer } from '#outbound/no-answer.ts';
import type { ScimAnswer, ScimRequest, ScimTransport } from './scim-transport.ts';
import { TargetError, type Recorder } from './target-client.ts';
import type { RequestQuery } from './tenant-url.ts';

/**
 * The requests that Entra ID sends (§1.3). Each returns a response with a 2xx status, or throws TargetError. Requests for an object by id
 * return undefined if the object does not exist (404).
 */
export interface ScimRequests {
  readonly search: (purpose: Purpose, type: ObjectType, query: RequestQuery, record: Recorder) => Promise<ScimAnswer>;
  readonly read: (type: ObjectType, id: string, record: Recorder) => Promise<ScimAnswer | undefined>;
  /** Reads the members of a group, to compare the source and the target. Entra ID never reads members. */
  readonly readMembers: (id: string, record: Recorder) => Promise<ScimAnswer | undefined>;
  readonly create: (type: ObjectType, body: JsonObject, record: Recorder) => Promise<ScimAnswer>;
  readonly patch: (type: ObjectType, id: string, body: JsonObject, record: Recorder) => Promise<ScimAnswer | undefined>;
  readonly remove: (type: ObjectType, id: string, record: Recorder) => Promise<ScimAnswer | undefined>;
}

const collections: Readonly<Record<ObjectType, string>> = { User: 'Users', Group: 'Groups' };

/** Returns the query parameters of every request for objects of a type. Entra ID never reads the members of groups (§1.5). */
function queryOf(type: ObjectType): RequestQuery {
  return type === 'Group' ? { excludedAttributes: ['members'] } : {};
}

export function openScimRequests(transport: ScimTransport): ScimRequests {
  const send = async (purpose: Purpose, request: ScimRequest, record: Recorder): Promise<ScimAnswer> => {
    try {
      return await transport.send(request, record);
    } catch (error) {
      // A closed client is not a failure of the target, because the caller closed it.
      const failed = error instanceof NoAnswer && error.kind !== 'closed';
      throw failed ? new TargetError(failureWithoutAnswer(purpose, error)) : error;
    }
  };
  const sendRequired = async (purpose: Purpose, request: ScimRequest, record: Recorder): Promise<ScimAnswer> => {
    const answer = await send(purpose, request, record);
    return answer.status >= 200 && answer.status < 300 ? answer : fail(purpose, answer);
  };
  const sendOptional = async (
    purpose: Purpose,
    request: ScimRequest,
    record: Recorder,
  ): Promise<ScimAnswer | undefined> => {
    const answer = await send(purpose, request, record);
    if (answer.status === 404) return undefined;
    return answer.status >= 200 && answer.status < 300 ? answer : fail(purpose, answer);
  };
  return {
    search: async (purpose, type, query, record) =>
      await sendRequired(
        purpose,
        { method: 'GET', segments: [collections[type]], query: { ...queryOf(type), ...query } },
        record,
      ),
    create: async (type, body, record) =>
      await sendRequired('create', { method: 'POST', segments: [collections[type]], body }, record),
    read: async (type, id, record) =>
      await sendOptional('read', { method: 'GET', segments: [collections[type], id], query: queryOf(type) }, record),
    readMembers: async (id, record) => {
      const query: RequestQuery = { attributes: ['members'] };
      return await sendOptional('read', { method: 'GET', segments: [collections.Group, id], query }, record);
    },
    patch: async (type, id, body, record) =>
      await sendOptional('update', { method: 'PATCH', segments: [collections[type], id], body }, record),
    remove: async (type, id, record) =>
      await sendOptional('delete', { method: 'DELETE', segments: [collections[type], id] }, record),
  };
}

function fail(purpose: Purpose, answer: ScimAnswer): never {
  throw new TargetError(failureOfAnswer(purpose, answer, answer.retryAfterMs));
}
