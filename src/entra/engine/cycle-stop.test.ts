import { expect, test } from 'vitest';
import { testOnSqlite } from '../../../tests/support/on-sqlite.ts';
import { createTestTimer } from '../../../tests/support/test-timer.ts';
import { updateSettings } from '../application/applications.ts';
import { requireJob } from './control-job.ts';
import { CYCLE_STOP_MS, CycleStop } from './cycle-stop.ts';
import { cycleOf } from './cycles.fixture.ts';
import { openTestEngine } from './engine.fixture.ts';
import { listEscrows } from './escrow-store.ts';
import { leaveUnanswered } from './stopping.fixture.ts';

testOnSqlite(
  'a cycle whose request gets no answer is cut when the program stops, and its page is done again later',
  async () => {
    await using on = await openTestEngine({ settings: { scope: 'all' } });
    await on.make('ann');
    // The body of the POST is not sent for ever.
    const throttle = { bytes: 1, pauseMs: 60_000 };
    await updateSettings(on.engine, on.application, { faults: { throttle } });
    const timer = createTestTimer();
    const ending = new CycleStop(timer);
    const { promise: posting, resolve } = Promise.withResolvers<void>();
    on.server.app.server.on('request', ({ method }) => method === 'POST' && resolve());
    const running = on.cycle(ending.control);
    await posting;
    const stopped = ending.stop(running);
    await timer.advance(CYCLE_STOP_MS - 1);
    expect(ending.control.cut.aborted).toBe(false);
    await timer.advance(1);
    await stopped;
    expect(await running).toMatchObject({ kind: 'stopped', cycle: { counts: { failed: 0, created: 0 } } });
    expect(await listEscrows(on.engine.database, on.jobId, 10)).toEqual([]);
    expect((await requireJob(on.engine.database, on.jobId)).status.quarantine).toBeNull();
    await updateSettings(on.engine, on.application, { faults: { throttle: null } });
    await cycleOf(on, { created: 1, failed: 0 });
  },
);

testOnSqlite(
  'a cycle that waits for its turn to send is cut before it begins, and the endpoint is not blamed',
  async () => {
    await using on = await openTestEngine({ settings: { scope: 'all', requestsPerSecond: 1 } });
    const timer = createTestTimer();
    const ending = new CycleStop(timer);
    const { promise: probed, resolve } = Promise.withResolvers<void>();
    on.server.app.server.on('request', () => resolve());
    const running = on.cycle(ending.control);
    await probed;
    const stopped = ending.stop(running);
    await timer.advance(CYCLE_STOP_MS);
    await stopped;
    expect(await running).toEqual({ kind: 'stopped', cycle: undefined });
    expect((await requireJob(on.engine.database, on.jobId)).status.quarantine).toBeNull();
  },
);

test('what a page did before it was cut is counted, and not counted again by the cycle that goes on', async () => {
  await using on = await openTestEngine({ settings: { scope: 'all', concurrency: 1 } });
  await on.make('ann');
  await on.make('bob');
  const timer = createTestTimer();
  const ending = new CycleStop(timer);
  const target = leaveUnanswered(on, 'POST', 1);
  const running = on.cycle(ending.control);
  await target.reached;
  const stopped = ending.stop(running);
  await timer.advance(CYCLE_STOP_MS);
  await stopped;
  expect(await running).toMatchObject({ kind: 'stopped', cycle: { counts: { created: 1, failed: 0 } } });
  target.answerAgain();
  await cycleOf(on, { created: 2, failed: 0 });
});

testOnSqlite('a cycle that begins while the program stops sends nothing', async () => {
  await using on = await openTestEngine({ settings: { scope: 'all' } });
  const ending = new CycleStop(createTestTimer());
  await ending.stop(Promise.resolve());
  expect(await on.cycle(ending.control)).toEqual({ kind: 'stopped', cycle: undefined });
  expect(on.requests()).toEqual([]);
});
