import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSecretBox } from '#base/secret-box.ts';
import { listChanges } from '../source/change-store.ts';
import { insertSourceGroups } from '../source/source-group-store.ts';
import { insertSourceUsers } from '../source/source-user-store.ts';
import { openTestSource, someGroup, someUser, type TestSource } from '../source/source.fixture.ts';
import { ROLE_LENGTH_MAX } from './app-roles.ts';
import { findApplication } from './application-store.ts';
import {
  createApplication,
  editSchema,
  openSecrets,
  presets,
  saveSchema,
  saveSecrets,
  updateSettings,
} from './applications.ts';
import { assign, unassign } from './assignments.ts';
import { listAssignments } from './assignment-store.ts';
import { parseInterval, printInterval } from './interval.ts';
import { findJob, updateJob } from './job-store.ts';
import { setActions, setMapping } from './schema-edits.ts';
import {
  CONCURRENCY_MAX,
  DELETION_THRESHOLD_MAX,
  INTERVAL_MAX_MS,
  INTERVAL_MIN_MS,
  MEMBERS_PER_PATCH_MAX,
  REQUEST_TIMEOUT_MAX_MS,
  REQUEST_TIMEOUT_MIN_MS,
  REQUESTS_PER_SECOND_MAX,
  SECRET_LENGTH_MAX,
  URL_LENGTH_MAX,
  type SettingsChange,
} from './settings.ts';
import { startedCycle } from './application.fixture.ts';

const tenantUrl = 'https://directory.example/scim/v2/?aadOptscim062020';

