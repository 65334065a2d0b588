import { randomUUID } from 'node:crypto';
import type { TenantAccess, Tenants } from '#access/tenants.ts';
import type { AccountDeps } from '#accounts/account.ts';
import { findAccount } from '#accounts/account.ts';
import { writeTo } from '#accounts/account-mail.ts';
import type { Origin } from '#audit/event-types.ts';
import { AppError, messageFor } from '#base/errors.ts';
import { isObject, type JsonObject } from '#base/json.ts';
import type { Log } from '#base/log.ts';
import { inTransaction, scopeTo, type Database } from '#database/database.ts';
import { isDatabaseBusy } from '#database/database-errors.ts';
import { releaseLease, acquireLease } from '#database/lease-store.ts';
import { directoryCaller } from '#directory/directory-caller.ts';
import type { Caller } from '#directory/stored.ts';
import {
  countJobResults,
  findJob,
  findUnfinishedJobs,
  insertJobResult,
  listJobResults,
  updateJob,
  type StoredJob,
} from '#jobs/job-store.ts';

/** How often jobs are looked for that another process left. */
const POLL_MS = 10_000;
/** A process that runs a job says so again well before this is over. */
const LEASE_MS = 30_000;

/** What one row of a job did. */
export interface RowOutcome {
  readonly userId: string | null;
  /** What is shown of it, as JSON; no secret. */
  readonly body: string | null;
}

/** Carries out one row, all of it or nothing, in the transaction that `inside` has. */
type RowWork = (inside: AccountDeps) => Promise<RowOutcome>;

/**
 * Prepares one row, without a transaction, since hashing a password takes its time; what it returns carries the row out. Both
 * throw AppErrors for a row that cannot be.
 */
export type RowRunner = (deps: AccountDeps, caller: Caller, row: unknown, input: JobInput) => Promise<RowWork>;

export interface JobInput {
  readonly rows: readonly unknown[];
  /** Whether nobody is told by mail. */
  readonly suppressEmail: boolean;
  /** Where new users come from. */
  readonly creationSource?: string | undefined;
}

/** Runs jobs one after the other; what a process left another one goes on with, where it stopped. */
export class JobQueue {
  readonly #accounts: AccountDeps;
  readonly #tenants: Tenants;
  readonly #runners: Readonly<Record<string, RowRunner>>;
  readonly #log: Log;
  readonly #holder = randomUUID();
  #running = Promise.resolve();
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(accounts: AccountDeps, tenants: Tenants, runners: Readonly<Record<string, RowRunner>>, log: Log) {
    this.#accounts = accounts;
    this.#tenants = tenants;
    this.#runners = runners;
    this.#log = log;
  }

  /** Begins to look for jobs. */
  start(): void {
    this.#timer = setInterval(() => this.wake(), POLL_MS);
    this.wake();
  }

  /** Looks for jobs now. */
  wake(): void {
    if (this.#stopped) return;
    this.#running = this.#running.then(() => this.#runAll());
  }

  async #runAll(): Promise<void> {
    for (const access of this.#tenants.accesses) {
      try {
        for (const job of await findUnfinishedJobs(access.deps.database)) await this.#take(access, job);
      } catch (error) {
        this.#log.error({ err: error }, 'jobs could not be looked for');
      }
    }
  }

