import { quote } from '#base/errors.ts';
import { decodeOpaque, encodeOpaque, isCount, queryDigest } from '#base/opaque-text.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Database } from '#database/database.ts';
import { NO_SOURCE, requireSource } from '#integrations/source-filter.ts';
import { findSourceNames } from '#request-log/request-query-store.ts';
import {
  countGroups,
  countMembers,
  listAwaitedMembers,
  listRelatedGroups,
  readGroupKeys,
  type GroupConditions,
  type GroupPosition,
  type GroupSort,
  type MemberCounts,
  type RelatedGroup,
} from './group-search-store.ts';
import { findGroup, findGroups } from './group-store.ts';
import { requireRequested } from './requested.ts';
import type { StoredGroup } from './stored.ts';
import { userGroup } from './user-groups.ts';

/** The default and the maximum number of groups on a page, and the maximum number of UTF-16 units of a search. */
export const GROUPS_LIMIT_DEFAULT = 50;
export const GROUPS_LIMIT_MAX = 200;
export const GROUP_SEARCH_LENGTH_MAX = 200;
/** The maximum number of awaited members and of related groups in the details of a group. */
export const GROUP_DETAILS_MAX = 100;

/** A search of groups. */
export interface GroupQuery {
  /** The beginning of the name. Empty for all groups. */
  readonly search: string;
  /** The id of an integration, or NO_SOURCE. */
  readonly source: string | undefined;
  readonly sort: GroupSort;
  readonly descending: boolean;
  readonly cursor: string | undefined;
  readonly limit: number;
}

/** A group with its source and the number of its members. */
export interface ListedGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly source: { readonly id: string; readonly name: string | null } | null;
  /** The fields that the source keeps. */
  readonly ownedFields: readonly string[];
  readonly members: MemberCounts;
  readonly created: string;
  readonly lastChanged: string;
}

/** A page of groups. */
export interface GroupPage {
  readonly results: readonly ListedGroup[];
  /** The number of groups that matched when the first page was read. */
  readonly total: number;
  readonly next: string | null;
}

/** A group with what is inside it, around it, and missing in it: at most GROUP_DETAILS_MAX of each. */
export interface GroupDetails extends ListedGroup {
  readonly awaited: readonly { readonly value: string; readonly since: string }[];
  readonly groupsInside: readonly RelatedGroup[];
  readonly groupsAround: readonly RelatedGroup[];
}

/**
 * Returns a page of the groups whose name begins with a text. Throws `invalidQuery` (400) for an unknown source, and `invalidCursor`
 * (400) for a cursor of another search.
 *
 * @example
 * const page = await searchGroups(database, organizationId, { search: 'eng', sort: 'name', … });
 * // { total: 2, results: [{ name: 'Engineering', members: { users: 12, groups: 1, awaited: 0 }, … }], next: null }
 */
export async function searchGroups(database: Database, organizationId: string, query: GroupQuery): Promise<GroupPage> {
  const sources = await findSourceNames(database, organizationId);
  const { source, sort, descending, limit } = query;
  requireSource(source, sources);
  const conditions: GroupConditions = { search: query.search, source: source === NO_SOURCE ? null : source };
  const cursor = decodeGroupCursor(organizationId, query);
  const total = cursor?.total ?? (await countGroups(database, organizationId, conditions));
  const keys = await readGroupKeys(database, organizationId, conditions, {
    sort,
    descending,
    after: cursor,
    limit: limit + 1,
  });
  const shown = keys.slice(0, limit);
  const last = shown.at(-1);
  const groups = await findGroups(
    database,
    organizationId,
    shown.map(({ id }) => id),
  );
  const byId = new Map(groups.map((group) => [group.id, group]));
  const counts = await countMembers(database, organizationId, [...byId.keys()]);
  return {
    results: shown.flatMap(({ id }) => {
      const group = byId.get(id);
      return group === undefined ? [] : [listedGroup(group, sources, counts.get(id))];
    }),
    total,
    next:
      keys.length > limit && last !== undefined ? encodeGroupCursor(organizationId, query, { ...last, total }) : null,
  };
}

/** Returns a group with its members by kind. Throws `resourceNotFound` (404). */
export async function groupDetails(database: Database, organizationId: string, id: string): Promise<GroupDetails> {
  const group = requireRequested('group', id, await findGroup(database, organizationId, id));
  const counts = await countMembers(database, organizationId, [group.id]);
  const awaited = await listAwaitedMembers(database, group.id, GROUP_DETAILS_MAX);
  return {
    ...listedGroup(group, await findSourceNames(database, organizationId), counts.get(group.id)),
    awaited: awaited.map(({ value, since }) => ({ value, since: since.toISOString() })),
    groupsInside: await listRelatedGroups(database, group.id, 'inside', GROUP_DETAILS_MAX),
    groupsAround: await listRelatedGroups(database, group.id, 'around', GROUP_DETAILS_MAX),
  };
}

function listedGroup(
  group: StoredGroup,
  sources: ReadonlyMap<string, string>,
  members: MemberCounts = { users: 0, groups: 0, awaited: 0 },
): ListedGroup {
  const { description, restrictedFields } = userGroup(group) as {
    readonly description: string;
    readonly restrictedFields: readonly { readonly field: string }[];
  };
  const { integrationId } = group;
  return {
    id: group.id,
    name: group.displayName,
    description: description === '' ? null : description,
    source: integrationId === null ? null : { id: integrationId, name: sources.get(integrationId) ?? null },
    ownedFields: restrictedFields.map(({ field }) => field),
    members,
    created: group.createdAt.toISOString(),
    lastChanged: group.modifiedAt.toISOString(),
  };
}

interface GroupCursor extends GroupPosition {
  readonly total: number;
}

function queryHash(organizationId: string, { cursor: _cursor, limit: _limit, ...rest }: GroupQuery): string {
  return queryDigest([organizationId, rest]);
}

function encodeGroupCursor(organizationId: string, query: GroupQuery, { value, sequence, total }: GroupCursor): string {
  return encodeOpaque([value, sequence, total, queryHash(organizationId, query)]);
}

function decodeGroupCursor(organizationId: string, query: GroupQuery): GroupCursor | undefined {
  if (query.cursor === undefined) return undefined;
  const parsed = /^[\w-]+$/.test(query.cursor) ? decodeOpaque(query.cursor) : undefined;
  const [value, sequence, total, scope] = Array.isArray(parsed) ? (parsed as readonly unknown[]) : [];
  const isValue = query.sort === 'name' ? typeof value === 'string' : isCount(value);
  if (isValue && Number.isSafeInteger(sequence) && isCount(total) && scope === queryHash(organizationId, query)) {
    return { value, sequence, total } as GroupCursor;
  }
  throw new TranslatedError('invalidCursor', ({ admin }) => admin.groups.cursor(quote(query.cursor)), {
    attribute: 'cursor',
    value: query.cursor,
  });
}
