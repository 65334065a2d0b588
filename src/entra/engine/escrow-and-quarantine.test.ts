import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeOnSqlite, testOnSqlite } from '../../../tests/support/on-sqlite.ts';
import { AppError } from '#base/errors.ts';
import { createSecretBox, type SecretBox } from '#base/secret-box.ts';
import { listMails } from '#mail/mail-list-store.ts';
import { updateSettings } from '../application/applications.ts';
import { listAssignments } from '../application/assignment-store.ts';
import { assign } from '../application/assignments.ts';
import { HARD_DELETES } from '../application/job.ts';
import { updateJob } from '../application/job-store.ts';
import { addMembers, createSourceGroup, deleteSourceGroup } from '../source/source-groups.ts';
import { disableSourceUser, purgeSourceUser, updateSourceUser } from '../source/source-users.ts';
import { pauseJob, requireJob, restartJob, startJob } from './control-job.ts';
import { zeroCounts } from '../application/cycle-state.ts';
import { cycleOf } from './cycles.fixture.ts';
import { openTestEngine, type TestEngine } from './engine.fixture.ts';
import type { EngineDeps } from './engine-deps.ts';
import { listEscrows } from './escrow-store.ts';
import { entraThresholds } from './quarantine.ts';
import { runJob } from './run-job.ts';
import { startScheduler } from './scheduler.ts';

let on: TestEngine;
beforeEach(async () => {
  on = await openTestEngine({ settings: { scope: 'all', notificationEmail: 'it@contoso.example' } });
});
afterEach(() => on[Symbol.asyncDispose]());

const escrows = (engine = on) => listEscrows(engine.engine.database, engine.jobId, 100);
const throwConflict = () => {
  throw new AppError('conflict', 'Another conflict.');
};
const job = () => requireJob(on.engine.database, on.jobId);

describe('a failure in escrow', () => {
  testOnSqlite('is logged with the number of retries and the time of the next attempt', async () => {
    await on.make('bob', { mailNickname: 'bob@home' });
    const now = on.engine.clock.now().getTime();
    await on.cycle();
    const after = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
    const reasons = async () => (await on.logs()).map((entry) => JSON.stringify(entry['provisioningStatusInfo']));
    const text = (times: number, date: string) =>
      `This operation was retried ${times} times. It will be retried again after this date: ${date} UTC`;
    expect((await reasons()).at(-1)).toContain(text(0, after(40)));
    on.server.directory.clock.advance(40 * 60_000);
    await on.cycle();
    expect((await reasons()).at(-1)).toContain(text(1, after(80)));
    expect((await escrows())[0]?.reason).not.toContain('retried');
  });

  test('is kept if the object was evaluated only because it was assigned', async () => {
    await using assigned = await openTestEngine();
    const { engine, application } = assigned;
    await assigned.cycle();
    const bob = await assigned.make('bob', { mailNickname: 'bob@home' });
    await assign(engine, application, { id: bob.id, type: 'User' });
    await cycleOf(assigned, { failed: 1 });
    expect(await escrows(assigned)).toMatchObject([{ sourceId: bob.id, attempts: 1 }]);
  });
});

describeOnSqlite('too many failures', () => {
  const thresholds = { ...entraThresholds, evaluatedFrom: 1 };
  const run = () => runJob({ ...on.engine, thresholds }, on.jobId);

  test('in an initial cycle pause the job and are removed from escrow, and a restart of the job retries the objects', async () => {
    await startJob(on.engine, on.jobId);
    const bob = await on.make('bob', { mailNickname: 'bob@home' });
    expect(await run()).toMatchObject({ kind: 'complete', cycle: { kind: 'initial', counts: { failed: 1 } } });
    expect(await job()).toMatchObject({
      scheduleState: 'Paused',
      nextRunAt: null,
      status: { code: 'Paused', escrowsPruned: true, quarantine: null },
    });
    expect(await escrows()).toEqual([]);
    await updateSourceUser(on.engine, on.tenant, bob.id, { mailNickname: 'bob' });
    await restartJob(on.engine, on.jobId, new Set(['Watermark']));
    expect(await run()).toMatchObject({ kind: 'complete', cycle: { counts: { created: 1 } } });
    expect(await job()).toMatchObject({ scheduleState: 'Active', status: { code: 'Active', escrowsPruned: false } });
  });

  test('in successive cycles cause one quarantine, with increasingly long waits and a single email', async () => {
    await startJob(on.engine, on.jobId);
    await on.make('ann');
    await run();
    for (const alias of ['bob', 'cid']) await on.make(alias, { mailNickname: `${alias}@home` });
    const waits: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      expect(await run()).toMatchObject({ kind: 'quarantine', reason: 'EncounteredEscrowProportionThreshold' });
      const wait = ((await job()).nextRunAt?.getTime() ?? 0) - on.engine.clock.now().getTime();
      waits.push(wait / 3_600_000);
      on.server.directory.clock.advance(wait);
    }
    expect(waits).toEqual([6, 12, 24]);
    expect(await job()).toMatchObject({ status: { quarantine: { seriesCount: 3 } } });
    expect(await listMails(on.engine.database, on.tenant.organizationId, { skip: 0, limit: 100 })).toHaveLength(1);
  });
});

