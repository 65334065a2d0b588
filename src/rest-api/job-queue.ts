import { randomUUID } from 'node:crypto';
import type { TenantAccess, TenantRouter } from '#access/tenant-router.ts';
import type { AccountDeps } from '#accounts/account.ts';
import { findAccount } from '#accounts/account.ts';
import { sendAccountMail } from '#accounts/account-mail.ts';
import type { Origin } from '#audit/event-types.ts';
import { messageFor } from '#base/error-message.ts';
import { AppError } from '#base/errors.ts';
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

/** The number of milliseconds between searches for unfinished jobs. They include jobs that another process left unfinished. */
const POLL_MS = 10_000;
/** The duration of a process's lease on a job, in milliseconds. The process renews the lease well before it expires. */
const LEASE_MS = 30_000;

/** The result of one row of a job. */
export interface RowOutcome {
  readonly userId: string | null;
  /** The user's fields in the results of the job, as JSON without secrets. */
  readonly body: string | null;
}

/** Runs one row atomically, in the transaction of `inside`. */
type RowWork = (inside: AccountDeps) => Promise<RowOutcome>;

/**
 * Prepares one row outside a transaction, because hashing a password is slow, and returns the function that runs the row. Both
 * functions throw an AppError if the row is invalid.
 */
export type RowRunner = (deps: AccountDeps, caller: Caller, row: unknown, input: JobInput) => Promise<RowWork>;

export interface JobInput {
  readonly rows: readonly unknown[];
  /** True to send no email about the job's result. */
  readonly suppressEmail: boolean;
  /** The creationSource of the users that the job creates. */
  readonly creationSource?: string | undefined;
}

/** Runs jobs sequentially. If a process stops, another process resumes its job at the first row without a result. */
export class JobQueue {
  readonly #accounts: AccountDeps;
  readonly #tenants: TenantRouter;
  readonly #runners: Readonly<Record<string, RowRunner>>;
  readonly #log: Log;
  readonly #holder = randomUUID();
  #running = Promise.resolve();
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(accounts: AccountDeps, tenants: TenantRouter, runners: Readonly<Record<string, RowRunner>>, log: Log) {
    this.#accounts = accounts;
    this.#tenants = tenants;
    this.#runners = runners;
    this.#log = log;
  }

  /** Starts looking for jobs, now and every `POLL_MS`. */
  start(): void {
    this.#timer = setInterval(() => this.wake(), POLL_MS);
    this.wake();
  }

  /** Looks for jobs now, instead of at the next poll. */
  wake(): void {
    if (this.#stopped) return;
    this.#running = this.#running.then(() => this.#runAll());
  }

  async #runAll(): Promise<void> {
    for (const access of this.#tenants.accesses) {
      try {
        for (const job of await findUnfinishedJobs(access.deps.database)) await this.#take(access, job);
      } catch (error) {
        this.#log.error({ err: error }, 'looking for jobs failed');
      }
    }
  }

  /** Resolves when all jobs found so far have been run. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Stops looking for jobs and resolves when the current row has finished. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Runs a job unless another process holds it. An error in one job does not delay the others. */
  async #take({ deps, schemas }: TenantAccess, { id, organizationId }: Pick<StoredJob, 'id' | 'organizationId'>) {
    const lease = { name: `job:${id}`, holder: this.#holder, durationMs: LEASE_MS };
    const claim = async () => await acquireLease(deps.database, { ...lease, now: deps.clock.now() });
    if (this.#stopped || !(await claim())) return;
    try {
      const database = scopeTo(deps.database, organizationId);
      const own = { ...this.#accounts, ...deps, database, schemas: await schemas.of(organizationId) };
      // Another process may have finished the job after it was found here.
      const job = await findJob(database, organizationId, id);
      if (job !== undefined && isUnfinished(job)) await this.#run(own, job, claim);
    } catch (error) {
      this.#log.error({ err: error, job: id }, 'a job stopped; it will be resumed');
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

  /** Decrypts the input of a job. Returns undefined if it cannot be decrypted. */
  #open({ secrets }: AccountDeps, job: StoredJob): JobInput | undefined {
    try {
      return JSON.parse(secrets.open(job.input));
    } catch (error) {
      this.#log.error({ err: error, job: job.id }, 'the input of a job cannot be read');
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
      // The database or another service caused the error, not the row, so the row is tried again later.
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
      // The input is no longer needed, and may contain passwords.
      const done = { state: 'finished', done: job.total, finishedAt: deps.clock.now(), input: '' } as const;
      await updateJob(transaction, job.id, done);
      if (suppressEmail || job.actor.type !== 'administrator') return;
      const account = await findAccount(transaction, job.organizationId, 'administrator', job.actor.id ?? '');
      if (account === undefined) return;
      const { finished, failed } = await countJobResults(transaction, job.id);
      await sendAccountMail(deps, transaction, account, {
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

/** Returns the fields of the user in a row, without the password. The results show them, so that the failed row can be recognized. */
function withoutPassword(sent: unknown): JsonObject {
  if (!isObject(sent)) return {};
  const { password: _, ...user } = isObject(sent['body']) ? sent['body'] : sent;
  return user;
}

function originOf(job: StoredJob): Origin {
  return { organizationId: job.organizationId, actor: job.actor, integration: undefined, request: undefined };
}

/** Yields all results of a job in order, reading 500 rows per query. */
export async function* allResults(database: Database, jobId: string) {
  const limit = 500;
  for (let skip = 0; ; skip += limit) {
    const some = await listJobResults(database, jobId, { skip, limit });
    yield* some;
    if (some.length < limit) return;
  }
}
