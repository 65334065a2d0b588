import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { updateJob } from '../application/job-store.ts';
import { requireJob } from './control-job.ts';
import { openTestEngine } from './engine.fixture.ts';
import { openJobRun } from './open-job-run.ts';

test('a job run removes its abort listener when it is closed, and leaves no listener if it cannot be opened', async () => {
  await using on = await openTestEngine();
  const { signal } = new AbortController();
  const listeners = () => getEventListeners(signal, 'abort').length;
  const opened = await openJobRun(on.engine, on.jobId, 'a cycle', { cut: signal });
  expect(listeners()).toBe(1);
  await opened[Symbol.asyncDispose]();
  expect(listeners()).toBe(0);
  const { schema } = await requireJob(on.engine.database, on.jobId);
  const synchronizationRules = schema.synchronizationRules.map((rule) => ({
    ...rule,
    objectMappings: rule.objectMappings.map((mapping) => ({ ...mapping, sourceObjectName: 'Device' })),
  }));
  await updateJob(on.engine.database, on.jobId, { schema: { ...schema, synchronizationRules } });
  await expect(openJobRun(on.engine, on.jobId, 'a cycle', { cut: signal })).rejects.toMatchObject({
    code: 'mappingInvalid',
  });
  expect(listeners()).toBe(0);
});
