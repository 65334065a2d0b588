import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeOnSqlite, testOnSqlite } from '../../../tests/support/on-sqlite.ts';
import { editSchema, saveSecrets, updateSettings } from '../application/applications.ts';
import { assign, unassign } from '../application/assignments.ts';
import { setActions, setMapping } from '../application/schema-edits.ts';
import { listLogs } from '../logs/log-store.ts';
import { listChanges } from '../source/change-store.ts';
import { addMembers, createSourceGroup, removeMembers } from '../source/source-groups.ts';
import {
  deleteSourceUser,
  disableSourceUser,
  purgeSourceUser,
  restoreSourceUser,
  updateSourceUser,
} from '../source/source-users.ts';
import { listOf, startScriptedServer } from '../wire/scripted-server.fixture.ts';
import { compareDirectories } from './compare.ts';
import { allowDeletes, pauseJob, requireJob, restartJob, startJob } from './control-job.ts';
import { cycleOf, expectEqual, membersOf } from './cycles.fixture.ts';
import { openTestEngine, type TestEngine } from './engine.fixture.ts';
import { listEscrows } from './escrow-store.ts';
import { provisionOnDemand } from './on-demand.ts';

let on: TestEngine;
beforeEach(async () => {
  on = await openTestEngine({ settings: { scope: 'all' } });
});
afterEach(() => on[Symbol.asyncDispose]());

const escrows = () => listEscrows(on.engine.database, on.jobId, 100);
const job = () => requireJob(on.engine.database, on.jobId);
const HOUR_MS = 3_600_000;

describe('the end of a cycle', () => {
  test('does not undo a pause, an approval of deletes or an edit of a mapping that happened during the cycle', async () => {
    await on.make('ann');
    await startJob(on.engine, on.jobId);
    const meanwhile = async (work: () => Promise<unknown>) => {
      let done: Promise<unknown> | undefined;
      const onProgress = async () => {
        await (done ??= work());
      };
      return await on.cycle({ isStopping: () => false, onProgress });
    };
    await meanwhile(() => pauseJob(on.engine, on.jobId));
    expect(await job()).toMatchObject({ scheduleState: 'Paused', nextRunAt: null, status: { code: 'Paused' } });
    await startJob(on.engine, on.jobId);
    await meanwhile(() => allowDeletes(on.engine, on.jobId));
    expect((await job()).settings).toEqual({ AllowDeletesOnce: 'True' });
    await on.cycle();
    expect((await job()).settings).toEqual({});
    const edit = () =>
      editSchema(on.engine, on.application, (schema) =>
        setMapping(schema, 'User', 'title', { source: { constant: 'X' } }),
      );
    expect(await meanwhile(edit)).toMatchObject({ kind: 'stopped' });
    expect(await job()).toMatchObject({ watermark: null, cycle: null });
    expect(await on.cycle()).toMatchObject({ kind: 'complete', cycle: { kind: 'initial', counts: { updated: 1 } } });
  });

  test('trims the change log up to the last change that every job has read', async () => {
    const { engine, tenant } = on;
    const ann = await on.make('ann');
    const numbers = async () =>
      (await listChanges(engine.database, tenant.id, { after: 0, limit: 100 })).map(({ number }) => number);
    await cycleOf(on);
    expect(await numbers()).toEqual([]);
    await updateSourceUser(engine, tenant, ann.id, { jobTitle: 'A' });
    expect(await numbers()).toHaveLength(1);
    const { id, ...row } = await engine.database.selectFrom('entra_jobs').selectAll().executeTakeFirstOrThrow();
    const other = { ...row, id: `${id}-other`, application_id: `${row.application_id}-other` };
    const application = await engine.database.selectFrom('entra_applications').selectAll().executeTakeFirstOrThrow();
    await engine.database
      .insertInto('entra_applications')
      .values({ ...application, id: other.application_id, name_key: 'other' })
      .execute();
    await engine.database.insertInto('entra_jobs').values(other).execute();
    await cycleOf(on, { updated: 1 });
    expect(await numbers()).toHaveLength(1);
    // A job whose next cycle is an initial cycle does not read the change log.
    await engine.database.updateTable('entra_jobs').set({ watermark: null }).where('id', '=', other.id).execute();
    await cycleOf(on);
    expect(await numbers()).toEqual([]);
  });

  testOnSqlite('leaves no user in the target who was purged before the watermark was reset', async () => {
    const [ann, bob] = [await on.make('ann'), await on.make('bob')];
    await cycleOf(on, { created: 2 });
    await purgeSourceUser(on.engine, on.tenant, ann.id);
    await restartJob(on.engine, on.jobId, new Set(['Watermark']));
    await cycleOf(on, { deleted: 1 });
    expect(await on.users()).toMatchObject([{ displayName: 'bob' }]);
    await deleteSourceUser(on.engine, on.tenant, bob.id);
    await cycleOf(on, { disabled: 1 });
    await restoreSourceUser(on.engine, on.tenant, bob.id);
    await cycleOf(on, { updated: 1 });
    await expectEqual(on);
  });

  testOnSqlite('removes a failed reference from escrow if it no longer has to be exported', async () => {
    const [ann, bob] = [await on.make('ann'), await on.make('bob')];
    const group = await createSourceGroup(on.engine, on.tenant, { displayName: 'Sales' });
    await cycleOf(on, { created: 3 });
    const [{ id }] = await on.users();
    await on.server.send('DELETE', `/Users/${id}`);
    await addMembers(on.engine, on.tenant, group.id, [ann.id]);
    await updateSourceUser(on.engine, on.tenant, bob.id, { manager: ann.id });
    await cycleOf(on, { failed: 1 });
    expect(await escrows()).toMatchObject([{ stage: 'reference', sourceId: group.id }]);
    await removeMembers(on.engine, on.tenant, group.id, [ann.id]);
    await cycleOf(on, { failed: 0 });
    expect(await escrows()).toEqual([]);
  });
});

