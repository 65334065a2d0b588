import { sql } from 'kysely';
import { nameKey, REQUEST_KEYS, REQUEST_KEYS_END } from '#audit/event-name-store.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { preparedCommand } from '#database/prepared.ts';
import { requestsWith } from '#database/request-conditions.ts';
import { findCreatingRequest } from './changed-request-store.ts';
import { erasedDetail } from './erased-detail.ts';
import { readDetail } from './shown-request.ts';

/** A user or a group that is permanently removed. */
export interface Removed {
  readonly organizationId: string;
  readonly id: string;
  /** The names by which refused requests about it are found, in addition to its former names. */
  readonly names: readonly string[];
  /** A name that others may have too, such as the displayName of a user. It does not find requests. */
  readonly sharedName?: string | undefined;
}

interface Erased {
  readonly sequence: number;
  readonly organizationId: string;
  readonly detail: string;
  readonly size: number;
}

const eraseContent = preparedCommand((database, { sequence, organizationId, detail, size }: Erased) =>
  database
    .updateTable('requests')
    .set({ detail, size, name: null, body: null, answer: null })
    .where('organization_id', '=', organizationId)
    .where('sequence', '=', sequence),
);

/**
 * Erases the content of the requests about a user or a group: bodies, answers, names, queries and ignored attributes. The time, the kind
 * and the outcome remain. Call it in the transaction of the purge, before the event names are deleted.
 */
export async function eraseRequestsAbout(database: Database, removed: Removed): Promise<void> {
  const { organizationId, id } = removed;
  const rows = new Map([...(await aboutTarget(database, removed)), ...(await refusedByName(database, removed))]);
  for (const [sequence, stored] of rows) {
    const detail = JSON.stringify(erasedDetail(readDetail(stored), id));
    await eraseContent(database, { sequence, organizationId, detail, size: Buffer.byteLength(detail) });
  }
}

type Details = readonly (readonly [sequence: number, detail: string])[];

function detailsOf(rows: readonly { readonly sequence: number; readonly detail: string | null }[]): Details {
  return rows.flatMap(({ sequence, detail }) => (detail === null ? [] : [[Number(sequence), detail] as const]));
}

/** Finds the requests whose target has the id, or that named it in the place of an id. */
async function aboutTarget(database: Database, { organizationId, id, names }: Removed): Promise<Details> {
  const found: Details[] = [];
  for (const target of new Set([id, ...names])) {
    const rows = await database
      .selectFrom('requests')
      .select(['sequence', 'detail'])
      .where('organization_id', '=', organizationId)
      .where('target_id', '=', target)
      .where(requestsWith('target_id'))
      .execute();
    found.push(detailsOf(rows));
  }
  found.push(await ofCreation(database, organizationId, id));
  return found.flat();
}

/** Finds the request that created the target, which the index on the target does not contain. */
async function ofCreation(database: Database, organizationId: string, id: string): Promise<Details> {
  const creating = await findCreatingRequest(database, organizationId, id);
  if (creating === undefined) return [];
  const rows = await database
    .selectFrom('requests')
    .select(['sequence', 'detail'])
    .where('organization_id', '=', organizationId)
    .where('id', '>=', creating)
    .where('id', '<', `${creating};`)
    .where('target_id', '=', id)
    .limit(1)
    .execute();
  return detailsOf(rows);
}

/** Finds the refused requests that sent a name of the removed user or group, except those about another user or group. */
async function refusedByName(database: Database, removed: Removed): Promise<Details> {
  const { organizationId } = removed;
  const { json } = engineOf(database);
  const keys = await nameKeysOf(database, removed);
  if (keys.length === 0) return [];
  const rows = await database
    .selectFrom('event_names')
    .innerJoin('requests', 'requests.event_id', 'event_names.event_id')
    .select(['requests.sequence', 'requests.detail'])
    .where('event_names.organization_id', '=', organizationId)
    .where(json.among(sql.ref('event_names.name_key'), JSON.stringify(keys)))
    .where('requests.organization_id', '=', organizationId)
    .where('requests.event_id', 'is not', null)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('users')
            .select('users.id')
            .where('users.organization_id', '=', organizationId)
            .whereRef('users.id', '=', 'requests.target_id'),
        ),
      ),
    )
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('groups')
            .select('groups.id')
            .where('groups.organization_id', '=', organizationId)
            .whereRef('groups.id', '=', 'requests.target_id'),
        ),
      ),
    )
    .execute();
  return detailsOf(rows);
}

/** Returns the keys of the current and the former names. */
async function nameKeysOf(
  database: Database,
  { organizationId, id, names, sharedName }: Removed,
): Promise<readonly string[]> {
  const former = await database
    .selectFrom('events')
    .innerJoin('event_names', 'event_names.event_id', 'events.id')
    .select('event_names.name_key')
    .distinct()
    .where('events.organization_id', '=', organizationId)
    .where('events.target_id', '=', id)
    .execute();
  const shared = sharedName === undefined ? undefined : nameKey(sharedName);
  const formerKeys = former.map((row) => row.name_key).filter((key) => key !== shared);
  const keys = new Set([...names.map(nameKey), ...formerKeys]);
  // Ids that clients gave their requests are not names.
  return [...keys].filter((key) => key < REQUEST_KEYS || key >= REQUEST_KEYS_END);
}
