import { expect, test } from 'vitest';
import { createApplication } from '../application/applications.ts';
import { openTestEngine } from '../engine/engine.fixture.ts';
import { testLogEntry } from '../logs/log-entry.fixture.ts';
import { insertLog } from '../logs/log-store.ts';
import { pageOfLogs } from './list-logs.ts';

test('paging through provisioning logs finds every entry, even if entries of several jobs have the same time and number', async () => {
  await using on = await openTestEngine();
  const { database } = on.engine;
  const settings = { tenantUrl: 'https://scim.example/scim' };
  const { job } = await createApplication(on.engine, on.tenant, { displayName: 'Other', preset: 'guide', settings });
  const at = on.engine.clock.now();
  for (const [jobId, changeId] of [
    [on.jobId, 'a'],
    [job.id, 'b'],
    [job.id, 'c'],
  ] as const) {
    const { id: tenantId, organizationId } = on.tenant;
    const place = { organizationId, tenantId, jobId, cycleId: on.tenant.id, servicePrincipal: on.application };
    await insertLog(database, place, 1, testLogEntry({ at, sourceId: on.tenant.id, changeId }));
  }
  const seen = new Set<unknown>();
  let skipToken: string | undefined;
  do {
    const page = await pageOfLogs(database, on.tenant.id, { filter: undefined, top: 1, skipToken }, 'quoted');
    for (const { entry: shown } of page.entries) seen.add(shown['changeId']);
    ({ skipToken } = page);
  } while (skipToken !== undefined);
  expect(seen).toEqual(new Set(['a', 'b', 'c']));
});
