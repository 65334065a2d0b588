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
  'stopping the program aborts a cycle whose request is not answered in time, and the next run repeats the page',
  async () => {
    await using on = await openTestEngine({ settings: { scope: 'all' } });
    await on.make('ann');
    // The body of the POST takes too long to be sent completely.
    const throttle = { bytes: 1, pauseMs: 60_000 };
    await updateSettings(on.engine, on.application, { faults: { throttle } });
    const timer = createTestTimer();
    const cycleStop = new CycleStop(timer);
    const { promise: posting, resolve } = Promise.withResolvers<void>();
    on.server.app.server.on('request', ({ method }) => method === 'POST' && resolve());
    const running = on.cycle(cycleStop.control);
    await posting;
    const stopped = cycleStop.stop(running);
    await timer.advance(CYCLE_STOP_MS - 1);
    expect(cycleStop.control.cut.aborted).toBe(false);
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
  'stopping the program aborts a cycle that is waiting for the rate limit, and does not put the job into quarantine',
  async () => {
    await using on = await openTestEngine({ settings: { scope: 'all', requestsPerSecond: 1 } });
    const timer = createTestTimer();
    const cycleStop = new CycleStop(timer);
    const { promise: probed, resolve } = Promise.withResolvers<void>();
    on.server.app.server.on('request', () => resolve());
    const running = on.cycle(cycleStop.control);
    await probed;
    const stopped = cycleStop.stop(running);
    await timer.advance(CYCLE_STOP_MS);
    await stopped;
    expect(await running).toEqual({ kind: 'stopped', cycle: undefined });
    expect((await requireJob(on.engine.database, on.jobId)).status.quarantine).toBeNull();
  },
);

test('an object that was created before its page was aborted is counted only once after the cycle is resumed', async () => {
  await using on = await openTestEngine({ settings: { scope: 'all', concurrency: 1 } });
  await on.make('ann');
  await on.make('bob');
  const timer = createTestTimer();
  const cycleStop = new CycleStop(timer);
  const target = leaveUnanswered(on, 'POST', 1);
  const running = on.cycle(cycleStop.control);
  await target.reached;
  const stopped = cycleStop.stop(running);
  await timer.advance(CYCLE_STOP_MS);
  await stopped;
  expect(await running).toMatchObject({ kind: 'stopped', cycle: { counts: { created: 1, failed: 0 } } });
  target.answerAgain();
  await cycleOf(on, { created: 2, failed: 0 });
});

testOnSqlite('a cycle that is started while the program is stopping sends no requests', async () => {
  await using on = await openTestEngine({ settings: { scope: 'all' } });
  const cycleStop = new CycleStop(createTestTimer());
  await cycleStop.stop(Promise.resolve());
  expect(await on.cycle(cycleStop.control)).toEqual({ kind: 'stopped', cycle: undefined });
  expect(on.requests()).toEqual([]);
});
