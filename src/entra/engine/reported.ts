import { newGuid } from '#base/ids.ts';
import { inTransaction, type Database } from '#database/database.ts';
import type { ProvisioningAction, ProvisioningEntry, StepType } from '../logs/provisioning-entry.ts';
import { TargetError, type TargetFailure } from '../wire/target-client.ts';
import type { EscrowStage } from './escrow-store.ts';
import { clearEscrow, putIntoEscrow, retryText } from './escrows.ts';
import type { JobRun } from './job-run.ts';
import { errorInformation } from './provisioning-failure.ts';
import { startReport, type Outcome, type Report, type Subject } from './report.ts';

/** What became of one object. */
export interface Provisioned {
  readonly entry: ProvisioningEntry;
  /** Set when the endpoint as a whole does not work: the cycle cannot go on. */
  readonly endpointFailure: TargetFailure | undefined;
  /** Whether the object is worked on, and counted, again when its page is repeated: nothing was remembered of it. */
  readonly isRepeatable: boolean;
}

export interface Done extends Pick<Provisioned, 'isRepeatable'> {
  readonly outcome: Outcome;
  /** Writes what is to be remembered, in the transaction of the log entry. */
  readonly remember: (transaction: Database) => Promise<void>;
}

export interface Work {
  readonly subject: Subject;
  /** Of the object in the target; undefined before it is known. */
  readonly targetId: string | undefined;
  readonly stage: EscrowStage;
  /** How the log tells that it failed. */
  readonly failing: {
    readonly action: ProvisioningAction;
    readonly stepName: string;
    readonly stepType: StepType;
    readonly description: string;
  };
  readonly run: (report: Report) => Promise<Done>;
}

/**
 * Does a work on one object and writes down what became of it: what is remembered, the escrow and the log entry are one
 * transaction. A failure of the object is kept, to be tried again; one of the whole endpoint waits for the job.
 */
export async function reported(run: JobRun, work: Work): Promise<Provisioned> {
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
  const { action, stepName, stepType, description } = work.failing;
  report.step({
    name: stepName,
    type: stepType,
    status: 'failure',
    description,
    details: { ReportableIdentifier: work.subject.name, ErrorCode: information.errorCode },
  });
  const finished = report.finish({ action, status: 'failure', error: information });
  const entry = await inTransaction(run.deps.database, async (transaction) => {
    const told =
      run.onDemand || endpointFailure !== undefined ? finished : await keep(run, transaction, work, finished);
    await run.log(transaction, told);
    return told;
  });
  return { entry, endpointFailure, isRepeatable: true };
}

/** Puts a failure into escrow, and says in its entry when it is tried again. */
async function keep(
  run: JobRun,
  transaction: Database,
  { subject, stage }: Work,
  entry: ProvisioningEntry,
): Promise<ProvisioningEntry> {
  if (entry.error === null) return entry;
  const escrow = await putIntoEscrow(run, transaction, subject, { stage, ...entry.error });
  // As the portal writes it: a quoted answer has no full stop of its own.
  const reason = `${entry.error.reason.replace(/\.$/, '')}. ${retryText(run, escrow)}`;
  return { ...entry, error: { ...entry.error, reason } };
}
