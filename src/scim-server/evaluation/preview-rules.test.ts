import { afterAll, beforeAll, expect, test } from 'vitest';
import { wholeDatabase } from '../../../tests/support/whole-database.ts';
import { listIntegrations } from '#integrations/integration-store.ts';
import type { Rules } from '#integrations/rules.ts';
import { openTestScimServer, type TestScimServer } from '../scim-server.fixture.ts';
import {
  PREVIEW_EVALUATED_MAX,
  PREVIEW_LISTED_MAX,
  PREVIEW_READ_MAX,
  PREVIEW_SKIPPED_LISTED_MAX,
  previewLimits,
  previewRules,
  type PreviewLimits,
} from './preview-rules.ts';

let server: TestScimServer;

beforeAll(async () => {
  server = await openTestScimServer('strict');
  const email = (name: string) => ({ emails: [{ type: 'work', primary: true, value: `${name}@contoso.example` }] });
  await server.send('POST', '/Users', { userName: 'ann', ...email('ann') });
  for (const _ of [1, 2]) await server.send('POST', '/Users', { userName: 'bob' });
  await server.send('POST', '/Users', { userName: 'carl' });
  await server.send('POST', '/Users', { userName: 'carl', ...email('carl') });
  await server.send('POST', '/Users', { userName: 'dora', password: 'a long pass phrase', ...email('dora') });
  const { body: eve } = await server.send('POST', '/Users', { userName: 'eve', ...email('eve') });
  await server.send('DELETE', `/Users/${eve.id}`);
  await server.send('POST', '/Groups', { displayName: 'Staff' });
});
afterAll(() => server[Symbol.asyncDispose]());

async function preview(rules: Partial<Rules>, limits: Partial<PreviewLimits> = {}) {
  const { deps, caller } = server.directory;
  const { organizationId } = caller.origin;
  const [integration] = await listIntegrations(deps.database, organizationId);
  if (integration === undefined) throw new Error('the test directory has an integration');
  const context = { deps, organizationId, baseUrl: 'http://x/scim/v2' };
  return await previewRules(context, integration, { ...integration.rules, ...rules }, { ...previewLimits, ...limits });
}

test('the same rules change nothing', async () => {
  expect(await preview({})).toMatchObject({ people: 0, groups: 0, differences: [], isPartial: false });
});

test('counts each person once who would be accepted', async () => {
  const before = await wholeDatabase(server.directory.deps.database);
  const found = await preview({ email: 'optional' });
  // Dora’s password was masked.
  const [masked] = found.skipped;
  expect(found.skipped).toMatchObject([{ reason: 'bodyMasked', count: 1, requestIds: [expect.any(String)] }]);
  expect(masked?.text).toMatch(/^its body contained a secret/);
  // Bob was refused twice. Carl’s newest request was accepted.
  expect(found).toMatchObject({ people: 1, groups: 0, notReplayable: 1, read: 9 });
  expect(found.differences.map(({ name, today, proposed }) => [name, today.decision, proposed.decision])).toEqual([
    ['bob', 'refused', 'created'],
  ]);
  expect(found.kinds).toEqual({ accepted: 1, refused: 0, effect: 0, reason: 0 });
  expect(found.period?.from.getTime()).toBeLessThanOrEqual(found.period?.to.getTime() ?? 0);
  expect(await wholeDatabase(server.directory.deps.database)).toEqual(before);
});

test('lists the ids of at most PREVIEW_SKIPPED_LISTED_MAX requests for one reason', async () => {
  expect(PREVIEW_SKIPPED_LISTED_MAX).toBe(5);
  const atLimit = await preview({}, { skippedListed: 1 });
  expect(atLimit.skipped.map(({ count, requestIds }) => [count, requestIds.length])).toEqual([[1, 1]]);
  const pastLimit = await preview({}, { skippedListed: 0 });
  expect(pastLimit.skipped.map(({ count, requestIds }) => [count, requestIds.length])).toEqual([[1, 0]]);
});

