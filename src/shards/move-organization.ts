import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { startRenewal } from '#base/renewal.ts';
import { organizationTables } from '#database/copied-tables.ts';
import type { Database } from '#database/database.ts';
import { markUnindexed } from '#database/unindexed-people-store.ts';
import { releaseLease, acquireLease } from '#database/lease-store.ts';
import { endSwitch, waitForCaches } from './end-switch.ts';
import { shardOf, type Fleet } from './fleet.ts';
import type { Shard } from './placements.ts';
import {
  awaitChanges,
  endMove,
  freeze,
  removeOrganization,
  setMoveState,
  dequeueChangedKeys,
  unwatchChanges,
  watchChanges,
} from './move-store.ts';
import { continuePlacement, writePlacement, type Placement } from './placement-store.ts';
import { applyChanges, copyRows, countRows, copyMismatch, verifyKeys, verifyRows } from './row-store.ts';

/** The maximum time that changes to the organization wait for the switch. After that, the source accepts changes again. */
export const SWITCH_DURATION_MS = 20_000;
const SWITCH_ATTEMPTS_MAX = 3;
/** If a process dies during a move, its lease prevents other processes from moving the organization for this long. */
const LEASE_MS = 60_000;
/** The number of changes, noted by the triggers of move-store.ts, that are applied to the target in one transaction. */
const CHANGES_PER_BATCH = 200;
/** The switch starts when at most this many noted changes are left. They are applied while new changes wait. */
const CHANGES_LEFT_MAX = 200;
const CATCH_UP_ROUNDS_MAX = 1_000;

export interface MoveProgress {
  readonly phase: 'copy' | 'verify' | 'catch up' | 'switch' | 'remove';
  readonly table: string;
  readonly rows: number;
  readonly of: number;
}

export interface MoveDeps {
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly organizationId: string;
  readonly onProgress: (progress: MoveProgress) => void;
}

export interface MoveResult {
  readonly from: string;
  readonly to: string;
  readonly rows: Readonly<Record<string, number>>;
  /** How long changes had to wait, in milliseconds. */
  readonly waitMs: number;
}

interface Move extends MoveDeps {
  readonly source: Shard;
  readonly target: Shard;
  /** The keys of all rows that changed during the move, by table. They are compared at the end. */
  readonly changed: Map<string, Set<string>>;
}

/**
 * Moves an organization to another database while it is served. All rows are copied and compared, then the rows that changed in the
 * meantime. Only at the end do changes have to wait for a moment. If a move fails or its process dies, the organization remains in its
 * database; the next attempt starts from the beginning. Does nothing if the organization is already in the target.
 *
 * Throws `configuration` while another process moves the organization, `unavailable` if its changes cannot be copied fast enough, and
 * `internal` if a copy differs.
 *
 * @example
 * const moved = await moveOrganization({ fleet, clock, organizationId, onProgress: () => undefined }, target);
 * // { from: 'main', to: 'eu', rows: { organizations: 1, users: 1000, … }, waitMs: 600 }
 */
export async function moveOrganization(deps: MoveDeps, target: Shard): Promise<MoveResult> {
  const { fleet, clock, organizationId } = deps;
  const catalog = fleet.main.database;
  const lease = { name: `move ${organizationId}`, holder: randomUUID(), durationMs: LEASE_MS };
  const take = async () => await acquireLease(catalog, { ...lease, now: clock.now() });
  if (!(await take())) {
    throw new AppError(
      'configuration',
      'Another process is already moving the organization: wait until it has finished.',
    );
  }
  const renewal = startRenewal(take, LEASE_MS / 4);
  try {
    // Ends the switch of a move whose process died, so that the organization is served again.
    await fleet.placements.admit(organizationId);
    const source = await shardOf(fleet, organizationId);
    await removeLeftovers(deps, source);
    if (source.name === target.name) return { from: source.name, to: target.name, rows: {}, waitMs: 0 };
    return await copyAndSwitch({ ...deps, source, target, changed: new Map() });
  } finally {
    await renewal.stop();
    await releaseLease(catalog, lease.name, lease.holder);
  }
}

/** Removes the leftovers of a move whose process died: a copy in the target, or rows in the source after the switch. */
async function removeLeftovers({ fleet, organizationId }: MoveDeps, home: Shard): Promise<void> {
  const [organizations] = organizationTables;
  for (const { name, database } of fleet.shards) {
    const isLeftover = name !== home.name && organizations !== undefined;
    if (isLeftover && (await countRows(database, organizations, organizationId)) > 0) {
      // Until its cached placement is renewed, another process can still read these rows, and would not find the users.
      await waitForCaches(fleet.main.database);
      await setMoveState(database, organizationId, 'gone');
      await removeOrganization(database, organizationId);
    }
    await endMove(database, organizationId);
    await unwatchChanges(database);
  }
}

async function copyAndSwitch(move: Move): Promise<MoveResult> {
  const { source, target, organizationId } = move;
  await setMoveState(target.database, organizationId, 'arriving');
  await setMoveState(source.database, organizationId, 'copying');
  try {
    await watchChanges(source.database);
    const rows = await copyAndVerify(move);
    // The index is built when the organization is served from the target.
    await markUnindexed(target.database, organizationId);
    const waitMs = await switchOver(move);
    await removeSource(move);
    return { from: source.name, to: target.name, rows, waitMs };
  } catch (error) {
    if ((await shardOf(move.fleet, organizationId)).name === source.name) await removeLeftovers(move, source);
    throw error;
  }
}

