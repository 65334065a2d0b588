import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changedValues } from '../../../tests/support/changed-values.ts';
import { repositoryFiles } from '../../../tests/support/repository-files.ts';
import { decodeOpaque, encodeOpaque } from '#base/opaque-text.ts';
import { testLogEntry } from '../logs/log-entry.fixture.ts';
import { insertLog } from '../logs/log-store.ts';
import { openTestProvisioning, type TestProvisioning } from './provisioning.fixture.ts';

let on: TestProvisioning;
let groupId: string;
let deltaLink: string;
beforeAll(async () => {
  on = await openTestProvisioning();
  const { client, application } = on;
  const [ann, bea, cleo, dora] = [
    await on.makeUser('ann'),
    await on.makeUser('bea'),
    await on.makeUser('cleo'),
    await on.makeUser('dora'),
  ];
  await client.groups.create({ displayName: 'one' });
  ({ id: groupId } = await client.groups.create({ displayName: 'two' }));
  for (const member of [ann, bea]) {
    await client.groups.addMember(groupId, member.id);
    await on.assign(member);
  }
  for (const user of [cleo, dora]) await client.users.delete(user.id);
  await client.servicePrincipals.instantiate({ displayName: 'Other', preset: 'guide' });
  const [tenant] = (await client.tenants.list()).value;
  const at = on.graph.directory.deps.clock.now();
  for (const changeId of ['a', 'b']) {
    const tenantId = tenant?.id ?? '';
    const place = {
      organizationId: on.graph.organizationId,
      tenantId,
      jobId: on.jobId,
      cycleId: tenantId,
      servicePrincipal: { id: application.id, appId: application.appId, displayName: application.displayName },
    };
    await insertLog(on.graph.directory.deps.database, place, 1, testLogEntry({ at, sourceId: ann.id, changeId }));
  }
  let page = await client.users.delta({ top: 10 });
  while (page['@odata.nextLink'] !== undefined) page = await client.follow(page['@odata.nextLink']);
  deltaLink = page['@odata.deltaLink'] ?? '';
});
afterAll(() => on[Symbol.asyncDispose]());

/** Each list with tokens: the path of its first page. */
const lists: Readonly<Record<string, () => string>> = {
  users: () => '/users?$top=1',
  'users, descending': () => '/users?$top=1&$orderby=displayName%20desc',
  'users with a filter': () => "/users?$top=1&$count=true&$filter=startswith(mailNickname,'')",
  groups: () => '/groups?$top=1',
  'deleted users': () => '/directory/deletedItems/microsoft.graph.user?$top=1',
  'deleted items': () => '/directory/deletedItems?$top=1',
  members: () => `/groups/${groupId}/members?$top=1`,
  'service principals': () => '/servicePrincipals?$top=1',
  assignments: () => `/servicePrincipals/${on.application.id}/appRoleAssignedTo?$top=1`,
  logs: () => '/auditLogs/provisioning?$top=1',
  'logs with a filter': () => "/auditLogs/provisioning?$top=1&$filter=jobId%20eq%20'" + on.jobId + "'",
  'all users of a delta query': () => '/users/delta?$top=1',
  'all groups of a delta query': () => '/groups/delta?$top=1',
};

/**
 * Sends a request with each changed token, and checks that it is answered, or refused with an error in the form of Graph. Returns their number.
 */
async function sendChanged(path: string, parameter: string, token: string): Promise<number> {
  const next = async (text: string) =>
    await on.graph.send('GET', `${path}${path.includes('?') ? '&' : '?'}${parameter}=${encodeURIComponent(text)}`);
  expect(await next(token)).toMatchObject({ status: 200 });
  const texts = [...changedValues(decodeOpaque(token))].map((value) => [JSON.stringify(value), encodeOpaque(value)]);
  // Texts that are not a token at all, and one that is not complete.
  for (const text of ['x', '\0', '%', 'ÿ', token.slice(0, -3), `${token}x`]) texts.push([text, text]);
  for (const [shown = '', text = ''] of texts) {
    const { status, text: answer, body } = await next(text);
    if (status === 200) {
      expect(Array.isArray(body.value), `${shown}: ${answer}`).toBe(true);
      continue;
    }
    // Changes before the oldest one in the log: Graph's code for a link that has expired.
    const isExpired = parameter === '$deltatoken' || path.includes('/delta');
    expect(isExpired ? [400, 410] : [400], `${shown}: ${answer}`).toContain(status);
    expect(body.error, shown).toEqual({
      code: status === 410 ? 'SyncStateNotFound' : 'Request_BadRequest',
      message: expect.stringMatching(/\w.*\.$/),
      innerError: expect.objectContaining({
        error_code: expect.stringMatching(status === 410 ? /^deltaExpired$/ : /^(invalidQuery|invalidBody)$/),
      }),
    });
  }
  return texts.length;
}

describe('a token that a client changed', () => {
  test.for(Object.keys(lists))('is refused, or returns a page: %s', async (name) => {
    const path = lists[name]?.() ?? '';
    const first = await on.graph.send('GET', path);
    const link = new URL(first.body?.['@odata.nextLink'] ?? `missing:${first.text}`);
    expect(await sendChanged(path, '$skiptoken', link.searchParams.get('$skiptoken') ?? '')).toBeGreaterThan(20);
  });

  test('is refused, or returns changes: a delta link', async () => {
    const token = new URL(deltaLink).searchParams.get('$deltatoken') ?? '';
    expect(await sendChanged('/users/delta', '$deltatoken', token)).toBeGreaterThan(20);
  });

  test('is in a test above for every file that reads one', () => {
    const reading = repositoryFiles('src/entra').filter(
      (file) => !file.endsWith('.test.ts') && /readToken\('\$/.test(readFileSync(file, 'utf8')),
    );
    expect(reading.toSorted()).toEqual([
      'src/entra/graph-api/list-logs.ts',
      'src/entra/graph-api/list-objects.ts',
      'src/entra/graph-api/routes/assignment-routes.ts',
      'src/entra/graph-api/routes/delta-routes.ts',
      'src/entra/graph-api/routes/member-routes.ts',
      'src/entra/graph-api/routes/service-principal-routes.ts',
    ]);
  });
});
