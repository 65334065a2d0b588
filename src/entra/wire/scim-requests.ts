import type { JsonObject } from '#base/json.ts';
import type { ObjectType } from '../source/source-object.ts';
import { failureOfAnswer, failureWithoutAnswer, type Purpose } from './failure-table.ts';
import { NoAnswer } from '#outbound/no-answer.ts';
import type { ScimAnswer, ScimRequest, ScimTransport } from './scim-transport.ts';
import { TargetError, type Recorder } from './target-client.ts';
import type { RequestQuery } from './tenant-url.ts';

/**
 * The requests of §1.3. Each gives an answer of the 200s, or throws TargetError; what is asked for by its id may be gone,
 * and then there is none.
 */
export interface ScimRequests {
  readonly search: (purpose: Purpose, type: ObjectType, query: RequestQuery, record: Recorder) => Promise<ScimAnswer>;
  readonly read: (type: ObjectType, id: string, record: Recorder) => Promise<ScimAnswer | undefined>;
  /** A group with its members, which Entra ID never asks for: the comparer does. */
  readonly readMembers: (id: string, record: Recorder) => Promise<ScimAnswer | undefined>;
  readonly create: (type: ObjectType, body: JsonObject, record: Recorder) => Promise<ScimAnswer>;
  readonly patch: (type: ObjectType, id: string, body: JsonObject, record: Recorder) => Promise<ScimAnswer | undefined>;
  readonly remove: (type: ObjectType, id: string, record: Recorder) => Promise<ScimAnswer | undefined>;
}

const collections: Readonly<Record<ObjectType, string>> = { User: 'Users', Group: 'Groups' };

/** Groups are asked for without their members: Entra ID never reads those (§1.5). */
function usualQuery(type: ObjectType): RequestQuery {
  return type === 'Group' ? { excludedAttributes: ['members'] } : {};
}

export function openScimRequests(transport: ScimTransport): ScimRequests {
  const send = async (purpose: Purpose, request: ScimRequest, record: Recorder): Promise<ScimAnswer> => {
    try {
      return await transport.send(request, record);
    } catch (error) {
      // Whoever closed the client knows why: nothing failed.
      const failed = error instanceof NoAnswer && error.kind !== 'closed';
      throw failed ? new TargetError(failureWithoutAnswer(purpose, error)) : error;
    }
  };
  const must = async (purpose: Purpose, request: ScimRequest, record: Recorder): Promise<ScimAnswer> => {
    const answer = await send(purpose, request, record);
    return answer.status >= 200 && answer.status < 300 ? answer : fail(purpose, answer);
  };
  const may = async (purpose: Purpose, request: ScimRequest, record: Recorder): Promise<ScimAnswer | undefined> => {
    const answer = await send(purpose, request, record);
    if (answer.status === 404) return undefined;
    return answer.status >= 200 && answer.status < 300 ? answer : fail(purpose, answer);
  };
  return {
    search: async (purpose, type, query, record) =>
      await must(
        purpose,
        { method: 'GET', segments: [collections[type]], query: { ...usualQuery(type), ...query } },
        record,
      ),
    create: async (type, body, record) =>
      await must('create', { method: 'POST', segments: [collections[type]], body }, record),
    read: async (type, id, record) =>
      await may('read', { method: 'GET', segments: [collections[type], id], query: usualQuery(type) }, record),
    readMembers: async (id, record) => {
      const query: RequestQuery = { attributes: ['members'] };
      return await may('read', { method: 'GET', segments: [collections.Group, id], query }, record);
    },
    patch: async (type, id, body, record) =>
      await may('update', { method: 'PATCH', segments: [collections[type], id], body }, record),
    remove: async (type, id, record) =>
      await may('delete', { method: 'DELETE', segments: [collections[type], id] }, record),
  };
}

function fail(purpose: Purpose, answer: ScimAnswer): never {
  throw new TargetError(failureOfAnswer(purpose, answer, answer.retryAfterMs));
}
