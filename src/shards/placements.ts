import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { ConfigurationCache } from '#database/configuration-cache.ts';
import type { Database } from '#database/database.ts';
import { endSwitch } from './end-switch.ts';
import { findPlacement, type Placement } from './placement-store.ts';

/** A database that holds all rows of some organizations. */
export interface Shard {
  readonly name: string;
  readonly database: Database;
}

/** How long a change waits while its organization is being switched to another database, before the client gets 503. */
export const MOVE_WAIT_MS = 5_000;
const MOVE_POLL_MS = 50;

/**
 * Finds the database of each organization. Placements are read from the catalog and cached until any of them changes. While the catalog
 * is unavailable, the last known placements remain in use, because no organization can move without the catalog.
 */
export class Placements {
  readonly #clock: Clock;
  /** All shards, the one with the catalog first. */
  readonly #shards: readonly Shard[];
  readonly #catalog: Database;
  readonly #main: Placement;
  readonly #cache: ConfigurationCache<Placement>;
  readonly #known = new Map<string, Placement>();
  #isCatalogUnavailable = false;
  #isRetrying = false;

  constructor(clock: Clock, main: Shard, others: readonly Shard[]) {
    this.#clock = clock;
    this.#shards = [main, ...others];
    this.#catalog = main.database;
    this.#main = { shard: main.name, state: 'served', token: null, expiresAt: null };
    this.#cache = new ConfigurationCache(this.#catalog, clock);
  }

  async of(organizationId: string): Promise<Placement> {
    // With a single shard, no lookup is needed.
    if (this.#shards.length === 1) return this.#main;
    const known = this.#known.get(organizationId);
    if (this.#isCatalogUnavailable && known !== undefined) {
      void this.#retryRead(organizationId);
      return known;
    }
    try {
      return await this.#read(organizationId);
    } catch (error) {
      if (!(error instanceof AppError) || known === undefined) throw error;
      this.#isCatalogUnavailable = true;
      return known;
    }
  }

  /**
   * Waits until an organization is served, so that a change is not written to the database that it is leaving. Throws `unavailable` (503)
   * after MOVE_WAIT_MS.
   */
  async admit(organizationId: string): Promise<void> {
    const deadline = performance.now() + MOVE_WAIT_MS;
    for (;;) {
      const placement = await this.of(organizationId);
      if (placement.state === 'served') return;
      if (performance.now() > deadline) break;
      if ((placement.expiresAt ?? 0) < this.#clock.now().getTime()) await this.#endMove(organizationId, placement);
      await sleep(MOVE_POLL_MS);
    }
    throw new TranslatedError('unavailable', ({ database }) => database.organizationMoving);
  }

  /** Ends a switch whose process died or took too long. The organization is then served from the database that the catalog names. */
  async #endMove(organizationId: string, placement: Placement): Promise<void> {
    const database = this.#shards.find(({ name }) => name === placement.shard)?.database;
    if (database === undefined) return;
    await endSwitch({ catalog: this.#catalog, clock: this.#clock, organizationId, placement, database });
  }

  async #read(organizationId: string): Promise<Placement> {
    const placement = await this.#cache.read(organizationId, async () => ({
      value: (await findPlacement(this.#catalog, organizationId)) ?? this.#main,
      keep: true,
    }));
    this.#known.set(organizationId, placement);
    this.#isCatalogUnavailable = false;
    return placement;
  }

  /** Reads the placement in the background, unless another such read is running. */
  async #retryRead(organizationId: string): Promise<void> {
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    await this.#read(organizationId).catch(() => undefined);
    this.#isRetrying = false;
  }
}
