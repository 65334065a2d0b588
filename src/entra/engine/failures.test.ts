import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeOnSqlite } from '../../../tests/support/on-sqlite.ts';
import { DAY_MS } from '#base/clock.ts';
import { listMails } from '#mail/mail-list-store.ts';
import { readMail } from '#mail/outbox.ts';
import { saveSecrets, updateSettings } from '../application/applications.ts';
import { deleteSourceUser, disableSourceUser, updateSourceUser } from '../source/source-users.ts';
import { allowDeletes, requireJob, restartJob, startJob } from './control-job.ts';
import { openTestEngine, type TestEngine } from './engine.fixture.ts';
import { listEscrows } from './escrow-store.ts';
import { ESCROW_WAIT_MAX_MS, escrowWaitMs } from './escrows.ts';
import { provisionOnDemand } from './on-demand.ts';
import { entraThresholds, quarantineReason } from './quarantine.ts';
import { runJob } from './run-job.ts';
import { runCycleStoppingAfter } from './stopping.fixture.ts';

let on: TestEngine;
beforeEach(async () => {
  on = await openTestEngine({ settings: { scope: 'all', notificationEmail: 'it@contoso.example' } });
});
afterEach(() => on[Symbol.asyncDispose]());

const escrows = () => listEscrows(on.engine.database, on.jobId, 100);
const job = () => requireJob(on.engine.database, on.jobId);
const mails = () => listMails(on.engine.database, on.tenant.organizationId, { skip: 0, limit: 100 });

describeOnSqlite('escrow', () => {
  test('retries a refused user after increasingly long waits, and immediately if the user changes', async () => {
    const bob = await on.make('bob', { mailNickname: 'bob@home' });
    expect(await on.cycle()).toMatchObject({ kind: 'complete', cycle: { counts: { failed: 1 } } });
    expect(await escrows()).toMatchObject([
      { errorCode: 'SystemForCrossDomainIdentityManagementBadRequest', attempts: 1, stage: 'object' },
    ]);
    const [entry] = await on.logs();
    expect(entry).toMatchObject({
      provisioningAction: 'create',
      provisioningStatusInfo: {
        status: 'failure',
        errorInformation: { reason: expect.stringContaining('mailNickname') },
      },
    });
    // The next cycle retries the user. The cycle after that does not, because the second wait is a full interval.
    expect(await on.cycle()).toMatchObject({ cycle: { counts: { failed: 1 } } });
    expect(await on.cycle()).toMatchObject({ cycle: { counts: { imported: 0 } } });
    on.server.directory.clock.advance(40 * 60_000);
    expect(await on.cycle()).toMatchObject({ cycle: { counts: { failed: 1 } } });
    expect(await escrows()).toMatchObject([{ attempts: 3 }]);
    await updateSourceUser(on.engine, on.tenant, bob.id, { mailNickname: 'bob' });
    expect(await on.cycle()).toMatchObject({ cycle: { counts: { created: 1, failed: 0 } } });
    expect(await escrows()).toEqual([]);
  });

  test('of a search that fails is a failure of the matching, and not of the step that would have written', async () => {
    const { id: objectId } = await on.make('bob');
    await saveSecrets(on.engine, on.application, { secretToken: 'wrong' });
    const { value } = await provisionOnDemand(on.engine, on.jobId, { type: 'User', objectId });
    expect(value).toMatchObject({
      provisioningSteps: [
        { type: 'Import', status: 'Success' },
        { type: 'Scoping', status: 'Success' },
        { type: 'Matching', status: 'Failure' },
      ],
    });
  });

  test('waits at most a day before a retry, and after a transient failure only until the next cycle', () => {
    const wait = (attempts: number, code = 'EntryConflict') => escrowWaitMs(attempts, 40 * 60_000, code);
    expect([1, 2, 3, 4].map((attempts) => wait(attempts) / 60_000)).toEqual([0, 40, 80, 160]);
    expect(wait(50)).toBe(ESCROW_WAIT_MAX_MS);
    expect(wait(50, 'TooManyRequests')).toBe(0);
  });

  test('keeps an object that was deleted in the target, with the error InvalidAnchor, until the job is fully restarted', async () => {
    const ann = await on.make('ann');
    await on.cycle();
    const [{ id }] = await on.users();
    await on.server.send('DELETE', `/Users/${id}`);
    await updateSourceUser(on.engine, on.tenant, ann.id, { jobTitle: 'Head' });
    expect(await on.cycle()).toMatchObject({ cycle: { counts: { failed: 1 } } });
    expect(await escrows()).toMatchObject([{ errorCode: 'InvalidAnchor' }]);
    await restartJob(on.engine, on.jobId, new Set(['Watermark']));
    expect(await on.cycle()).toMatchObject({ cycle: { kind: 'initial', counts: { failed: 1 } } });
    await restartJob(on.engine, on.jobId, new Set(['Full']));
    expect(await on.cycle()).toMatchObject({ cycle: { kind: 'initial', counts: { created: 1, failed: 0 } } });
    expect(await on.users()).toMatchObject([{ title: 'Head' }]);
  });
});

