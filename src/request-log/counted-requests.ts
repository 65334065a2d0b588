import type { Log } from '#base/log.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import { scopeTo, type Database } from '#database/database.ts';
import type { RequestSummary } from './logged-request.ts';
import { insertCounted } from './request-store.ts';

/** How long a request waits until it is written together with others. A page that shows arriving requests is late by this time. */
export const COUNTED_INTERVAL_MS = 500;

/** The maximum number of different rows that wait in this process. Further kinds of requests are not counted until the next write. */
export const COUNTED_WAITING_MAX = 1_000;

interface Waiting {
  readonly database: Database;
  readonly summary: RequestSummary;
  count: number;
}

/**
 * Notes requests whose content is not kept. Requests of the same organization, integration, kind and outcome that arrive within
 * COUNTED_INTERVAL_MS become one row with their number, so that a client that only reads cannot fill the disk. A request neither waits
 * for the write nor fails because of it.
 */
export class CountedRequestWriter {
  readonly #log: Pick<Log, 'warn'>;
  readonly #timer: Timer;
  readonly #closing = new AbortController();
  #waiting = new Map<string, Waiting>();
  #isTimerRunning = false;
  /** Resolves when all writes have finished. The writes run sequentially. */
  #writes: Promise<void> = Promise.resolve();

  constructor(log: Pick<Log, 'warn'>, timer: Timer = systemTimer) {
    this.#log = log;
    this.#timer = timer;
  }

  /** Notes a request of an organization that is in `database`. */
  note(database: Database, summary: RequestSummary): void {
    const { organizationId, integrationId, kind, method, resourceType, outcome, status, reason, client } = summary;
    const key = JSON.stringify([
      organizationId,
      integrationId,
      kind,
      method,
      resourceType,
      outcome,
      status,
      reason,
      client,
    ]);
    const known = this.#waiting.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#waiting.size < COUNTED_WAITING_MAX) this.#waiting.set(key, { database, summary, count: 1 });
    if (!this.#isTimerRunning && !this.#closing.signal.aborted) void this.#flushPeriodically();
  }

  /** Writes the waiting requests. */
  async flush(): Promise<void> {
    const waiting = [...this.#waiting.values()];
    this.#waiting = new Map();
    this.#writes = this.#writeAfter(this.#writes, waiting);
    await this.#writes;
  }

  /** Writes the waiting requests, and stops the timer. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.flush();
  }

  async #flushPeriodically(): Promise<void> {
    this.#isTimerRunning = true;
    try {
      while (this.#waiting.size > 0) {
        await this.#timer.sleep(COUNTED_INTERVAL_MS, this.#closing.signal);
        await this.flush();
      }
    } catch {
      // The server is stopping: `close` writes the rest.
    }
    this.#isTimerRunning = false;
  }

  /** Writes after the earlier write has finished. The promise never rejects. */
  async #writeAfter(earlier: Promise<void>, waiting: readonly Waiting[]): Promise<void> {
    await earlier;
    const byOrganization = Map.groupBy(waiting, ({ summary }) => summary.organizationId);
    for (const [organizationId, rows] of byOrganization) {
      const [first] = rows;
      if (first === undefined) continue;
      try {
        await insertCounted(scopeTo(first.database, organizationId), rows);
      } catch (error) {
        this.#log.warn({ err: error, organization: organizationId }, 'requests could not be counted');
      }
    }
  }
}
