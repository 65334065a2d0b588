import type { Log } from '#base/log.ts';
import type { Timer } from '#base/timer.ts';
import type { Shard } from '#shards/placements.ts';
import type { LiveListener } from './live-listener.ts';
import type { Positions } from './live-position.ts';
import { newestPosition } from './live-source.ts';
import { liveKinds, liveSources, type LiveKind } from './live-sources.ts';

/** The time between two reads of new rows, in milliseconds. */
export const FEED_INTERVAL_MS = 250;

interface Joining {
  readonly listener: LiveListener;
  readonly joined: PromiseWithResolvers<Positions>;
}

/**
 * Reads the new rows of one database for all listeners of this process, with one statement for each source and interval, and only
 * while there are listeners. It reads rows of organizations that have a listener.
 */
export class DatabaseFeed {
  readonly #shard: Shard;
  readonly #timer: Timer;
  readonly #log: Log;
  readonly #listeners = new Set<LiveListener>();
  #joining: Joining[] = [];
  #positions: Map<LiveKind, string> | undefined;
  #running: Promise<void> | undefined;
  #wake = new AbortController();
  #isFailing = false;

  constructor(shard: Shard, timer: Timer, log: Log) {
    this.#shard = shard;
    this.#timer = timer;
    this.#log = log;
  }

  /**
   * Adds a listener, and returns the positions after which it receives all rows. They are not older than any position that another
   * process had sent before this call. Throws the error of the database if it cannot be read.
   */
  async join(listener: LiveListener): Promise<Positions> {
    const joined = Promise.withResolvers<Positions>();
    this.#joining.push({ listener, joined });
    this.#wake.abort();
    this.#running ??= this.#run();
    return await joined.promise;
  }

  leave(listener: LiveListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#wake.abort();
  }

  /** Resolves when the feed has ended, after the last listener has left. */
  async ended(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      this.#wake = new AbortController();
      const joining = this.#joining;
      this.#joining = [];
      try {
        await this.#read();
        this.#admit(joining);
        this.#isFailing = false;
      } catch (error) {
        for (const { joined } of joining) joined.reject(error);
        // Nothing is lost, because the next read continues at the same positions.
        if (!this.#isFailing) this.#log.warn({ err: error, shard: this.#shard.name }, 'live updates cannot be read');
        this.#isFailing = true;
      }
      if (this.#joining.length > 0) continue;
      if (this.#listeners.size === 0) break;
      await this.#timer.sleep(FEED_INTERVAL_MS, this.#wake.signal).catch(() => undefined);
    }
    this.#positions = undefined;
    this.#running = undefined;
  }

  #admit(joining: readonly Joining[]): void {
    for (const { listener, joined } of joining) {
      this.#listeners.add(listener);
      joined.resolve(new Map(this.#positions));
    }
  }

  async #read(): Promise<void> {
    const { database } = this.#shard;
    if (this.#positions === undefined) {
      const newest = new Map<LiveKind, string>();
      for (const kind of liveKinds) newest.set(kind, await newestPosition(database, liveSources[kind]));
      this.#positions = newest;
      return;
    }
    for (const kind of liveKinds) await this.#readKind(kind, this.#positions);
  }

  async #readKind(kind: LiveKind, positions: Map<LiveKind, string>): Promise<void> {
    const { database } = this.#shard;
    const source = liveSources[kind];
    const listening = Map.groupBy(
      [...this.#listeners].filter(({ interest }) => interest.kinds.has(kind)),
      ({ interest }) => interest.organizationId,
    );
    const found = await source.read(database, {
      organizationIds: [...listening.keys()],
      languages: [...new Set([...this.#listeners].map(({ interest }) => interest.language))],
      after: positions.get(kind) ?? '',
    });
    const position = found?.position ?? (await newestPosition(database, source));
    positions.set(kind, position);
    for (const row of found?.rows ?? []) {
      if (found?.exceeded.has(row.organizationId) === true) continue;
      for (const listener of listening.get(row.organizationId) ?? []) listener.receive(kind, row);
    }
    for (const listener of this.#listeners) listener.advance(kind, position);
    for (const [organizationId, listeners] of listening) {
      const reason = found === undefined ? 'positionUnknown' : 'tooManyRows';
      if (found !== undefined && !found.exceeded.has(organizationId)) continue;
      for (const listener of listeners) listener.reset(reason);
    }
  }
}
