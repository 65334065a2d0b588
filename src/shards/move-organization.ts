import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { startRenewal } from '#base/renewal.ts';
import { organizationTables } from '#database/copied-tables.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { releaseLease, acquireLease } from '#database/lease-store.ts';
import { endSwitch } from './end-switch.ts';
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
import { applyChanges, copyRows, countRows, differs, verifyKeys, verifyRows } from './row-store.ts';

/** How long the organization's changes may wait, before they are taken at the source again. */
export const SWITCH_DURATION_MS = 20_000;
const SWITCH_ATTEMPTS_MAX = 3;
/** A process that moves an organization and dies keeps others from it for no longer. */
const LEASE_MS = 60_000;
/** Notes of changes that are carried over in one transaction. */
const CHANGES_PER_STEP = 200;
/** Once fewer changes than this are left, the rest is carried over while changes wait. */
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

export interface Moved {
  readonly from: string;
  readonly to: string;
  readonly rows: Readonly<Record<string, number>>;
  /** How long changes had to wait. */
  readonly waitMs: number;
}

interface Move extends MoveDeps {
  readonly source: Shard;
  readonly target: Shard;
  /** What changed at any moment of the move, to be compared in the end. */
  readonly changed: Map<string, Set<string>>;
}

/**
 * Moves an organization from its database to another one, while it is served: all is copied and compared, then what changed
 * meanwhile, and at the end changes wait for a moment. A move that fails or dies leaves the organization where it was;
 * begun again it starts anew. Throws `configuration` where it cannot go there, and `internal` where a copy differs.
 */
export async function moveOrganization(deps: MoveDeps, target: Shard): Promise<Moved> {
  const { fleet, clock, organizationId } = deps;
  const catalog = fleet.main.database;
  const lease = { name: `move ${organizationId}`, holder: randomUUID(), durationMs: LEASE_MS };
  const take = async () => await acquireLease(catalog, { ...lease, now: clock.now() });
  if (!(await take())) {
    throw new AppError('configuration', 'The organization is being moved by another process: wait for that one.');
  }
  const renewal = startRenewal(take, LEASE_MS / 4);
  try {
    // What a move that died had wait is served again, where it is.
    await fleet.placements.admit(organizationId);
    const source = await shardOf(fleet, organizationId);
    await removeRemains(deps, source);
    if (source.name === target.name) return { from: source.name, to: target.name, rows: {}, waitMs: 0 };
    return await carry({ ...deps, source, target, changed: new Map() });
  } finally {
    await renewal.stop();
    await releaseLease(catalog, lease.name, lease.holder);
  }
}

/** A move that died leaves its copy, or what it had not removed yet. */
async function removeRemains({ fleet, organizationId }: MoveDeps, home: Shard): Promise<void> {
  const [organizations] = organizationTables;
  for (const { name, database } of fleet.shards) {
    const isRemains = name !== home.name && organizations !== undefined;
    if (isRemains && (await countRows(database, organizations, organizationId)) > 0) {
      await setMoveState(database, organizationId, 'gone');
      await removeOrganization(database, organizationId);
    }
    await endMove(database, organizationId);
    await unwatchChanges(database);
  }
}

async function carry(move: Move): Promise<Moved> {
  const { source, target, organizationId } = move;
  await setMoveState(target.database, organizationId, 'arriving');
  await setMoveState(source.database, organizationId, 'copying');
  try {
    await watchChanges(source.database);
    const rows = await copyAndVerify(move);
    const waitMs = await switchOver(move);
    await removeSource(move);
    return { from: source.name, to: target.name, rows, waitMs };
  } catch (error) {
    if ((await shardOf(move.fleet, organizationId)).name === source.name) await removeRemains(move, source);
    throw error;
  }
}

/** As the source is at one moment: what changes from then on is noted there. */
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

