import { expect, test } from 'vitest';
import { zeroCounts, type CycleState } from '#entra/application/cycle-state.ts';
import type { RunUntilNowEnd } from '#entra/engine/run-until-now.ts';
import { exitCodeOfRun, runText } from './run-text.ts';

const cycleOf = (kind: CycleState['kind'], failed: number): CycleState => ({
  id: `${kind} ${failed}`,
  kind,
  phase: 'members',
  after: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  from: 0,
  until: 1,
  total: 1,
  done: 1,
  counts: { ...zeroCounts, failed },
});
const complete = (kind: CycleState['kind'], failed: number, escrowsPruned = false) =>
  ({ kind: 'complete', cycle: cycleOf(kind, failed), escrowsPruned }) as const;
const stopped = { kind: 'stopped', cycle: cycleOf('initial', 0) } as const;
const stoppedBefore = { kind: 'stopped', cycle: undefined } as const;
const quarantine = {
  kind: 'quarantine',
  cycle: undefined,
  reason: 'EncounteredQuarantineException',
  message: 'No.',
} as const;

test.for<[string, RunUntilNowEnd, number, readonly RegExp[]]>([
  ['a complete cycle', { ...complete('initial', 0), earlier: [] }, 0, [/^The initial cycle is complete\.\n/]],
  [
    'a cycle with a failure',
    { ...complete('initial', 2), earlier: [] },
    1,
    [/^The initial cycle is complete\.\n[^]*failed +2/],
  ],
  [
    'a failure that the next cycle corrects',
    { ...complete('incremental', 0), earlier: [complete('initial', 1)] },
    0,
    [/^The initial cycle is complete\.\n[^]*failed +1/, /^The incremental cycle is complete\.\n[^]*failed +0/],
  ],
  [
    'a cycle that follows a superseded one',
    { ...complete('initial', 0), earlier: [stopped] },
    0,
    [/^The initial cycle ended early: the job was changed/, /^The initial cycle is complete/],
  ],
  [
    'a cycle with too many failures',
    { ...complete('initial', 0, true), earlier: [] },
    1,
    [/the job is paused\.[^]*cycle restart/],
  ],
  [
    'an interrupted cycle',
    { ...stopped, earlier: [] },
    1,
    [/^The cycle was interrupted; the next run continues it\.\n/],
  ],
  [
    'a command that is stopped while it waits',
    { ...stoppedBefore, earlier: [] },
    1,
    [/^The command was stopped before the next cycle began\.$/],
  ],
  [
    'a quarantine after a cycle',
    { ...quarantine, earlier: [complete('initial', 0)] },
    1,
    [/^The initial cycle is complete\.\n/, /^The job is in quarantine: EncounteredQuarantineException\. No\.$/],
  ],
])('%s results in the expected exit code and one paragraph per cycle', ([, end, code, texts]) => {
  const paragraphs = runText(end).split('\n\n');
  expect(paragraphs).toHaveLength(texts.length);
  for (const [index, text] of texts.entries()) expect(paragraphs[index]).toMatch(text);
  expect(exitCodeOfRun(end)).toBe(code);
});
