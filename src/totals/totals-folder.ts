import type { Log } from '#base/log.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import { scopeTo, type Database } from '#database/database.ts';
import { engineAdapterOf } from '#database/engine.ts';
import { foldRows } from './total-store.ts';
import type { TotalSubject } from './total-subject.ts';

/** How often the rows that this process has written are added to the totals, in milliseconds. */
export const FOLD_INTERVAL_MS = 10_000;
/** The number of rows of an organization that are counted one by one before they are added to the totals. */
export const UNFOLDED_ROWS_MAX = 1_000;

/** The number of rows that this process has written, by database, table and organization. */
const writtenByAdapter = new WeakMap<object, Map<TotalSubject, Map<string, number>>>();

/** Notes that this process writes a row, so that its organization is added to the totals when it has many rows. */
export function noteCountedRow(database: Database, subject: TotalSubject, organizationId: string): void {
  const written = writtenOf(database, subject);
  written.set(organizationId, (written.get(organizationId) ?? 0) + 1);
}

function writtenOf(database: Database, subject: TotalSubject): Map<string, number> {
  const adapter = engineAdapterOf(database);
  const bySubject = writtenByAdapter.get(adapter) ?? new Map<TotalSubject, Map<string, number>>();
  writtenByAdapter.set(adapter, bySubject);
  const written = bySubject.get(subject) ?? new Map<string, number>();
  bySubject.set(subject, written);
  return written;
}

interface FolderDeps {
  readonly databases: readonly Database[];
  readonly subjects: readonly TotalSubject[];
  readonly log: Log;
  readonly timer?: Timer;
}

/**
 * Adds rows to the totals in the background: of organizations for which this process has written many rows, and of organizations whose
 * totals were requested. It does nothing for an organization that is idle.
 */
export class TotalsFolder {
  readonly #deps: FolderDeps;
  readonly #timer: Timer;
  #stopping = new AbortController();
  #wake = new AbortController();
  #running: Promise<void> | undefined;

  constructor(deps: FolderDeps) {
    this.#deps = deps;
    this.#timer = deps.timer ?? systemTimer;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    await this.#running;
  }

  /** Adds the rows of an organization to the totals soon, because a request had to count `unfolded` of them. */
  request(database: Database, subject: TotalSubject, organizationId: string, unfolded: number): void {
    if (unfolded <= UNFOLDED_ROWS_MAX) return;
    writtenOf(database, subject).set(organizationId, unfolded);
    this.#wake.abort();
  }

  /** Adds the rows of all organizations with many rows to the totals. Resolves when they are added. */
  async foldAll(): Promise<void> {
    for (const database of this.#deps.databases) {
      for (const subject of this.#deps.subjects) await this.#foldBusy(database, subject);
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#wake = new AbortController();
      await this.#timer.sleep(FOLD_INTERVAL_MS, this.#wake.signal).catch(() => undefined);
      await this.foldAll();
    }
  }

  async #foldBusy(database: Database, subject: TotalSubject): Promise<void> {
    const written = writtenOf(database, subject);
    for (const [organizationId, rows] of written) {
      if (rows <= UNFOLDED_ROWS_MAX) continue;
      written.delete(organizationId);
      try {
        const own = scopeTo(database, organizationId);
        while (!this.#stopping.signal.aborted && (await foldRows(own, subject, organizationId))) {
          // Other transactions run between two parts.
          await this.#timer.sleep(0);
        }
      } catch (error) {
        this.#deps.log.warn({ err: error, organizationId }, 'rows could not be added to the totals');
      }
    }
  }
}
