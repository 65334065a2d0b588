import type { Clock } from '#base/clock.ts';
import type { Log } from '#base/log.ts';
import type { SecretBox } from '#base/secret-box.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { shardOf, type Fleet } from '#shards/fleet.ts';
import type { Shard } from '#shards/placements.ts';
import { AccessWatch, type WatchedAccess } from './access-watch.ts';
import { DatabaseFeed } from './database-feed.ts';
import { LiveListener, type LiveInterest, type MissedRow } from './live-listener.ts';
import { decodePositions, type Positions } from './live-position.ts';
import { isPosition, LIVE_ROWS_MAX } from './live-source.ts';
import { liveSources, type LiveKind } from './live-sources.ts';
import type { LiveStream } from './live-stream.ts';

/** The maximum number of listeners of one organization in a process. */
export const ORGANIZATION_LISTENERS_MAX = 1_000;
/** The maximum number of listeners of a process. */
export const LISTENERS_MAX = 4_000;
/** How often a listener gets a comment, so that proxies keep the connection, in milliseconds. */
export const KEEP_ALIVE_MS = 15_000;

export interface LiveHubDeps {
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly log: Log;
  /** Encrypts the ids of messages. All processes of an installation have the same key. */
  readonly secrets: SecretBox;
  readonly timer?: Timer;
}

export interface LiveRequest extends LiveInterest {
  /** The id of the last message that the listener received; undefined to receive only new rows. */
  readonly lastId: string | undefined;
  readonly access: Omit<WatchedAccess, 'onEnd'>;
}

/** Sends new rows to all listeners of this process. */
export class LiveHub {
  readonly #deps: LiveHubDeps;
  readonly #timer: Timer;
  readonly #watch: AccessWatch;
  readonly #feeds = new Map<string, DatabaseFeed>();
  /** The function that removes each listener. */
  readonly #listeners = new Map<LiveListener, () => void>();
  readonly #waiting = { total: 0 };
  readonly #counts = new Map<string, number>();
  #keepAlive: AbortController | undefined;
  #isStopping = false;

  constructor(deps: LiveHubDeps) {
    const { timer = systemTimer } = deps;
    this.#deps = deps;
    this.#timer = timer;
    this.#watch = new AccessWatch({ ...deps, timer });
  }

  /** The number of listeners. */
  get size(): number {
    return this.#listeners.size;
  }

