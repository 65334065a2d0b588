import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { ConfigurationCache } from '#database/configuration-cache.ts';
import type { Database } from '#database/database.ts';
import { endSwitch } from './end-switch.ts';
import { findPlacement, type Placement } from './placement-store.ts';

/** One database that organizations are in, each of them whole. */
export interface Shard {
  readonly name: string;
  readonly database: Database;
}

/** How long a change waits for its organization to arrive, before the client is told to come again. */
export const MOVE_WAIT_MS = 5_000;
const MOVE_LOOK_MS = 50;

/**
 * Where each organization is: read from the catalog, kept in memory until anybody moves one. While the catalog is
 * away, what is known stays in use: nothing is moved without it.
 */
export class Placements {
  readonly #clock: Clock;
  /** The catalog's own first. */
  readonly #shards: readonly Shard[];
  readonly #catalog: Database;
  readonly #main: Placement;
  readonly #cache: ConfigurationCache<Placement>;
  readonly #known = new Map<string, Placement>();
  #isAway = false;
  #isLooking = false;

  constructor(clock: Clock, main: Shard, others: readonly Shard[]) {
    this.#clock = clock;
    this.#shards = [main, ...others];
    this.#catalog = main.database;
    this.#main = { shard: main.name, state: 'served', token: null, expiresAt: null };
    this.#cache = new ConfigurationCache(this.#catalog, clock);
  }

  async of(organizationId: string): Promise<Placement> {
    // Nobody has to ask where there is one place.
    if (this.#shards.length === 1) return this.#main;
    const known = this.#known.get(organizationId);
    if (this.#isAway && known !== undefined) {
      void this.#lookAgain(organizationId);
      return known;
    }
    try {
      return await this.#read(organizationId);
    } catch (error) {
      if (!(error instanceof AppError) || known === undefined) throw error;
      this.#isAway = true;
      return known;
    }
  }

  /** Waits until an organization is served, so that a change is written where it stays. Throws `unavailable`. */
  async admit(organizationId: string): Promise<void> {
    const deadline = performance.now() + MOVE_WAIT_MS;
    for (;;) {
      const placement = await this.of(organizationId);
      if (placement.state === 'served') return;
      if (performance.now() > deadline) break;
      if ((placement.expiresAt ?? 0) < this.#clock.now().getTime()) await this.#endMove(organizationId, placement);
      await sleep(MOVE_LOOK_MS);
    }
    throw new AppError(
      'unavailable',
      'The organization is being moved to another database. Nothing was changed: try again.',
    );
  }

  /** What moved the organization died, or stood still for too long: it is served where the catalog says that it is. */
  async #endMove(organizationId: string, placement: Placement): Promise<void> {
    const here = this.#shards.find(({ name }) => name === placement.shard)?.database;
    if (here === undefined) return;
    await endSwitch({ catalog: this.#catalog, clock: this.#clock, organizationId, placement, here });
  }

  async #read(organizationId: string): Promise<Placement> {
    const placement = await this.#cache.read(organizationId, async () => ({
      value: (await findPlacement(this.#catalog, organizationId)) ?? this.#main,
      keep: true,
    }));
    this.#known.set(organizationId, placement);
    this.#isAway = false;
    return placement;
  }

  /** One at a time, and nobody waits for it. */
  async #lookAgain(organizationId: string): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    await this.#read(organizationId).catch(() => undefined);
    this.#isLooking = false;
  }
}
