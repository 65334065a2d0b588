import { expect, test } from 'vitest';
import { createTestTimer } from '../../../tests/support/test-timer.ts';
import { CYCLE_STOP_MS, CycleStop } from '../engine/cycle-stop.ts';
import { openTestEngine } from '../engine/engine.fixture.ts';
import { provisionOnDemand } from '../engine/on-demand.ts';
import { leaveUnanswered } from '../engine/stopping.fixture.ts';
import { ManualCycles } from './manual-cycles.ts';

test('Provision on demand fails with the error "unavailable" if the program stops first, and a later attempt succeeds', async () => {
  await using on = await openTestEngine({ settings: { scope: 'all' } });
  const { id: objectId } = await on.make('ann');
  const timer = createTestTimer();
  const cycles = new ManualCycles(new CycleStop(timer));
  const target = leaveUnanswered(on, 'POST', 0);
  const provision = async (cut?: AbortSignal) =>
    await provisionOnDemand(on.engine, on.jobId, { type: 'User', objectId }, cut);
  const asked = cycles.request(provision).catch((error: unknown) => error);
  await target.reached;
  const stopped = cycles.stop();
  await timer.advance(CYCLE_STOP_MS);
  await stopped;
  expect(await asked).toMatchObject({ code: 'unavailable', message: expect.stringContaining('has not answered') });
  target.answerAgain();
  expect((await provision()).key).toEqual({ result: 'Success', details: {} });
});

test('neither a cycle nor Provision on demand can be started while the program is stopping', async () => {
  await using on = await openTestEngine();
  const cycles = new ManualCycles();
  await cycles.stop();
  const refusal = expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('is stopping') });
  expect(() => cycles.start(on.engine, on.jobId)).toThrow(refusal);
  await expect(cycles.request(() => Promise.resolve())).rejects.toEqual(refusal);
  expect(on.requests()).toEqual([]);
});