testOnSqlite('staged deletes still wait for approval after a failure of the endpoint', async () => {
  const all = await Promise.all(['ann', 'bob', 'cid', 'dan'].map((alias) => on.make(alias)));
  await cycleOf(on, { created: 4 });
  await updateSettings(on.engine, on.application, { accidentalDeletionThreshold: 1 });
  for (const { id } of all) await disableSourceUser(on.engine, on.tenant, id);
  expect(await on.cycle()).toMatchObject({ reason: 'TooManyDeletes', cycle: { counts: { stagedDeletes: 3 } } });
  const { tenantUrl } = on.application.settings;
  await updateSettings(
    on.engine,
    on.application,
    { tenantUrl: 'http://127.0.0.1:1/scim' },
    { secretToken: on.server.key },
  );
  expect(await on.cycle()).toMatchObject({ reason: 'EncounteredQuarantineException' });
  await updateSettings(on.engine, on.application, { tenantUrl }, { secretToken: on.server.key });
  expect(await on.cycle()).toMatchObject({ reason: 'TooManyDeletes', cycle: { counts: { disabled: 0 } } });
});

test('deletes count toward the threshold even if the process crashed before it saved their number', async () => {
  const all = await Promise.all(['ann', 'bob', 'cid', 'dan'].map((alias) => on.make(alias)));
  await cycleOf(on, { created: 4 });
  await updateSettings(on.engine, on.application, { accidentalDeletionThreshold: 2, concurrency: 1 });
  for (const { id } of all) await disableSourceUser(on.engine, on.tenant, id);
  on.server.directory.clock.advance(1_000);
  const isActive = async () => (await on.users()).filter((user) => user.active as boolean).length;
  // Resets the stored counts of the cycle below, as if the process had crashed before it saved them.
  let patches = 0;
  on.server.app.server.on('request', ({ method }) => (patches += method === 'PATCH' ? 1 : 0));
  await on.cycle({ isStopping: () => patches > 0, onProgress: () => {} });
  const { cycle } = await job();
  const atFirst = cycle && { ...cycle, counts: zeroCounts };
  await updateJob(on.engine.database, on.jobId, { cycle: atFirst });
  expect(await isActive()).toBe(3);
  expect(await on.cycle()).toMatchObject({ reason: 'TooManyDeletes' });
  expect(await isActive()).toBe(2);
});

describe('a purged object', () => {
  testOnSqlite('stays in the target if HardDeletesEnabled is off', async () => {
    const ann = await on.make('ann');
    await cycleOf(on, { created: 1 });
    await updateJob(on.engine.database, on.jobId, { settings: { [HARD_DELETES]: 'False' } });
    await purgeSourceUser(on.engine, on.tenant, ann.id);
    await cycleOf(on, { deleted: 0, skipped: 1 });
    expect(await on.users()).toHaveLength(1);
    expect(JSON.stringify((await on.logs()).at(-1))).toContain('HardDeletesNotEnabled');
  });

  test('loses its assignment, and the members of a purged group lose the assignment that they had through the group', async () => {
    await using assigned = await openTestEngine();
    const { engine, tenant, application } = assigned;
    const [ann, bob] = [await assigned.make('ann'), await assigned.make('bob')];
    const group = await createSourceGroup(engine, tenant, { displayName: 'Sales' });
    await addMembers(engine, tenant, group.id, [bob.id]);
    await assign(engine, application, { id: ann.id, type: 'User' });
    await assign(engine, application, { id: group.id, type: 'Group' });
    await cycleOf(assigned, { created: 3 });
    await purgeSourceUser(engine, tenant, ann.id);
    await deleteSourceGroup(engine, tenant, group.id);
    expect(await listAssignments(engine.database, application.id)).toEqual([]);
    await cycleOf(assigned, { deleted: 2, disabled: 1 });
  });
});

testOnSqlite.for<[string, () => SecretBox]>([
  ['its secrets cannot be read', () => createSecretBox(randomBytes(32))],
  ['of a conflict that is not caused by another process', () => ({ ...on.engine.secrets, open: throwConflict })],
])('a job that fails because %s is retried after its interval, not every second', async ([, secrets]) => {
  await startJob(on.engine, on.jobId);
  const warn = vi.fn<EngineDeps['log']['warn']>();
  const stop = startScheduler({ ...on.engine, secrets: secrets(), log: { warn } });
  await expect.poll(() => warn.mock.calls.length).toBeGreaterThan(0);
  await stop();
  expect((await job()).nextRunAt).toEqual(new Date(on.engine.clock.now().getTime() + (await job()).intervalMs));
});

testOnSqlite('a job in quarantine is still in quarantine after it is paused and started again', async () => {
  const { tenantUrl } = on.application.settings;
  await updateSettings(
    on.engine,
    on.application,
    { tenantUrl: 'http://127.0.0.1:1/scim' },
    { secretToken: on.server.key },
  );
  await startJob(on.engine, on.jobId);
  await on.cycle();
  await pauseJob(on.engine, on.jobId);
  await startJob(on.engine, on.jobId);
  expect(await job()).toMatchObject({ status: { code: 'Quarantine', quarantine: { seriesCount: 1 } } });
  await updateSettings(on.engine, on.application, { tenantUrl }, { secretToken: on.server.key });
  expect(await on.cycle()).toMatchObject({ kind: 'complete' });
  expect(await job()).toMatchObject({ status: { code: 'Active', quarantine: null } });
});