describeOnSqlite('quarantine', () => {
  test('begins only if the number of failures exceeds a threshold', () => {
    const none = { object: 0, reference: 0, staged: 0 };
    const reason = (escrows: Partial<typeof none>, entitled = 1_000_000) =>
      quarantineReason({ ...none, ...escrows }, entitled, entraThresholds);
    expect(reason({})).toBeUndefined();
    expect(reason({ staged: 1 })).toBe('TooManyDeletes');
    expect(reason({ object: 40_000, reference: 20_000 })).toBeUndefined();
    expect(reason({ object: 40_001 })).toBe('EncounteredBaseEscrowThreshold');
    expect(reason({ reference: 60_000 })).toBeUndefined();
    expect(reason({ object: 1, reference: 60_000 })).toBe('EncounteredTotalEscrowThreshold');
    // The proportion has no effect below 5,000 failures. 5,000 failures are 40 percent of 12,500 objects.
    expect(reason({ object: 4_999 }, 5_000)).toBeUndefined();
    expect(reason({ object: 5_000 }, 12_500)).toBeUndefined();
    expect(reason({ object: 5_000 }, 12_499)).toBe('EncounteredEscrowProportionThreshold');
    expect(reason({ object: 5_001 }, 12_500)).toBe('EncounteredEscrowProportionThreshold');
    // Failed managers and members do not count as failed objects.
    expect(reason({ reference: 59_999 }, 1)).toBeUndefined();
  });

  test('depends on the proportion of failures among all objects, not only among those that an incremental cycle evaluates', async () => {
    const thresholds = { ...entraThresholds, evaluatedFrom: 1 };
    for (const alias of ['ann', 'bob', 'cid']) await on.make(alias);
    await on.cycle();
    await on.make('dan', { mailNickname: 'dan@home' });
    const run = () => runJob({ ...on.engine, thresholds }, on.jobId);
    expect(await run()).toMatchObject({ kind: 'complete', cycle: { counts: { imported: 1, failed: 1 } } });
    for (const alias of ['eve', 'fay']) await on.make(alias, { mailNickname: `${alias}@home` });
    expect(await run()).toMatchObject({ kind: 'quarantine', reason: 'EncounteredEscrowProportionThreshold' });
  });

  test('after refused credentials sends one email, waits longer after each attempt, and finally disables the job', async () => {
    await on.make('ann');
    await saveSecrets(on.engine, on.application, { secretToken: 'wrong' });
    await startJob(on.engine, on.jobId);
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      expect(await on.cycle()).toMatchObject({ kind: 'quarantine', reason: 'EncounteredQuarantineException' });
      const { nextRunAt } = await job();
      const wait = (nextRunAt?.getTime() ?? 0) - on.engine.clock.now().getTime();
      waits.push(wait / 3_600_000);
      on.server.directory.clock.advance(wait);
    }
    expect(waits).toEqual([6, 12, 24, 24]);
    expect(await job()).toMatchObject({ status: { code: 'Quarantine', quarantine: { seriesCount: 4 } } });
    expect(await mails()).toMatchObject([{ kind: 'provisioning_quarantine', recipient: 'it@contoso.example' }]);
    const [mail] = await mails();
    const { content } = await readMail(on.engine, on.engine.database, on.tenant.organizationId, mail?.id ?? '');
    const page = `https://directory.example/console/rehearsal/${on.tenant.id}/applications/${on.application.id}`;
    expect(content.text).toContain('entra.write is needed to read its response.');
    expect(content.link).toBe(`${page}/credentials`);
    on.server.directory.clock.advance(27 * DAY_MS);
    await on.cycle();
    expect(await job()).toMatchObject({ scheduleState: 'Disabled', nextRunAt: null });
    await saveSecrets(on.engine, on.application, { secretToken: on.server.key });
    await restartJob(on.engine, on.jobId, new Set(['QuarantineState']));
    expect(await on.cycle()).toMatchObject({ kind: 'complete', cycle: { counts: { created: 1 } } });
    expect(await job()).toMatchObject({ scheduleState: 'Active', status: { code: 'Active', quarantine: null } });
  });

  test('begins if deletes exceed the threshold, and the excess deletes are staged until an administrator allows them', async () => {
    const all = await Promise.all(['ann', 'bob', 'cid'].map((alias) => on.make(alias)));
    await on.cycle();
    await updateSettings(on.engine, on.application, { accidentalDeletionThreshold: 1 });
    for (const { id } of all) await disableSourceUser(on.engine, on.tenant, id);
    expect(await on.cycle()).toMatchObject({
      kind: 'quarantine',
      reason: 'TooManyDeletes',
      cycle: { counts: { disabled: 1, stagedDeletes: 2 } },
    });
    const active = async () => (await on.users()).filter((user) => user.active as boolean).length;
    expect(await active()).toBe(2);
    expect((await on.logs()).filter((one) => one['provisioningAction'] === 'stageddelete')).toHaveLength(2);
    expect(await mails()).toHaveLength(1);
    await allowDeletes(on.engine, on.jobId);
    expect(await on.cycle()).toMatchObject({ kind: 'complete', cycle: { counts: { disabled: 2 } } });
    expect(await active()).toBe(0);
    expect((await job()).settings).toEqual({});
  });
});

