import { randomUUID } from 'node:crypto';
import type { JsonObject } from '#base/json.ts';
import type { ObjectType } from '../source/source-object.ts';
import { defaultWireOptions, type TargetClientOptions } from './connection-options.ts';
import { INCOMPATIBLE, MULTIPLE_ENTRIES } from './failure-table.ts';
import { filterOf } from './filter.ts';
import { inflate } from './inflate.ts';
import { membersBody, patchBody, type Dialect } from './patch-body.ts';
import { readList, readPage, readResource, requireReadable } from './read-answer.ts';
import { openScimRequests, type ScimRequests } from './scim-requests.ts';
import type { ScimAnswer } from './scim-transport.ts';
import { openScimTransport } from './scim-transport.ts';
import { TargetError, type Recorder, type TargetClient, type TargetNames, type TargetObject } from './target-client.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

/**
 * Opens a client for the target of an application. Throws `usage` if the settings do not allow requests, such as an invalid Tenant URL.
 *
 * @example
 * const client = openTargetClient({ settings, secrets, clock, gateway, isLimitedKey });
 * const [ann] = await client.query('User', { attribute: 'userName', value: 'ann' }, ['userName', 'active'], record);
 * await client.close();
 */
export function openTargetClient(options: TargetClientOptions): TargetClient {
  const transport = openScimTransport(options);
  const requests = openScimRequests(transport);
  const pageSize = options.wireOptions?.pageSize ?? defaultWireOptions.pageSize;
  const dialectOf = ({ withoutFlag }: { readonly withoutFlag: boolean }): Dialect =>
    transport.tenant.hasFlag && !withoutFlag ? 'flag' : 'noFlag';
  const patch = async (type: ObjectType, id: string, body: JsonObject, record: Recorder): Promise<boolean> => {
    const answer = await requests.patch(type, id, body, record);
    if (answer !== undefined) requireReadable(answer);
    return answer !== undefined;
  };

  return {
    probe: async ({ user, group }, record) => {
      const probes = [['User', user] as const, ...(group === null ? [] : [['Group', group] as const])];
      for (const [type, attribute] of probes) {
        const answer = await requests.search('probe', type, { filter: filterOf(attribute, randomUUID()) }, record);
        asEndpointFailure(() => readList(readingOf(type, []), answer));
      }
    },
    query: async (type, { attribute, value }, names, record) => {
      const answer = await requests.search('query', type, { filter: filterOf(attribute, value) }, record);
      const { totalResults, resources } = readList(readingOf(type, names), answer);
      if (totalResults > 1 && resources.length === 1) throw severalEntries(attribute, totalResults, answer);
      return totalResults === 0 ? [] : resources;
    },
    read: async (type, id, names, record) => {
      const answer = await requests.read(type, id, record);
      return answer && readResource(readingOf(type, names), answer);
    },
    create: async (type, resource, names, record) => {
      const answer = await requests.create(type, inflate(type, resource), record);
      return readResource({ type, names, withoutMembers: false }, answer);
    },
    update: async (type, id, changes, how, record) =>
      changes.length === 0 || (await patch(type, id, patchBody(changes, dialectOf(how)), record)),
    changeMembers: async (id, change, how, record) =>
      change.memberIds.length === 0 || (await patch('Group', id, membersBody(change, dialectOf(how)), record)),
    remove: async (type, id, record) => {
      await requests.remove(type, id, record);
    },
    members: async (id, record) => {
      const answer = await requests.readMembers(id, record);
      if (answer === undefined) return undefined;
      const reading = { type: 'Group', names: ['members'], withoutMembers: false } as const;
      return memberIdsIn(readResource(reading, answer));
    },
    list: (type, names, record) => pages({ requests, type, names, pageSize }, record),
    close: async () => transport.close(),
  };
}

function memberIdsIn({ attributes }: TargetObject): readonly string[] {
  const members = attributes.get('members');
  const elements: readonly unknown[] = Array.isArray(members) ? members : members === undefined ? [] : [members];
  return elements.flatMap((member) => {
    const id = typeof member === 'object' && member !== null && 'value' in member ? member.value : member;
    return typeof id === 'string' ? [id] : [];
  });
}

function readingOf(type: ObjectType, names: TargetNames) {
  return { type, names, withoutMembers: type === 'Group' };
}

/** Runs `work`, and converts a failure to a failure of the endpoint, because a problem that prevents a probe affects every object. */
function asEndpointFailure(work: () => void): void {
  try {
    work();
  } catch (error) {
    throw error instanceof TargetError ? new TargetError({ ...error.failure, scope: 'endpoint' }) : error;
  }
}

function severalEntries(attribute: string, total: number, { status }: ScimAnswer): TargetError {
  const reason = standInTexts.wire.severalEntries(attribute, String(total));
  return new TargetError({ errorCode: MULTIPLE_ENTRIES, reason, status, scope: 'object', retryAfterMs: null });
}

interface Listing {
  readonly requests: ScimRequests;
  readonly type: ObjectType;
  readonly names: TargetNames;
  readonly pageSize: number;
}

/** Lists all objects of a type with index-based pagination (RFC 7644 §3.4.2.4), like Entra ID's account discovery (§1.9). */
async function* pages({ requests, type, names, pageSize }: Listing, record: Recorder): AsyncIterable<TargetObject> {
  let startIndex = 1;
  let firstBefore: string | undefined;
  for (;;) {
    const answer = await requests.search('list', type, { startIndex, count: pageSize }, record);
    const { totalResults, resources } = readPage(readingOf(type, names), answer);
    const [first] = resources;
    if (first === undefined) return;
    if (first.id === firstBefore) throw samePage(startIndex, answer);
    firstBefore = first.id;
    yield* resources;
    startIndex += resources.length;
    if (startIndex > totalResults) return;
  }
}

function samePage(startIndex: number, { status }: ScimAnswer): TargetError {
  const reason = standInTexts.wire.samePage(String(startIndex));
  return new TargetError({ errorCode: INCOMPATIBLE, reason, status, scope: 'endpoint', retryAfterMs: null });
}
