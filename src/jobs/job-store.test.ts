import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { setMoveState } from '#shards/move-store.ts';
import {
  countJobResults,
  deleteOldJobs,
  findJob,
  findUnfinishedJobs,
  insertJob,
  insertJobResult,
  listJobResults,
  listJobs,
  updateJob,
} from './job-store.ts';

let directory: TestDirectory;
let organizationId: string;
beforeAll(async () => {
  directory = await openTestDirectory();
  ({ organizationId } = directory.caller.origin);
});
afterAll(() => directory[Symbol.asyncDispose]());

const database = () => directory.deps.database;
async function newJob(organization = organizationId): Promise<string> {
  directory.clock.advance(1);
  const actor = { type: 'administrator', id: 'a', name: 'Ann' } as const;
  const draft = { organizationId: organization, kind: 'import', total: 2, input: 'sealed', actor };
  return await insertJob(database(), directory.clock, draft);
}
const finish = async (id: string) =>
  await updateJob(database(), id, { state: 'finished', done: 2, input: '', finishedAt: directory.clock.now() });
const newOrganization = async () => (await directory.newCaller('Other')).origin.organizationId;

describe('a job', () => {
  test('is found with the values that it was created with, and only in its own organization', async () => {
    const id = await newJob();
    const job = {
      id,
      organizationId,
      kind: 'import',
      state: 'waiting',
      total: 2,
      done: 0,
      input: 'sealed',
      actor: { type: 'administrator', id: 'a', name: 'Ann' },
      createdAt: directory.clock.now(),
      finishedAt: null,
    };
    expect(await findJob(database(), organizationId, id)).toEqual(job);
    expect(await findJob(database(), await newOrganization(), id)).toBeUndefined();
  });

  test('keeps the fields that an update does not set', async () => {
    const id = await newJob();
    await updateJob(database(), id, { state: 'running' });
    expect(await findJob(database(), organizationId, id)).toMatchObject({ state: 'running', done: 0, input: 'sealed' });
    await finish(id);
    expect(await findJob(database(), organizationId, id)).toMatchObject({
      state: 'finished',
      done: 2,
      input: '',
      finishedAt: directory.clock.now(),
    });
  });

  test('is listed in the pages of its organization, newest first, without its input', async () => {
    const organization = await newOrganization();
    const ids = [await newJob(organization), await newJob(organization), await newJob(organization)];
    const page = async (skip: number, limit: number) => await listJobs(database(), organization, { skip, limit });
    expect((await page(0, 10)).map(({ id }) => id)).toEqual(ids.toReversed());
    expect((await page(1, 1)).map(({ id }) => id)).toEqual([ids[1]]);
    expect((await page(0, 1))[0]).not.toHaveProperty('input');
  });
});

describe('unfinished jobs', () => {
  test('are the waiting and running jobs of all organizations, oldest first', async () => {
    for (const { id } of await findUnfinishedJobs(database())) await finish(id);
    const other = await newOrganization();
    const [first, second, done] = [await newJob(other), await newJob(), await newJob()];
    await updateJob(database(), second, { state: 'running' });
    await finish(done);
    expect(await findUnfinishedJobs(database())).toEqual([
      { id: first, organizationId: other },
      { id: second, organizationId },
    ]);
  });

  test('do not include jobs of an organization that is moving between shards', async () => {
    const other = await newOrganization();
    const id = await newJob(other);
    await setMoveState(database(), other, 'copying');
    expect((await findUnfinishedJobs(database())).map((job) => job.id)).not.toContain(id);
    await database().deleteFrom('moves').where('organization_id', '=', other).execute();
    expect((await findUnfinishedJobs(database())).map((job) => job.id)).toContain(id);
  });
});

describe('the results of a job', () => {
  const result = (row: number, status: 'finished' | 'failed') => ({
    row,
    status,
    message: null,
    userId: null,
    body: null,
  });

  test('are listed by row number in pages, and counted by status', async () => {
    const job = { id: await newJob(), organizationId };
    for (const [row, status] of [
      [3, 'finished'],
      [1, 'failed'],
      [2, 'finished'],
    ] as const) {
      await insertJobResult(database(), directory.clock, job, result(row, status));
    }
    const rows = async (skip: number, limit: number) =>
      (await listJobResults(database(), job.id, { skip, limit })).map(({ row, status }) => [row, status]);
    expect(await rows(0, 10)).toEqual([
      [1, 'failed'],
      [2, 'finished'],
      [3, 'finished'],
    ]);
    expect(await rows(1, 1)).toEqual([[2, 'finished']]);
    expect(await countJobResults(database(), job.id)).toEqual({ finished: 2, failed: 1 });
    expect(await countJobResults(database(), await newJob())).toEqual({ finished: 0, failed: 0 });
  });

  test('cannot be inserted twice for a row, so that a resumed job processes no row twice', async () => {
    const job = { id: await newJob(), organizationId };
    await insertJobResult(database(), directory.clock, job, result(1, 'finished'));
    await expect(insertJobResult(database(), directory.clock, job, result(1, 'finished'))).rejects.toThrow(/unique/i);
  });
});

test('deleteOldJobs deletes jobs that finished before the given time, with their results, but no unfinished jobs', async () => {
  const ended = { id: await newJob(), organizationId };
  const row = { row: 1, status: 'finished', message: null, userId: null, body: null } as const;
  await insertJobResult(database(), directory.clock, ended, row);
  await finish(ended.id);
  const endedAt = directory.clock.now();
  const waiting = await newJob();
  await deleteOldJobs(database(), endedAt);
  expect(await findJob(database(), organizationId, ended.id)).toBeDefined();
  await deleteOldJobs(database(), new Date(endedAt.getTime() + 1));
  expect(await findJob(database(), organizationId, ended.id)).toBeUndefined();
  expect(await countJobResults(database(), ended.id)).toEqual({ finished: 0, failed: 0 });
  await deleteOldJobs(database(), new Date(directory.clock.now().getTime() + 1));
  expect(await findJob(database(), organizationId, waiting)).toBeDefined();
});