  /** Waits until what was looked for is done. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Waits for the row under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Runs a job unless another process does. What goes wrong with one job keeps no other one waiting. */
  async #take({ deps, schemas }: TenantAccess, { id, organizationId }: Pick<StoredJob, 'id' | 'organizationId'>) {
    const lease = { name: `job:${id}`, holder: this.#holder, durationMs: LEASE_MS };
    const claim = async () => await acquireLease(deps.database, { ...lease, now: deps.clock.now() });
    if (this.#stopped || !(await claim())) return;
    try {
      const database = scopeTo(deps.database, organizationId);
      const own = { ...this.#accounts, ...deps, database, schemas: await schemas.of(organizationId) };
      // Another process may have finished it just before.
      const job = await findJob(database, organizationId, id);
      if (job !== undefined && isUnfinished(job)) await this.#run(own, job, claim);
    } catch (error) {
      this.#log.error({ err: error, job: id }, 'a job stopped; it goes on later');
    } finally {
      await releaseLease(deps.database, lease.name, lease.holder);
    }
  }

  async #run(deps: AccountDeps, job: StoredJob, claim: () => Promise<boolean>): Promise<void> {
    const runner = this.#runners[job.kind];
    const input = this.#open(deps, job);
    if (runner === undefined || input === undefined) {
      await updateJob(deps.database, job.id, { state: 'failed', finishedAt: deps.clock.now(), input: '' });
      return;
    }
    const caller = directoryCaller(originOf(job));
    const { finished, failed } = await countJobResults(deps.database, job.id);
    await updateJob(deps.database, job.id, { state: 'running' });
    let claimedAt = deps.clock.now().getTime();
    for (const [index, sent] of input.rows.entries()) {
      const row = index + 1;
      if (row <= finished + failed) continue;
      if (this.#stopped) return;
      if (deps.clock.now().getTime() - claimedAt > LEASE_MS / 3) {
        if (!(await claim())) return;
        claimedAt = deps.clock.now().getTime();
      }
      await this.#runRow(deps, job, row, sent, async () => await runner(deps, caller, sent, input));
    }
    await this.#finish(deps, job, input.suppressEmail);
  }

  /** What a job was given; undefined where nobody can read it any more. */
  #open({ secrets }: AccountDeps, job: StoredJob): JobInput | undefined {
    try {
      return JSON.parse(secrets.open(job.input));
    } catch (error) {
      this.#log.error({ err: error, job: job.id }, 'what a job was given cannot be read');
      return undefined;
    }
  }

  async #runRow(deps: AccountDeps, job: StoredJob, row: number, sent: unknown, prepare: () => Promise<RowWork>) {
    const { clock } = deps;
    try {
      const work = await prepare();
      await inTransaction(deps.database, async (transaction) => {
        const outcome = await work({ ...deps, database: transaction });
        await insertJobResult(transaction, clock, job, { row, status: 'finished', message: null, ...outcome });
      });
    } catch (error) {
      // The row is not to blame, and is tried again.
      if (isDatabaseBusy(error) || (error instanceof AppError && error.isOutage)) throw error;
      if (!(error instanceof AppError)) this.#log.error({ err: error, job: job.id, row }, 'a row of a job failed');
      const at = job.kind === 'csv_import' ? 'csv' : 'rest';
      const message = error instanceof AppError ? messageFor(error, at) : 'Something went wrong in the directory.';
      await inTransaction(deps.database, async (transaction) => {
        const outcome = { userId: null, body: JSON.stringify(withoutPassword(sent)) };
        await insertJobResult(transaction, clock, job, { row, status: 'failed', message, ...outcome });
      });
    }
  }

  async #finish(deps: AccountDeps, job: StoredJob, suppressEmail: boolean): Promise<void> {
    await inTransaction(deps.database, async (transaction) => {
      // What was given is of no use any more, and may hold passwords.
      const done = { state: 'finished', done: job.total, finishedAt: deps.clock.now(), input: '' } as const;
      await updateJob(transaction, job.id, done);
      if (suppressEmail || job.actor.type !== 'administrator') return;
      const account = await findAccount(transaction, job.organizationId, 'administrator', job.actor.id ?? '');
      if (account === undefined) return;
      const { finished, failed } = await countJobResults(transaction, job.id);
      await writeTo(deps, transaction, account, {
        kind: 'job_result',
        tokens: {
          job_id: job.id,
          total: String(job.total),
          succeeded: String(finished),
          failed: String(failed),
        },
      });
    });
  }
}

function isUnfinished({ state }: StoredJob): boolean {
  return state === 'waiting' || state === 'running';
}

/** What was sent of a user, to find it again in the results. */
function withoutPassword(sent: unknown): JsonObject {
  if (!isObject(sent)) return {};
  const { password: _, ...user } = isObject(sent['body']) ? sent['body'] : sent;
  return user;
}

function originOf(job: StoredJob): Origin {
  return { organizationId: job.organizationId, actor: job.actor, integration: undefined, request: undefined };
}

/** The results of a job, all of them, some at a time. */
export async function* allResults(database: Database, jobId: string) {
  const limit = 500;
  for (let skip = 0; ; skip += limit) {
    const some = await listJobResults(database, jobId, { skip, limit });
    yield* some;
    if (some.length < limit) return;
  }
}