describeOnSqlite('failures and deletes:', () => {
  test('credentials that are refused during a cycle put the job into quarantine, and the cycle is resumed later', async () => {
    for (let number = 0; number < 12; number += 1) await on.make(`user${number}`);
    let seen = 0;
    const { app } = on.server;
    const revoke = () => {
      seen += 1;
      if (seen !== 12) return;
      void on.server.directory.deps.database.updateTable('api_keys').set({ revoked_at: 1 }).execute();
    };
    app.server.on('request', revoke);
    const end = await on.cycle();
    app.server.off('request', revoke);
    expect(end).toMatchObject({
      kind: 'quarantine',
      reason: 'EncounteredQuarantineException',
      cycle: { kind: 'initial' },
    });
    const begun = await job();
    expect(begun).toMatchObject({ status: { code: 'Quarantine', quarantine: { error: { code: 'Unauthorized' } } } });
    expect(begun.cycle).toMatchObject({ phase: 'users' });
    await on.server.directory.deps.database.updateTable('api_keys').set({ revoked_at: null }).execute();
    on.server.directory.clock.advance(60_000);
    expect(await on.cycle()).toMatchObject({ kind: 'complete', cycle: { id: end.cycle?.id } });
    expect(await job()).toMatchObject({ status: { code: 'Active', quarantine: null } });
    expect(await on.users()).toHaveLength(12);
    await expectEqual(on);
  });

  test('a transient failure is retried in every cycle, even if nothing changes in the source', async () => {
    await on.make('ann');
    await using broken = await startScriptedServer(({ line }) =>
      line.startsWith('POST') ? { status: 500 } : { body: listOf() },
    );
    await updateSettings(on.engine, on.application, { tenantUrl: broken.url }, { secretToken: on.server.key });
    for (let attempts = 1; attempts <= 4; attempts += 1) {
      await cycleOf(on, { failed: 1 });
      expect(await escrows()).toMatchObject([{ errorCode: 'InternalServerError', attempts }]);
    }
    const { tenantUrl } = on.application.settings;
    await updateSettings(on.engine, on.application, { tenantUrl }, { secretToken: on.server.key });
    await cycleOf(on, { created: 1, failed: 0 });
    expect(await escrows()).toEqual([]);
  });

  test('the log entry of a failure contains the HTTP exchanges without the secret', async () => {
    await on.make('bob', { mailNickname: 'bob@home' });
    await cycleOf(on, { failed: 1 });
    const [logged] = await listLogs(on.engine.database, { tenantId: on.tenant.id, limit: 1 });
    const exchanges = logged?.wire.exchanges ?? [];
    expect(exchanges.map(({ request, response }) => [request.method, response?.status])).toEqual([
      ['GET', 200],
      ['POST', 400],
    ]);
    expect(exchanges[1]?.request.headers['Authorization']).toBe('Bearer ********');
    expect(exchanges[1]?.response?.body).toContain('mailNickname');
    const last = logged?.wire.steps.at(-1);
    expect(exchanges.slice(...(last ?? [0, 0])).at(-1)?.request.method).toBe('POST');
    expect(JSON.stringify(logged)).not.toContain(on.server.key);
  });

  test('staged deletes wait until an administrator allows them, regardless of how often the job runs', async () => {
    const all = await Promise.all(['ann', 'bob', 'cid', 'dan'].map((alias) => on.make(alias)));
    await cycleOf(on, { created: 4 });
    await updateSettings(on.engine, on.application, { accidentalDeletionThreshold: 1 });
    for (const { id } of all) await disableSourceUser(on.engine, on.tenant, id);
    const active = async () => (await on.users()).filter((user) => user.active as boolean).length;
    for (let round = 0; round < 3; round += 1) {
      expect(await on.cycle()).toMatchObject({ kind: 'quarantine', reason: 'TooManyDeletes' });
      expect(await active()).toBe(3);
      on.server.directory.clock.advance(24 * HOUR_MS);
    }
    // The deletion of a user is no longer staged after the user is enabled again.
    await updateSourceUser(on.engine, on.tenant, all[3]?.id ?? '', { accountEnabled: true });
    await on.cycle();
    await allowDeletes(on.engine, on.jobId);
    await cycleOf(on, { disabled: (await active()) - 1 });
    await expectEqual(on);
  });

  test('without the Delete action, a purged user stays in the target and the link is deleted', async () => {
    const ann = await on.make('ann');
    await cycleOf(on, { created: 1 });
    await editSchema(on.engine, on.application, (schema) =>
      setActions(schema, 'User', { add: true, update: true, delete: false }),
    );
    await cycleOf(on);
    await purgeSourceUser(on.engine, on.tenant, ann.id);
    await cycleOf(on, { deleted: 0, skipped: 1 });
    expect(await on.users()).toHaveLength(1);
    expect(await compareDirectories(on.engine, on.jobId)).toMatchObject({
      total: 1,
      differences: [{ kind: 'extra', name: 'ann' }],
      objects: { User: { equal: 0, differs: 0, missing: 0, extra: 1 }, Group: { equal: 0, extra: 0 } },
    });
  });
});