/** Carries over what was noted until little is left. Returns how many notes the last round had. */
async function catchUp(move: Move, left: number): Promise<void> {
  for (let round = 0; round < CATCH_UP_ROUNDS_MAX; round += 1) {
    const notes = await carryChanges(move);
    move.onProgress({ phase: 'catch up', table: 'changes', rows: notes, of: notes });
    if (notes <= left) return;
  }
  throw new AppError('unavailable', 'The organization changes faster than it can be copied: move it at a calmer time.');
}

async function carryChanges({ source, target, organizationId, changed }: Move): Promise<number> {
  return await source.database.transaction().execute(async (from) => {
    const notes = await dequeueChangedKeys(from, organizationId, CHANGES_PER_STEP);
    const keys = new Map<string, Set<string>>();
    for (const { table, key } of notes) {
      const normal = JSON.stringify(JSON.parse(key));
      for (const map of [keys, changed]) map.set(table, (map.get(table) ?? new Set()).add(normal));
    }
    // Written first: a note that is read twice brings the row to where it is once more.
    await target.database.transaction().execute((to) => applyChanges(from, to, keys));
    return notes.length;
  });
}

/** Has changes wait, carries over the last ones, and changes the place. Returns how long they waited. */
async function switchOver(move: Move): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    await catchUp(move, CHANGES_LEFT_MAX);
    const begun = performance.now();
    if (await trySwitch(move)) return Math.round(performance.now() - begun);
    if (attempt >= SWITCH_ATTEMPTS_MAX) {
      throw new AppError(
        'unavailable',
        `The last changes could not be carried over within ${SWITCH_DURATION_MS / 1_000} seconds: move the organization at a calmer time.`,
      );
    }
  }
}

async function trySwitch(move: Move): Promise<boolean> {
  const { fleet, clock, source, target, organizationId, onProgress } = move;
  const catalog = fleet.main.database;
  // Twice the age that another process's knowledge may have.
  const known = () => sleep(2 * engineOf(catalog).configurationAgeMaxMs);
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
    await known();
    await freeze(source.database, organizationId, token);
    await awaitChanges(source.database, organizationId);
    await catchUp(move, 0);
    await verifyEnd(move);
    isMoved = await continuePlacement(catalog, organizationId, leaving, { shard: target.name, state: 'arriving' });
  } finally {
    // Where the answer of the catalog was lost, it went on, and this finds nothing to end.
    const ended = { catalog, clock, organizationId, placement: leaving, here: source.database };
    if (!isMoved) await endSwitch(ended);
  }
  if (!isMoved) return false;
  await setMoveState(source.database, organizationId, 'gone');
  await endMove(target.database, organizationId);
  await known();
  await continuePlacement(
    catalog,
    organizationId,
    { ...leaving, state: 'arriving' },
    { shard: target.name, state: 'served' },
  );
  onProgress({ phase: 'switch', table: 'placements', rows: 1, of: 1 });
  return true;
}

/** Nothing changes any more: what changed during the move is the same on both sides, and there is as much of everything. */
async function verifyEnd({ source, target, organizationId, changed }: Move): Promise<void> {
  for (const table of organizationTables) {
    const keys = [...(changed.get(table.name) ?? [])];
    for (let start = 0; start < keys.length; start += CHANGES_PER_STEP) {
      await verifyKeys(source.database, target.database, table, new Set(keys.slice(start, start + CHANGES_PER_STEP)));
    }
    const count = async (database: Database) => await countRows(database, table, organizationId);
    if ((await count(source.database)) !== (await count(target.database))) throw differs(table, {});
  }
}

async function removeSource({ source, organizationId, onProgress }: Move): Promise<void> {
  onProgress({ phase: 'remove', table: 'organizations', rows: 0, of: 1 });
  await removeOrganization(source.database, organizationId);
  await endMove(source.database, organizationId);
  await unwatchChanges(source.database);
  onProgress({ phase: 'remove', table: 'organizations', rows: 1, of: 1 });
}
