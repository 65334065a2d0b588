import { newGuid } from '#base/ids.ts';
import { inTransaction, type Database } from '#database/database.ts';
import type { ProvisioningAction, ProvisioningEntry, StepType } from '../logs/provisioning-entry.ts';
import { TargetError, type TargetFailure } from '../wire/target-client.ts';
import type { EscrowStage } from './escrow-store.ts';
import { clearEscrow, putIntoEscrow, withRetry } from './escrows.ts';
import type { JobRun } from './job-run.ts';
import { errorInformation } from './provisioning-failure.ts';
import { startReport, type Outcome, type Report, type Subject } from './report.ts';

/** The result of provisioning one object. */
export interface Provisioned {
  readonly entry: ProvisioningEntry;
  /** The failure of the whole endpoint that prevents the cycle from continuing; undefined if the endpoint works. */
  readonly endpointFailure: TargetFailure | undefined;
  /** True if nothing was saved about the object. If its page is repeated, the object is then processed and counted again. */
  readonly isRepeatable: boolean;
}

/** The result of work that succeeded or was skipped. */
export interface WorkResult extends Pick<Provisioned, 'isRepeatable'> {
  readonly outcome: Outcome;
  /** Saves the result, in the same transaction as the log entry. */
  readonly remember: (transaction: Database) => Promise<void>;
}

/** A piece of work on one object, which is recorded in a log entry. */
export interface Work {
  readonly subject: Subject;
  /** The id of the object in the target; undefined if it is not yet known. */
  readonly targetId: string | undefined;
  readonly stage: EscrowStage;
  /** The action and the step that the log entry reports if the work fails. */
  readonly failureReport: {
    readonly action: ProvisioningAction;
    readonly stepName: string;
    readonly stepType: StepType;
    readonly description: string;
  };
  readonly run: (report: Report) => Promise<WorkResult>;
}

/**
 * Runs the work on one object, and saves its result or its escrow with the log entry in one transaction. A failure of the object is put
 * into escrow, so that it is retried. A failure of the whole endpoint is only logged, because the job repeats the page. Rethrows errors
 * other than TargetError and ProvisioningFailure.
 */
export async function runReported(run: JobRun, work: Work): Promise<Provisioned> {
  const { database, clock } = run.deps;
  const report = startReport(clock, work.subject, newGuid());
  if (work.targetId !== undefined) report.target(work.targetId);
  try {
    const { outcome, remember, isRepeatable } = await work.run(report);
    const entry = report.finish(outcome);
    await inTransaction(database, async (transaction) => {
      await remember(transaction);
      if (outcome.action !== 'stageddelete') await clearEscrow(run, transaction, work.subject.sourceId, work.stage);
      await run.log(transaction, entry);
    });
    return { entry, endpointFailure: undefined, isRepeatable };
  } catch (error) {
    return await rememberFailure(run, work, report, error);
  }
}

async function rememberFailure(run: JobRun, work: Work, report: Report, error: unknown): Promise<Provisioned> {
  const information = errorInformation(error);
  const endpointFailure =
    error instanceof TargetError && error.failure.scope === 'endpoint' ? error.failure : undefined;
  const { action, stepName, stepType, description } = work.failureReport;
  // A step that failed earlier, such as the matching, is the last one.
  if (!report.hasFailed()) {
    const details = { ReportableIdentifier: work.subject.name, ErrorCode: information.errorCode };
    report.step({ name: stepName, type: stepType, status: 'failure', description, details });
  }
  const finished = report.finish({ action, status: 'failure', error: information });
  const entry = await inTransaction(run.deps.database, async (transaction) => {
    const finalEntry =
      run.onDemand || endpointFailure !== undefined ? finished : await escrowFailure(run, transaction, work, finished);
    await run.log(transaction, finalEntry);
    return finalEntry;
  });
  return { entry, endpointFailure, isRepeatable: true };
}

/** Puts a failure into escrow, and returns its log entry with the time of the next attempt. */
async function escrowFailure(
  run: JobRun,
  transaction: Database,
  { subject, stage }: Work,
  entry: ProvisioningEntry,
): Promise<ProvisioningEntry> {
  if (entry.error === null) return entry;
  const escrow = await putIntoEscrow(run, transaction, subject, { stage, ...entry.error });
  const reason = withRetry(entry.error.reason, run, escrow);
  return { ...entry, error: { ...entry.error, reason } };
}