describeOnSqlite('the simulated Switch() fault', () => {
  test('clears the target attribute in an incremental cycle if the source attribute did not change', async () => {
    await editSchema(on.engine, on.application, (schema) =>
      setMapping(schema, 'User', 'title', {
        source: { expression: 'Switch([department], "Staff", "R&D", "Researcher")' },
      }),
    );
    const ann = await on.make('ann', { department: 'R&D' });
    await cycleOf(on, { created: 1 });
    expect(await on.users()).toMatchObject([{ title: 'Researcher' }]);
    await updateSettings(on.engine, on.application, { faults: { switchIsNull: true } });
    await updateSourceUser(on.engine, on.tenant, ann.id, { displayName: 'Ann Meier' });
    await cycleOf(on, { updated: 1 });
    // The fault clears the title, because the department that Switch() reads did not change.
    const [changed] = await on.users();
    expect(changed).toMatchObject({ displayName: 'Ann Meier', active: true });
    expect(changed).not.toHaveProperty('title');
    await disableSourceUser(on.engine, on.tenant, ann.id);
    await cycleOf(on, { disabled: 1 });
    expect(await on.users()).toMatchObject([{ active: false }]);
    await updateSettings(on.engine, on.application, { faults: { switchIsNull: false } });
    await updateSourceUser(on.engine, on.tenant, ann.id, { displayName: 'Ann Lee' });
    await cycleOf(on, { updated: 1 });
    expect(await on.users()).toMatchObject([{ title: 'Researcher' }]);
    await expectEqual(on);
  });
});