const box = createSecretBox(randomBytes(32));
describe('applications', () => {
  let source: TestSource;
  let names = 0;

  beforeAll(async () => {
    source = await openTestSource();
  });
  afterAll(async () => {
    await source[Symbol.asyncDispose]();
  });

  const create = (displayName = `Directory ${(names += 1)}`) =>
    createApplication(source.deps, source.tenant, {
      displayName,
      preset: 'guide',
      settings: { tenantUrl },
    });

  test('are created with a job and the default settings of Entra ID', async () => {
    const { application, job } = await create('Tanhua');
    expect(await findApplication(source.database, source.tenant.id, 'tanhua')).toEqual(application);
    expect(await findJob(source.database, job.id)).toEqual(job);
    expect(job).toMatchObject({
      templateId: 'scim',
      schema: presets.guide,
      scheduleState: 'Disabled',
      intervalMs: 40 * 60 * 1000,
      status: { code: 'NotRun', steadyStateFirstAchievedTime: '0001-01-01T00:00:00Z' },
      watermark: null,
    });
    expect(application.settings).toMatchObject({ scope: 'assigned', membersPerPatch: 1, concurrency: 8 });
    await expect(create('TANHUA')).rejects.toMatchObject({ code: 'conflict' });
    for (const name of ['', '  ', 'x'.repeat(257)]) {
      await expect(create(name)).rejects.toMatchObject({ code: 'invalidValue' });
    }
    await create('x'.repeat(256));
  });

  test('accept settings up to their limits, and refuse an invalid setting with a message that names it', async () => {
    const { application } = await create();
    const update = (change: SettingsChange & { intervalMs?: number }) =>
      updateSettings({ ...source.deps, secrets: box }, application, change);
    const url = (length: number) => tenantUrl.padEnd(length, 'x');
    const right: readonly (SettingsChange & { intervalMs?: number })[] = [
      { tenantUrl: 'http://127.0.0.1:8080/scim/v2' },
      { tenantUrl: url(URL_LENGTH_MAX) },
      { concurrency: CONCURRENCY_MAX },
      { accidentalDeletionThreshold: 1 },
      { accidentalDeletionThreshold: DELETION_THRESHOLD_MAX },
      { membersPerPatch: MEMBERS_PER_PATCH_MAX },
      { requestsPerSecond: REQUESTS_PER_SECOND_MAX },
      { requestTimeoutMs: REQUEST_TIMEOUT_MIN_MS },
      { requestTimeoutMs: REQUEST_TIMEOUT_MAX_MS },
      { notificationEmail: 'ops@contoso.example' },
      { faults: { dropEvery: 3, throttle: { bytes: 1, pauseMs: 10 } } },
      { intervalMs: INTERVAL_MIN_MS },
      { intervalMs: INTERVAL_MAX_MS },
    ];
    for (const change of right) {
      const { intervalMs: _, faults, ...settings } = change;
      const { application: changed } = await update(change);
      expect(changed.settings).toMatchObject({ ...settings, ...(faults && { faults }) });
    }
    const wrong: readonly (readonly [SettingsChange & { intervalMs?: number }, RegExp])[] = [
      [{ tenantUrl: 'ftp://x' }, /setting tenantUrl must be an http or https URL/],
      [{ tenantUrl: 'directory' }, /setting tenantUrl must be an http or https URL/],
      [{ tenantUrl: 'https://a:b@x/' }, /must not contain credentials/],
      [{ tenantUrl: `${tenantUrl}#x` }, /must not contain #/],
      [{ tenantUrl: url(URL_LENGTH_MAX + 1) }, /tenantUrl/],
      [{ accidentalDeletionThreshold: 0 }, /setting accidentalDeletionThreshold/],
      [{ accidentalDeletionThreshold: DELETION_THRESHOLD_MAX + 1 }, /setting accidentalDeletionThreshold/],
      [{ concurrency: 0 }, /setting concurrency/],
      [{ concurrency: CONCURRENCY_MAX + 1 }, /setting concurrency/],
      [{ concurrency: 1.5 }, /setting concurrency must be a whole number from 1 to 64/],
      [{ membersPerPatch: 0 }, /setting membersPerPatch/],
      [{ membersPerPatch: MEMBERS_PER_PATCH_MAX + 1 }, /setting membersPerPatch/],
      [{ requestsPerSecond: REQUESTS_PER_SECOND_MAX + 1 }, /setting requestsPerSecond/],
      [{ requestTimeoutMs: REQUEST_TIMEOUT_MIN_MS - 1 }, /setting requestTimeoutMs/],
      [{ requestTimeoutMs: REQUEST_TIMEOUT_MAX_MS + 1 }, /setting requestTimeoutMs/],
      [{ notificationEmail: 'a@b, c@d' }, /setting notificationEmail must be one email address/],
      [{ scope: 'some' } as never, /setting scope/],
      [{ color: 'red' } as never, /color/],
      [{ faults: { dropEvery: -1 } }, /setting faults\.dropEvery/],
      [{ intervalMs: INTERVAL_MIN_MS - 1 }, /interval/],
      [{ intervalMs: INTERVAL_MAX_MS + 1 }, /interval/],
    ];
    for (const [change, message] of wrong) {
      await expect(update(change), JSON.stringify(change)).rejects.toMatchObject({
        code: 'invalidValue',
        message: expect.stringMatching(message),
      });
    }
    // Changing one fault keeps the other faults.
    const { application: kept } = await update({ faults: { slowReadMs: 5 } });
    expect(kept.settings.faults).toMatchObject({ slowReadMs: 5, dropEvery: 3 });
    await expect(
      updateSettings({ ...source.deps, secrets: box }, { ...application, id: 'none' }, {}),
    ).rejects.toMatchObject({
      code: 'notFound',
    });
  });

  test('lose their watermark if the scope is widened, and keep it but need a restart if the scope is narrowed', async () => {
    const { application, job } = await create();
    const state = () => findJob(source.database, job.id);
    await updateJob(source.database, job.id, { watermark: 5, cycle: startedCycle });
    const wider = await updateSettings({ ...source.deps, secrets: box }, application, { scope: 'all' });
    expect(wider.consequence).toBe('resync');
    expect(await state()).toMatchObject({ watermark: null, cycle: null });
    await updateJob(source.database, job.id, { watermark: 6 });
    const narrower = await updateSettings({ ...source.deps, secrets: box }, application, {
      scope: 'assigned',
      intervalMs: 5_000,
    });
    expect(narrower.consequence).toBe('restart needed');
    expect(await state()).toMatchObject({ watermark: 6, intervalMs: 5_000 });
    const other = await updateSettings({ ...source.deps, secrets: box }, application, {
      displayName: 'Renamed',
      concurrency: 2,
    });
    expect(other).toMatchObject({ consequence: 'none', application: { displayName: 'Renamed' } });
  });

  test('lose their watermark if the mappings change, but not if the new mappings are equal or invalid', async () => {
    const { application, job } = await create();
    await updateJob(source.database, job.id, { watermark: 5 });
    const same = await saveSchema(source.deps, application, JSON.parse(JSON.stringify(presets.guide)));
    expect(same.consequence).toBe('none');
    expect(await findJob(source.database, job.id)).toMatchObject({ watermark: 5 });
    const edited = await editSchema(source.deps, application, (schema) =>
      setActions(schema, 'User', { add: true, update: true, delete: false }),
    );
    expect(edited).toMatchObject({ consequence: 'resync', job: { watermark: null } });
    expect(await findJob(source.database, job.id)).toEqual(edited.job);
    const wrong = editSchema(source.deps, application, (schema) =>
      setMapping(schema, 'User', 'userName', { matchingPriority: 0 }),
    );
    await expect(wrong).rejects.toMatchObject({ code: 'mappingInvalid' });
    expect(await findJob(source.database, job.id)).toEqual(edited.job);
  });

  test('keep all mappings that are edited concurrently', async () => {
    const { application, job } = await create();
    await Promise.all(
      (['title', 'nickName', 'timezone'] as const).map((target) =>
        editSchema(source.deps, application, (schema) =>
          setMapping(schema, 'User', target, { source: { constant: target } }),
        ),
      ),
    );
    const stored = await findJob(source.database, job.id);
    for (const target of ['title', 'nickName', 'timezone'])
      expect(JSON.stringify(stored)).toContain(`"name":"${target}","parameters":[],"type":"Constant"`);
  });

  test('have intervals that are formatted and parsed as in Graph', () => {
    for (const [text, intervalMs] of [
      ['PT40M', 2_400_000],
      ['PT1H', 3_600_000],
      ['PT1H30M5S', 5_405_000],
      ['PT1.5S', 1_500],
      ['PT0S', 0],
    ] as const) {
      expect(printInterval(intervalMs)).toBe(text);
      expect(parseInterval(text)).toBe(intervalMs);
    }
    expect(['40m', '30s', '1h', 'pt5m'].map(parseInterval)).toEqual([2_400_000, 30_000, 3_600_000, 300_000]);
    for (const text of ['', 'PT', '5', 'P1D', '-5s', '5 m', 'PT5']) expect(parseInterval(text), text).toBeUndefined();
  });

  test('cannot combine a mapping of roles with the scope "all" (§1.6)', async () => {
    const { application } = await create();
    const rolesSource = { expression: 'AppRoleAssignmentsComplex([appRoleAssignments])' };
    const mapRoles = () =>
      editSchema(source.deps, application, (schema) => setMapping(schema, 'User', 'roles', { source: rolesSource }));
    await mapRoles();
    await expect(updateSettings({ ...source.deps, secrets: box }, application, { scope: 'all' })).rejects.toMatchObject(
      {
        code: 'conflict',
        message: expect.stringContaining('"roles" reads appRoleAssignments, which works for assigned users only'),
      },
    );
    await saveSchema(source.deps, application, presets.guide);
    await updateSettings({ ...source.deps, secrets: box }, application, { scope: 'all' });
    await expect(mapRoles()).rejects.toMatchObject({ code: 'conflict' });
  });

  test('store their secrets encrypted, and never show them in errors', async () => {
    const { application } = await create();
    expect(openSecrets(box, application)).toEqual({});
    const deps = { ...source.deps, secrets: box };
    const saved = await saveSecrets(deps, application, { secretToken: 'tnh_secret' });
    expect(JSON.stringify(saved)).not.toContain('tnh_secret');
    const stored = await findApplication(source.database, source.tenant.id, application.id);
    expect(openSecrets(box, stored ?? application)).toEqual({ secretToken: 'tnh_secret' });
    expect(() => openSecrets(createSecretBox(randomBytes(32)), saved)).toThrow(/encrypted with another key/);
    expect(openSecrets(box, await saveSecrets(deps, application, {}))).toEqual({});
    await saveSecrets(deps, application, { secretToken: 'x'.repeat(SECRET_LENGTH_MAX) });
    const wrong = ['', ' padded', 'x\r\ninjected: y', 'ümlaut', 'x'.repeat(SECRET_LENGTH_MAX + 1)];
    for (const secretToken of wrong) {
      const refused = saveSecrets(deps, application, { secretToken });
      await expect(refused, secretToken).rejects.toMatchObject({
        code: 'invalidValue',
        message: expect.stringMatching(/^The credential secretToken (?!.*(padded|injected|ümlaut))/s),
      });
    }
    await expect(saveSecrets(deps, application, { oauth2TokenExchangeUri: 'token' })).rejects.toThrow(/http or https/);
  });

  test('record assignments in the change log, and refuse assignments of deleted users or groups that are not security-enabled', async () => {
    const { application } = await create();
    const [user, gone] = [someUser(source.tenant), someUser(source.tenant, {}, { deletedAt: new Date(0) })];
    const [group, mailing] = [someGroup(source.tenant), someGroup(source.tenant, { securityEnabled: false })];
    await insertSourceUsers(source.database, [user, gone]);
    await insertSourceGroups(source.database, [group, mailing]);
    const before = (await listChanges(source.database, source.tenant.id, { after: 0, limit: 1_000 })).length;
    const changes = async () =>
      (await listChanges(source.database, source.tenant.id, { after: before, limit: 100 })).map(
        ({ objectType, objectId, kind, detailId }) => ({ objectType, objectId, kind, detailId }),
      );
    const first = await assign(source.deps, application, user);
    expect(first).toMatchObject({ isNew: true, assignment: { roleValue: 'User', principalType: 'User' } });
    expect(await assign(source.deps, application, user)).toEqual({ ...first, isNew: false });
    await assign(source.deps, application, user, 'Admin');
    await assign(source.deps, application, group);
    const entry = { objectType: 'Assignment', objectId: user.id, kind: 'add', detailId: application.id };
    const added = [entry, entry, { ...entry, objectId: group.id }];
    expect(await changes()).toEqual(added);
    expect(await listAssignments(source.database, application.id)).toHaveLength(3);

    for (const principal of [gone, { ...user, id: 'none' }, { ...user, type: 'Group' as const }]) {
      await expect(assign(source.deps, application, principal)).rejects.toMatchObject({ code: 'notFound' });
    }
    await expect(assign(source.deps, application, mailing)).rejects.toThrow(/not security-enabled/);
    await assign(source.deps, application, group, 'r'.repeat(ROLE_LENGTH_MAX));
    for (const role of ['', 'a b', 'r'.repeat(ROLE_LENGTH_MAX + 1)]) {
      await expect(assign(source.deps, application, user, role)).rejects.toMatchObject({ code: 'invalidValue' });
    }

    expect(await unassign(source.deps, application, user.id, 'Admin')).toHaveLength(1);
    expect(await unassign(source.deps, application, user.id)).toEqual([first.assignment]);
    await expect(unassign(source.deps, application, user.id)).rejects.toMatchObject({ code: 'notFound' });
    const removed = { ...entry, kind: 'delete' };
    expect(await changes()).toEqual([...added, { ...entry, objectId: group.id }, removed, removed]);
  });

  test('get only one assignment if several requests assign the same user concurrently', async () => {
    const { application } = await create();
    const user = someUser(source.tenant);
    await insertSourceUsers(source.database, [user]);
    const results = await Promise.allSettled([1, 2, 3].map(() => assign(source.deps, application, user)));
    const isNew = results.filter((result) => result.status === 'fulfilled' && result.value.isNew);
    expect(isNew).toHaveLength(1);
    expect(await listAssignments(source.database, application.id)).toHaveLength(1);
  });
});
