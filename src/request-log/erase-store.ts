import { sql } from 'kysely';
import { nameKey, REQUEST_KEYS, REQUEST_KEYS_END } from '#audit/event-name-store.ts';
import { isId } from '#base/ids.ts';
import { requestTimeOf } from '#base/request-ids.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { preparedCommand } from '#database/prepared.ts';
import { requestsWith } from '#database/request-conditions.ts';
import { findCreatingRequest } from './changed-request-store.ts';
import { erasedDetail } from './erased-detail.ts';
import type { RequestDetail } from './logged-request.ts';
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
  readonly targetId: string | null;
  readonly name: string | null;
  readonly detail: string;
  readonly size: number;
}

const updateContent = preparedCommand((database, { sequence, organizationId, targetId, name, detail, size }: Erased) =>
  database
    .updateTable('requests')
    .set({ detail, size, name, target_id: targetId, body: null, answer: null })
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
  for (const [sequence, { target, detail: stored }] of rows) {
    const detail = erasedDetail(readDetail(stored), id);
    await eraseContent(database, { sequence, organizationId, target, name: null, detail });
  }
}

/** What remains of a request whose content is erased. */
interface Remaining {
  readonly sequence: number;
  readonly organizationId: string;
  /** The target of the request: an id, or a name that a client sent in the place of an id. Only an id remains. */
  readonly target: string | null;
  readonly name: string | null;
  readonly detail: RequestDetail;
}

/** Erases the body and the answer of a request, and replaces its name and its details. */
export async function eraseContent(database: Database, { target, detail, ...row }: Remaining): Promise<void> {
  const text = JSON.stringify(detail);
  const targetId = target !== null && isId(target) ? target : null;
  await updateContent(database, { ...row, targetId, detail: text, size: Buffer.byteLength(text) });
}

type Details = readonly (readonly [sequence: number, { readonly target: string | null; readonly detail: string }])[];

interface DetailRow {
  readonly sequence: number;
  readonly target_id: string | null;
  readonly detail: string | null;
}

function detailsOf(rows: readonly DetailRow[]): Details {
  return rows.flatMap(({ sequence, target_id: target, detail }) =>
    detail === null ? [] : [[Number(sequence), { target, detail }] as const],
  );
}

/** Finds the requests whose target has the id, or that named it in the place of an id. */
async function aboutTarget(database: Database, { organizationId, id, names }: Removed): Promise<Details> {
  const found: Details[] = [];
  for (const target of new Set([id, ...names])) {
    const rows = await database
      .selectFrom('requests')
      .select(['sequence', 'target_id', 'detail'])
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
  const at = creating === undefined ? undefined : requestTimeOf(creating);
  if (creating === undefined || at === undefined) return [];
  const rows = await database
    .selectFrom('requests')
    .select(['sequence', 'target_id', 'detail'])
    .where('organization_id', '=', organizationId)
    .where('at', '=', at)
    .where('request_id', '=', creating)
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
    .select(['requests.sequence', 'requests.target_id', 'requests.detail'])
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

/** Returns the keys of the current and the former names, without the name that others may have too. */
export async function nameKeysOf(
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