describe('Provision on demand', () => {
  test('returns for each object whether it was provisioned, was skipped or failed', async () => {
    await using assigned = await openTestEngine();
    const { engine, jobId, application, tenant } = assigned;
    const demand = async (type: 'User' | 'Group', objectId: string, memberIds: readonly string[] = []) =>
      await provisionOnDemand(engine, jobId, { type, objectId, memberIds });
    const ann = await assigned.make('ann');
    expect((await demand('User', ann.id)).key).toMatchObject({
      result: 'Skipped',
      details: { errorCode: 'NotEffectivelyEntitled' },
    });
    await assign(engine, application, { id: ann.id, type: 'User' });
    assigned.requests();
    expect((await demand('User', ann.id)).key).toEqual({ result: 'Success', details: {} });
    const again = await demand('User', ann.id);
    expect(again.key).toMatchObject({ result: 'Skipped', details: { errorCode: 'RedundantExport' } });
    await updateSourceUser(engine, tenant, ann.id, { displayName: 'Ann Lee', jobTitle: 'Head' });
    const changed = await demand('User', ann.id);
    // The PATCH has the format without the flag, although the Tenant URL has the flag (§1.7).
    expect(JSON.parse(changed.exchanges.at(-1)?.request.body ?? '')).toMatchObject({
      Operations: [
        { op: 'Replace', path: 'displayName', value: 'Ann Lee' },
        { op: 'Add', path: 'title', value: 'Head' },
      ],
    });
    const bob = await assigned.make('bob', { mailNickname: 'bob@home' });
    await assign(engine, application, { id: bob.id, type: 'User' });
    expect((await demand('User', bob.id)).key).toMatchObject({
      result: 'Failure',
      details: { errorMessage: expect.stringContaining('mailNickname') },
    });
    expect(await listEscrows(engine.database, jobId, 10)).toEqual([]);
    const group = await createSourceGroup(engine, tenant, { displayName: 'Sales' });
    await addMembers(engine, tenant, group.id, [ann.id, bob.id]);
    await assign(engine, application, { id: group.id, type: 'Group' });
    expect((await demand('Group', group.id)).key).toEqual({ result: 'Success', details: {} });
    expect(await membersOf(assigned, 'Sales')).toEqual([]);
    expect((await demand('Group', group.id, [ann.id, bob.id])).key).toEqual({ result: 'Success', details: {} });
    expect(await membersOf(assigned, 'Sales')).toEqual(['Ann Lee']);
    await unassign(engine, application, ann.id);
    await unassign(engine, application, group.id);
    expect((await demand('User', ann.id)).value).toMatchObject({ action: 'Disable' });
    await saveSecrets(engine, application, { secretToken: 'wrong' });
    expect((await demand('User', ann.id)).key).toMatchObject({
      result: 'Failure',
      details: { errorCode: 'Unauthorized' },
    });
    await expect(demand('User', bob.id, ['1', '2', '3', '4', '5', '6'])).rejects.toMatchObject({ code: 'usage' });
    await deleteSourceUser(engine, tenant, bob.id);
    await expect(demand('User', bob.id)).rejects.toMatchObject({ code: 'notFound' });
  });
});