/** Copies and compares a snapshot of the source. Triggers note later changes of the source. Returns the number of rows of each table. */
async function copyAndVerify(move: Move): Promise<Readonly<Record<string, number>>> {
  const { source, target, organizationId, onProgress } = move;
  const totals: Record<string, number> = {};
  await source.database
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (from) => {
      for (const phase of ['copy', 'verify'] as const) {
        const work = phase === 'copy' ? copyRows : verifyRows;
        for (const table of organizationTables) {
          const of = (totals[table.name] ??= await countRows(from, table, organizationId));
          await work(from, target.database, table, organizationId, (rows) =>
            onProgress({ phase, table: table.name, rows, of }),
          );
        }
      }
    });
  return totals;
}

/** Applies noted changes to the target, in rounds, until a round has at most `left` changes. Throws `unavailable` after too many rounds. */
async function catchUp(move: Move, left: number): Promise<void> {
  for (let round = 0; round < CATCH_UP_ROUNDS_MAX; round += 1) {
    const notes = await applyNotedChanges(move);
    move.onProgress({ phase: 'catch up', table: 'changes', rows: notes, of: notes });
    if (notes <= left) return;
  }
  throw new AppError(
    'unavailable',
    'The organization changes faster than it can be copied: move it when fewer changes arrive.',
  );
}

async function applyNotedChanges({ source, target, organizationId, changed }: Move): Promise<number> {
  return await source.database.transaction().execute(async (from) => {
    const notes = await dequeueChangedKeys(from, organizationId, CHANGES_PER_BATCH);
    const keys = new Map<string, Set<string>>();
    for (const { table, key } of notes) {
      const normal = JSON.stringify(JSON.parse(key));
      for (const map of [keys, changed]) map.set(table, (map.get(table) ?? new Set()).add(normal));
    }
    // The target commits first. If the source then rolls back, the notes are read again, which applies the same rows once more.
    await target.database.transaction().execute((to) => applyChanges(from, to, keys));
    return notes.length;
  });
}

/** Makes new changes wait, applies the last noted changes to the target, and switches the placement. Returns the wait in milliseconds. */
async function switchOver(move: Move): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    await catchUp(move, CHANGES_LEFT_MAX);
    const begun = performance.now();
    if (await trySwitch(move)) return Math.round(performance.now() - begun);
    if (attempt >= SWITCH_ATTEMPTS_MAX) {
      throw new AppError(
        'unavailable',
        `The last changes could not be copied within ${SWITCH_DURATION_MS / 1_000} seconds: move the organization when fewer changes arrive.`,
      );
    }
  }
}

async function trySwitch(move: Move): Promise<boolean> {
  const { fleet, clock, source, target, organizationId, onProgress } = move;
  const catalog = fleet.main.database;
  onProgress({ phase: 'switch', table: 'placements', rows: 0, of: 1 });
  const token = randomUUID();
  const leaving: Placement = {
    shard: source.name,
    state: 'leaving',
    token,
    expiresAt: clock.now().getTime() + SWITCH_DURATION_MS,
  };
  await writePlacement(catalog, organizationId, leaving);
  let isMoved = false;
  try {
    await waitForCaches(catalog);
    await freeze(source.database, organizationId, token);
    await awaitChanges(source.database, organizationId);
    await catchUp(move, 0);
    await verifyFinalState(move);
    isMoved = await continuePlacement(catalog, organizationId, leaving, { shard: target.name, state: 'arriving' });
  } finally {
    // If the catalog was updated but its response was lost, the placement has changed, and `endSwitch` does nothing.
    const ended = { catalog, clock, organizationId, placement: leaving, database: source.database };
    if (!isMoved) await endSwitch(ended);
  }
  if (!isMoved) return false;
  await setMoveState(source.database, organizationId, 'gone');
  await endMove(target.database, organizationId);
  await waitForCaches(catalog);
  await continuePlacement(
    catalog,
    organizationId,
    { ...leaving, state: 'arriving' },
    { shard: target.name, state: 'served' },
  );
  onProgress({ phase: 'switch', table: 'placements', rows: 1, of: 1 });
  return true;
}

/** Compares, while the organization is frozen, all rows that changed during the move, and the number of rows of each table. */
async function verifyFinalState({ source, target, organizationId, changed }: Move): Promise<void> {
  for (const table of organizationTables) {
    const keys = [...(changed.get(table.name) ?? [])];
    for (let start = 0; start < keys.length; start += CHANGES_PER_BATCH) {
      await verifyKeys(source.database, target.database, table, new Set(keys.slice(start, start + CHANGES_PER_BATCH)));
    }
    const count = async (database: Database) => await countRows(database, table, organizationId);
    if ((await count(source.database)) !== (await count(target.database))) throw copyMismatch(table, {});
  }
}

async function removeSource({ source, organizationId, onProgress }: Move): Promise<void> {
  onProgress({ phase: 'remove', table: 'organizations', rows: 0, of: 1 });
  await removeOrganization(source.database, organizationId);
  await endMove(source.database, organizationId);
  await unwatchChanges(source.database);
  onProgress({ phase: 'remove', table: 'organizations', rows: 1, of: 1 });
}