test('counts people and groups that would be refused', async () => {
  const found = await preview({ create: false });
  expect(found.groups).toBe(1);
  const refused = found.differences.filter(({ proposed }) => proposed.error?.code === 'operationOff');
  expect(new Set(refused.map(({ name }) => name))).toEqual(new Set(['Staff', 'ann', 'bob', 'carl', 'eve']));
  // Bob is refused today, too, because his email is missing.
  expect(found.kinds).toEqual({ accepted: 0, refused: 4, effect: 0, reason: 1 });
  expect(found.differences.find(({ name }) => name === 'bob')?.kind).toBe('reason');
});

test('another state of the new user, and another effect of a deletion, are differences', async () => {
  const staged = await preview({ newUserState: 'STAGED' });
  expect(staged.differences.map(({ name }) => name)).toEqual(['eve', 'carl', 'ann']);
  expect(staged.kinds).toEqual({ accepted: 0, refused: 0, effect: 3, reason: 0 });
  const suspended = await preview({ deleteAction: 'suspend' });
  expect(suspended.differences.map(({ name, today, proposed }) => [name, today.decision, proposed.decision])).toEqual([
    ['eve', 'deleted', 'changed'],
  ]);
});

test('reads up to its limit of writes, evaluates up to its limit of requests, and lists up to its limit of people', async () => {
  const all = await preview({ create: false });
  const read = await preview({ create: false }, { read: all.read });
  expect([read.isPartial, read.read]).toEqual([false, all.read]);
  expect(await preview({ create: false }, { read: all.read - 1 })).toMatchObject({
    isPartial: true,
    read: all.read - 1,
  });
  const evaluated = all.evaluated + all.notReplayable;
  expect(await preview({ create: false }, { evaluated })).toMatchObject({ isPartial: false, people: all.people });
  expect(await preview({ create: false }, { evaluated: evaluated - 1 })).toMatchObject({ isPartial: true });
  const listed = all.differences.length;
  expect((await preview({ create: false }, { listed })).differences).toHaveLength(listed);
  const fewer = await preview({ create: false }, { listed: listed - 1 });
  expect([fewer.differences.length, fewer.people]).toEqual([listed - 1, all.people]);
  expect(previewLimits).toEqual({
    read: PREVIEW_READ_MAX,
    evaluated: PREVIEW_EVALUATED_MAX,
    listed: PREVIEW_LISTED_MAX,
    skippedListed: PREVIEW_SKIPPED_LISTED_MAX,
  });
});

test('finds the writes of the integration behind newer reads and newer requests of other senders', async () => {
  const { deps, caller, clock } = server.directory;
  const { organizationId } = caller.origin;
  const at = clock.now().getTime() + 1;
  const row = {
    organization_id: organizationId,
    at,
    method: 'POST',
    resource_type: 'User',
    outcome: 'accepted',
    status: 201,
    count: 1,
  } as const;
  const integration = caller.origin.integration?.id ?? null;
  const others = [
    { kind: 'read', integration_id: integration, size: 0, count: 40 },
    { kind: 'create', integration_id: 'another', size: 9, detail: '{}' },
    { kind: 'create', integration_id: null, size: 9, detail: '{}' },
    { kind: 'search', integration_id: integration, size: 9, detail: '{}' },
    { kind: 'create', integration_id: integration, size: 0 },
  ];
  await deps.database
    .insertInto('requests')
    .values(others.map((other, index) => ({ ...row, ...other, id: `other-${index}`, request_id: `other-${index}` })))
    .execute();
  const before = await preview({ email: 'optional' });
  const limited = await preview({ email: 'optional' }, { read: before.read });
  expect(limited).toMatchObject({ people: 1, read: 9, evaluated: before.evaluated, isPartial: false });
  expect(before).toMatchObject({ people: 1, read: 9, period: limited.period });
});
