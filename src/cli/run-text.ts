import type { LastEnd, RunUntilNowEnd } from '#entra/engine/run-until-now.ts';
import type { RunEnd } from '#entra/engine/run-job.ts';
import { exitCodes, properties } from './output.ts';

/** Describes the result of `entra cycle run`: one paragraph for each cycle, with its counts. */
export function runText(end: RunUntilNowEnd): string {
  return [...end.earlier.map((one) => withCounts(one, earlierEndText(one))), withCounts(end, lastEndText(end))].join(
    '\n\n',
  );
}

/**
 * Returns the exit code of `entra cycle run`, which depends only on the last cycle. The last cycle has already retried objects that failed
 * for the first time in the cycle before it. Objects that have failed more than once are retried later.
 */
export function exitCodeOfRun(end: RunUntilNowEnd): number {
  const isDone = end.kind === 'complete' && !end.escrowsPruned && end.cycle.counts.failed === 0;
  return isDone ? exitCodes.success : exitCodes.failure;
}

function withCounts({ cycle }: LastEnd, text: string): string {
  return cycle === undefined ? text : `${text}\n${properties({ ...cycle.counts })}`;
}

function earlierEndText(end: RunEnd): string {
  if (end.kind !== 'stopped' || end.cycle === undefined) return lastEndText(end);
  return `The ${end.cycle.kind} cycle ended early: the job was changed in the meantime, or another process continued it.`;
}

function lastEndText(end: LastEnd): string {
  if (end.kind === 'quarantine') return `The job is in quarantine: ${end.reason}. ${end.message}`;
  if (end.cycle === undefined) return 'The command was stopped before the next cycle began.';
  if (end.kind === 'stopped') return 'The cycle was interrupted; the next run continues it.';
  const complete = `The ${end.cycle.kind} cycle is complete.`;
  if (!end.escrowsPruned) return complete;
  return `${complete} Too many objects failed: the list of failures was cleared, and the job is paused. Find the causes with "tanhua entra log list --status failure", and then start again with "tanhua entra cycle restart".`;
}
