import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestSource, type TestSource } from '../source/source.fixture.ts';
import { startedCycle, plainApplication } from './application.fixture.ts';
import {
  deleteApplication,
  findApplication,
  insertApplication,
  listApplications,
  updateApplication,
} from './application-store.ts';
import { assignmentsOfPrincipals, deleteAssignment, insertAssignment, listAssignments } from './assignment-store.ts';
import { findJob, findJobOfApplication, insertJob, listDueJobs, updateJob } from './job-store.ts';

const guid = (digit: number) => `${digit}a1b0c5e-0000-4000-8000-00000000000${digit}`;

describe('the stores of applications', () => {
  let opened: TestSource;

  beforeAll(async () => {
    opened = await openTestSource();
  });
  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
  });

  test('find applications by id, appId and name within their tenant, and update and delete them', async () => {
    const { database, tenant } = opened;
    const other = await opened.newTenant('Fabrikam');
    const { application } = plainApplication(tenant, guid(3), 'Directory');
    await insertApplication(database, application);
    for (const name of [application.id, application.id.toUpperCase(), application.appId, 'directory', 'DIRECTORY']) {
      expect(await findApplication(database, tenant.id, name), name).toEqual(application);
      expect(await findApplication(database, other.id, name), name).toBeUndefined();
    }
    // An application with this id takes precedence over an application with this name.
    const { application: imposter } = plainApplication(tenant, guid(4), application.id);
    await insertApplication(database, imposter);
    expect(await findApplication(database, tenant.id, application.id)).toEqual(application);
    expect(await listApplications(database, tenant.id)).toEqual([application, imposter]);
    await expect(
      insertApplication(database, plainApplication(tenant, guid(5), 'DIRECTORY').application),
    ).rejects.toThrow(/unique/i);

    const renamed = { ...application, displayName: 'Tanhua', sealedSecrets: 'v1.sealed' };
    expect(await updateApplication(database, renamed)).toBe(true);
    expect(await findApplication(database, tenant.id, 'tanhua')).toEqual(renamed);
    expect(await updateApplication(database, { ...renamed, id: guid(9) })).toBe(false);
    for (const { id } of [application, imposter]) expect(await deleteApplication(database, id)).toBe(true);
    expect(await deleteApplication(database, application.id)).toBe(false);
  });

  test('store each assignment once, find it by principal, and delete it with its application', async () => {
    const { database, tenant, clock } = opened;
    const { application } = plainApplication(tenant, guid(3), 'Assigned');
    await insertApplication(database, application);
    const role = { appRoleId: guid(8), roleValue: 'User' };
    const ada = {
      id: guid(5),
      applicationId: application.id,
      principalId: guid(6),
      principalType: 'User',
      ...role,
    } as const;
    const team = { ...ada, id: guid(4), principalId: guid(7), principalType: 'Group' } as const;
    for (const assignment of [ada, team]) await insertAssignment(database, application, assignment, clock.now());
    await expect(insertAssignment(database, application, { ...ada, id: guid(9) }, clock.now())).rejects.toThrow(
      /unique/i,
    );
    expect(await listAssignments(database, application.id)).toEqual([team, ada]);
    expect(await assignmentsOfPrincipals(database, application.id, [guid(6), guid(1)])).toEqual([ada]);
    expect(await assignmentsOfPrincipals(database, guid(1), [guid(6)])).toEqual([]);
    expect(await assignmentsOfPrincipals(database, application.id, [])).toEqual([]);
    const many = Array.from({ length: 501 }, (_, index) => (index === 500 ? guid(7) : String(index)));
    expect(await assignmentsOfPrincipals(database, application.id, many)).toEqual([team]);
    expect(await deleteAssignment(database, ada.id)).toBe(true);
    expect(await deleteAssignment(database, ada.id)).toBe(false);
    await deleteApplication(database, application.id);
    expect(await listAssignments(database, application.id)).toEqual([]);
  });

  test('update only the given properties of a job, and clear those that are null', async () => {
    const { database, tenant, clock } = opened;
    const { application, job } = plainApplication(tenant, guid(3), 'With a job');
    await insertApplication(database, application);
    await insertJob(database, job);
    expect(job.id).toBe(`scim.${tenant.id.replaceAll('-', '')}.${application.id}`);
    expect(await findJob(database, job.id)).toEqual(job);
    expect(await findJobOfApplication(database, application.id)).toEqual(job);
    expect(await findJobOfApplication(database, guid(1))).toBeUndefined();

    const now = clock.now();
    expect(await listDueJobs(database, now)).toEqual([]);
    const change = {
      schema: { directories: [], synchronizationRules: [], version: '2' },
      settings: { QuarantineTooManyDeletesThreshold: '500' },
      scheduleState: 'Active',
      intervalMs: 5_000,
      status: { ...job.status, code: 'Active' },
      watermark: 7,
      nextRunAt: now,
      cycle: startedCycle,
    } as const;
    expect(await updateJob(database, job.id, change)).toBe(true);
    const changed = { ...job, ...change };
    expect(await findJob(database, job.id)).toEqual(changed);
    expect(await listDueJobs(database, now)).toEqual([changed]);
    expect(await listDueJobs(database, new Date(now.getTime() - 1))).toEqual([]);
    expect(await updateJob(database, job.id, {})).toBe(true);
    await updateJob(database, job.id, { cycle: null, watermark: null, nextRunAt: null });
    expect(await findJob(database, job.id)).toEqual({ ...changed, cycle: null, watermark: null, nextRunAt: null });
    expect(await updateJob(database, 'scim.none', { watermark: 1 })).toBe(false);
    await deleteApplication(database, application.id);
    expect(await findJob(database, job.id)).toBeUndefined();
  });

  test('report invalid JSON with an error that names the column, and ignore unknown settings', async () => {
    const { database, tenant } = opened;
    const { application, job } = plainApplication(tenant, guid(3), 'Unreadable');
    await insertApplication(database, application);
    await insertJob(database, { ...job, cycle: startedCycle });
    const columns = {
      schema: ['[]', '{"directories":[]}', '{'],
      settings: ['{"HardDeletesEnabled":false}'],
      status: ['{}', JSON.stringify({ ...job.status, code: 'Paused?' })],
      cycle: ['{"phase":"users"}', JSON.stringify({ ...startedCycle, until: '3' })],
    };
    for (const [column, texts] of Object.entries(columns)) {
      const before = await database
        .selectFrom('entra_jobs')
        .selectAll()
        .where('id', '=', job.id)
        .executeTakeFirstOrThrow();
      for (const text of texts) {
        await database
          .updateTable('entra_jobs')
          .set({ [column]: text })
          .where('id', '=', job.id)
          .execute();
        await expect(findJob(database, job.id), text).rejects.toThrow(`entra_jobs.${column} `);
      }
      await database.updateTable('entra_jobs').set(before).where('id', '=', job.id).execute();
    }
    expect((await findJob(database, job.id))?.cycle).toEqual(startedCycle);
    const settings = JSON.stringify({ ...application.settings, added: 'by a later version' });
    await database.updateTable('entra_applications').set({ settings }).where('id', '=', application.id).execute();
    expect((await findApplication(database, tenant.id, application.id))?.settings).toEqual(application.settings);
    await database.updateTable('entra_applications').set({ settings: '{}' }).where('id', '=', application.id).execute();
    await expect(findApplication(database, tenant.id, application.id)).rejects.toThrow('entra_applications.settings ');
    await deleteApplication(database, application.id);
  });
});
