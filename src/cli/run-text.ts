import type { LastEnd, RunUntilNowEnd } from '#entra/engine/run-until-now.ts';
import type { RunEnd } from '#entra/engine/run-job.ts';
import { exitCodes, properties } from './output.ts';

/** The result of `entra cycle run` for people: each cycle with its own figures. */
export function runText(end: RunUntilNowEnd): string {
  return [...end.earlier.map((one) => withCounts(one, toldEarlier(one))), withCounts(end, toldLast(end))].join('\n\n');
}

/**
 * The exit code of `entra cycle run`. The last cycle decides: it tries again what failed for the first time in the cycle
 * before it. What has failed more often waits longer.
 */
export function exitCodeOfRun(end: RunUntilNowEnd): number {
  const isDone = end.kind === 'complete' && !end.escrowsPruned && end.cycle.counts.failed === 0;
  return isDone ? exitCodes.success : exitCodes.failure;
}

function withCounts({ cycle }: LastEnd, text: string): string {
  return cycle === undefined ? text : `${text}\n${properties({ ...cycle.counts })}`;
}

function toldEarlier(end: RunEnd): string {
  if (end.kind !== 'stopped' || end.cycle === undefined) return toldLast(end);
  return `The ${end.cycle.kind} cycle ended early: the job was changed meanwhile, or another process went on with it.`;
}

function toldLast(end: LastEnd): string {
  if (end.kind === 'quarantine') return `The job is in quarantine: ${end.reason}. ${end.message}`;
  if (end.cycle === undefined) return 'The command was stopped before the next cycle began.';
  if (end.kind === 'stopped') return 'The cycle was left; the next run goes on with it.';
  const complete = `The ${end.cycle.kind} cycle is complete.`;
  if (!end.escrowsPruned) return complete;
  return `${complete} Too many objects failed: their failures were removed, and the job is paused. Look at the causes in "tanhua entra log list --status failure", then begin again with "tanhua entra cycle restart".`;
}