  /**
   * Opens a stream of the rows that are committed from now on, or after `lastId`. Throws `tooManyListeners` (429) and `unavailable` (503).
   */
  async open(request: LiveRequest): Promise<LiveStream> {
    const { organizationId, access } = request;
    this.#requireRoom(organizationId);
    const listener = new LiveListener(request, this.#waiting, this.#deps.secrets);
    const watched: WatchedAccess = {
      ...access,
      check: async () => {
        const next = await access.check();
        await this.#follow(listener);
        return next;
      },
      onEnd: (error) => {
        listener.end(error);
        remove();
      },
    };
    const remove = () => this.#remove(listener, watched);
    this.#add(listener, remove);
    // The stream also closes when the client disconnects.
    listener.stream.once('close', remove);
    try {
      const shard = await this.#shardOf(organizationId);
      const joined = await this.#feedOf(shard).join(listener);
      // The server may have stopped in the meantime.
      if (!this.#listeners.has(listener)) this.#feedOf(shard).leave(listener);
      else if (listener.stream.destroyed) remove();
      else await this.#start(listener, shard, joined, request.lastId);
    } catch (error) {
      remove();
      throw error;
    }
    if (!this.#isStopping) this.#watch.add(watched);
    return listener.stream;
  }

  /** Ends all streams. New listeners are refused. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const stopping = new TranslatedError('unavailable', ({ admin }) => admin.server.stoppingLive);
    for (const [listener, remove] of this.#listeners) {
      listener.end(stopping);
      remove();
    }
    await Promise.all([this.#watch.ended(), ...[...this.#feeds.values()].map((feed) => feed.ended())]);
  }

  #requireRoom(organizationId: string): void {
    if (this.#isStopping) throw new TranslatedError('unavailable', ({ admin }) => admin.server.stoppingLive);
    if ((this.#counts.get(organizationId) ?? 0) >= ORGANIZATION_LISTENERS_MAX) {
      throw new TranslatedError('tooManyListeners', ({ admin }) =>
        admin.server.tooManyListeners(ORGANIZATION_LISTENERS_MAX),
      );
    }
    if (this.#listeners.size < LISTENERS_MAX) return;
    throw new TranslatedError('unavailable', ({ admin }) => admin.server.full(LISTENERS_MAX));
  }

  #add(listener: LiveListener, remove: () => void): void {
    const { organizationId } = listener.interest;
    this.#listeners.set(listener, remove);
    this.#counts.set(organizationId, (this.#counts.get(organizationId) ?? 0) + 1);
    if (this.#keepAlive === undefined) void this.#keepAllAlive();
  }

  #remove(listener: LiveListener, watched: WatchedAccess): void {
    if (!this.#listeners.delete(listener)) return;
    const { organizationId } = listener.interest;
    const count = (this.#counts.get(organizationId) ?? 0) - 1;
    if (count > 0) this.#counts.set(organizationId, count);
    else this.#counts.delete(organizationId);
    this.#watch.remove(watched);
    for (const feed of this.#feeds.values()) feed.leave(listener);
    if (this.#listeners.size === 0) this.#keepAlive?.abort();
  }

  async #keepAllAlive(): Promise<void> {
    const ending = new AbortController();
    this.#keepAlive = ending;
    while (!ending.signal.aborted) {
      await this.#timer.sleep(KEEP_ALIVE_MS, ending.signal).catch(() => undefined);
      if (!ending.signal.aborted) for (const listener of this.#listeners.keys()) listener.keepAlive();
    }
    this.#keepAlive = undefined;
    if (this.#listeners.size > 0) void this.#keepAllAlive();
  }

  async #shardOf(organizationId: string): Promise<Shard> {
    return await shardOf(this.#deps.fleet, organizationId);
  }

  #feedOf(shard: Shard): DatabaseFeed {
    let feed = this.#feeds.get(shard.name);
    if (feed === undefined) {
      feed = new DatabaseFeed(shard, this.#timer, this.#deps.log);
      this.#feeds.set(shard.name, feed);
    }
    return feed;
  }

  /** Sends the rows that the listener missed since `lastId`, or the message `reset` if they are not known. */
  async #start(listener: LiveListener, shard: Shard, joined: Positions, lastId: string | undefined): Promise<void> {
    const last = lastId === undefined ? undefined : decodePositions(this.#deps.secrets, lastId);
    const missed = last?.shard === shard.name ? await readMissed(listener, shard, last.positions, joined) : undefined;
    const from = new Map([...joined, ...(missed === undefined ? [] : (last?.positions ?? []))]);
    listener.start(shard.name, from, missed ?? [], joined);
    if (lastId !== undefined && missed === undefined) listener.reset('positionUnknown');
  }

  /** Continues in another database if the organization was moved there. */
  async #follow(listener: LiveListener): Promise<void> {
    const shard = await this.#shardOf(listener.interest.organizationId);
    if (shard.name === listener.shard || !this.#listeners.has(listener)) return;
    this.#feeds.get(listener.shard)?.leave(listener);
    listener.hold();
    const joined = await this.#feedOf(shard).join(listener);
    listener.continueIn(shard.name, joined);
    if (!this.#listeners.has(listener)) this.#feedOf(shard).leave(listener);
  }
}

/** Returns the rows between two positions; undefined if there are too many, or if the first position is unknown. */
async function readMissed(
  { interest }: LiveListener,
  { database }: Shard,
  from: Positions,
  to: Positions,
): Promise<readonly MissedRow[] | undefined> {
  const missed: MissedRow[] = [];
  for (const kind of interest.kinds) {
    const rows = await readMissedOf(kind, from.get(kind));
    if (rows === undefined) return undefined;
    for (const row of rows) missed.push({ kind, row });
    if (missed.length > LIVE_ROWS_MAX) return undefined;
  }
  return missed;

  async function readMissedOf(kind: LiveKind, after: string | undefined) {
    const source = liveSources[kind];
    if (after === undefined || !isPosition(database, after)) return undefined;
    const organizationIds = [interest.organizationId];
    const languages = [interest.language];
    const found = await source.read(database, { organizationIds, after, until: to.get(kind), languages });
    return found === undefined || found.exceeded.size > 0 ? undefined : found.rows;
  }
}
