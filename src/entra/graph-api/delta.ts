import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import type { Database } from '#database/database.ts';
import { currentChangeNumber, listChanges } from '../source/change-store.ts';
import { findSourceGroups, pageOfSourceGroups } from '../source/source-group-store.ts';
import { memberIdsOf } from '../source/source-member-store.ts';
import type { ObjectType, SourceChange, SourceObject } from '../source/source-object.ts';
import { findSourceUsers, pageOfSourceUsers } from '../source/source-user-store.ts';
import { groupResource } from './resources/group-resource.ts';
import { userResource } from './resources/user-resource.ts';

/** The maximum number of changes that are read for one page. */
const CHANGES_PER_PAGE = 1_000;

/** The position of a delta query: in the list of all objects (`all`), or in the log of changes (`changes`). */
export const deltaState = z.union([
  z.strictObject({ kind: z.literal('all'), after: z.string().nullable(), until: z.int() }),
  z.strictObject({ kind: z.literal('changes'), after: z.int() }),
]);
export type DeltaState = z.output<typeof deltaState>;

export interface DeltaPage {
  readonly value: readonly JsonObject[];
  readonly next: DeltaState;
  /** True if another page can be read now. Otherwise a later query starts at `next`. */
  readonly hasMore: boolean;
}

/**
 * Returns a page of a delta query. As in Graph, the first pages list all objects, and later pages list what has changed. Without
 * `state` the query starts from the beginning. Throws `deltaExpired` if changes after `state` have been removed from the log.
 */
export async function readDelta(
  database: Database,
  { type, tenantId }: { readonly type: ObjectType; readonly tenantId: string },
  state: DeltaState | undefined,
  limit: number,
): Promise<DeltaPage> {
  const from = state ?? { kind: 'all', after: null, until: await currentChangeNumber(database, tenantId) };
  return from.kind === 'all'
    ? await readAll(database, { type, tenantId }, from, limit)
    : await readChanges(database, { type, tenantId }, from.after);
}

interface DeltaScope {
  readonly type: ObjectType;
  readonly tenantId: string;
}

async function readAll(
  database: Database,
  { type, tenantId }: DeltaScope,
  { after, until }: Extract<DeltaState, { readonly kind: 'all' }>,
  limit: number,
): Promise<DeltaPage> {
  const readPage = type === 'User' ? pageOfSourceUsers : pageOfSourceGroups;
  const objects: readonly SourceObject[] = await readPage(database, tenantId, { after, limit });
  const active = objects.filter(({ deletedAt }) => deletedAt === null);
  const value = await Promise.all(
    active.map(async (object) => ({
      ...resourceOf(object),
      ...(object.type === 'Group' && { 'members@delta': await allMembers(database, object.id) }),
    })),
  );
  const hasMore = objects.length === limit;
  const next: DeltaState = hasMore
    ? { kind: 'all', after: objects.at(-1)?.id ?? null, until }
    : { kind: 'changes', after: until };
  return { value, next, hasMore };
}

async function readChanges(database: Database, { type, tenantId }: DeltaScope, after: number): Promise<DeltaPage> {
  const changes = await listChanges(database, tenantId, { after, limit: CHANGES_PER_PAGE });
  const [first] = changes;
  const isTrimmed =
    first === undefined ? (await currentChangeNumber(database, tenantId)) > after : first.number > after + 1;
  if (isTrimmed) {
    throw new AppError('deltaExpired', 'The changes since the delta link was issued are no longer stored.', {
      attribute: '$deltatoken',
    });
  }
  const byObject = Map.groupBy(
    changes.filter(({ objectType }) => objectType === type),
    ({ objectId }) => objectId,
  );
  const find = type === 'User' ? findSourceUsers : findSourceGroups;
  const objects: readonly SourceObject[] = await find(database, tenantId, [...byObject.keys()]);
  const known = new Map(objects.map((object) => [object.id, object]));
  const value = await Promise.all([...byObject].map(([id, own]) => changedResource(database, id, known.get(id), own)));
  const next: DeltaState = { kind: 'changes', after: changes.at(-1)?.number ?? after };
  return { value, next, hasMore: changes.length === CHANGES_PER_PAGE };
}

async function changedResource(
  database: Database,
  id: string,
  object: SourceObject | undefined,
  changes: readonly SourceChange[],
): Promise<JsonObject> {
  // In Graph, the reason "changed" means that the object can be restored, and "deleted" that it cannot.
  if (object === undefined) return { id, '@removed': { reason: 'deleted' } };
  if (object.deletedAt !== null) return { id, '@removed': { reason: 'changed' } };
  const changedMemberIds = [
    ...new Set(changes.flatMap(({ kind, detailId }) => (kind === 'member' ? (detailId ?? []) : []))),
  ];
  if (changedMemberIds.length === 0) return resourceOf(object);
  const members = new Set((await memberIdsOf(database, id)).map((member) => member.id));
  const delta = changedMemberIds.map((memberId): JsonObject =>
    members.has(memberId)
      ? { '@odata.type': '#microsoft.graph.directoryObject', id: memberId }
      : { '@odata.type': '#microsoft.graph.directoryObject', id: memberId, '@removed': { reason: 'deleted' } },
  );
  return { ...resourceOf(object), 'members@delta': delta };
}

async function allMembers(database: Database, groupId: string): Promise<JsonValue> {
  const members = await memberIdsOf(database, groupId);
  return members
    .filter(({ deleted }) => !deleted)
    .map(({ id, type }) => ({ '@odata.type': `#microsoft.graph.${type === 'User' ? 'user' : 'group'}`, id }));
}

function resourceOf(object: SourceObject): JsonObject {
  return object.type === 'User' ? userResource(object) : groupResource(object);
}