describe('a cycle', () => {
  test('continues from its last page after an interruption, and creates no user twice', async () => {
    for (let number = 0; number < 12; number += 1) await on.make(`user${number}`);
    const ends: string[] = [];
    for (let run = 0; run < 30; run += 1) {
      const end = await runCycleStoppingAfter(on, 3);
      ends.push(end.kind);
      if (end.kind === 'complete') break;
    }
    expect(ends.at(-1)).toBe('complete');
    expect(ends.length).toBeGreaterThan(1);
    const creations = on.requests().filter((line) => line.startsWith('POST'));
    expect(creations).toHaveLength(12);
    expect(await on.users()).toHaveLength(12);
  });

  test('that was interrupted counts each object once, even if it was refused or skipped in a page that is repeated', async () => {
    for (let number = 0; number < 4; number += 1) {
      await on.make(`user${number}`);
      await on.make(`refused${number}`, { mailNickname: `refused${number}@home` });
      await disableSourceUser(on.engine, on.tenant, (await on.make(`disabled${number}`)).id);
    }
    const left = await runCycleStoppingAfter(on, 9);
    expect(left).toMatchObject({ kind: 'stopped', cycle: { phase: 'users' } });
    const whole = await on.cycle();
    expect(whole).toMatchObject({
      kind: 'complete',
      cycle: { counts: { imported: 12, created: 4, failed: 4, skipped: 4 } },
    });
  });

  test('cannot be run by two processes concurrently', async () => {
    await on.make('ann');
    const [one, another] = await Promise.allSettled([on.cycle(), on.cycle()]);
    expect([one.status, another.status].toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('disables a user in the target if the user was deleted in the source', async () => {
    const ann = await on.make('ann');
    await on.cycle();
    await deleteSourceUser(on.engine, on.tenant, ann.id);
    await on.cycle();
    expect(await on.users()).toMatchObject([{ active: false }]);
  });
});
