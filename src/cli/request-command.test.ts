import fastify from 'fastify';
import { expect, test, vi } from 'vitest';
import { TenantRouter } from '#access/tenant-router.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import { readConfig } from '#base/config.ts';
import { newRequestId } from '#base/request-ids.ts';
import { listIntegrations } from '#integrations/integration-store.ts';
import { listOrganizations } from '#organizations/organization-store.ts';
import { scimServer } from '#scim-server/plugin.ts';
import { openDirectory } from '../app.ts';
import { runCommand, startedFolder } from './run-command.fixture.ts';

// The first call of each command loads its modules. The long timeout allows for a busy machine.
vi.setConfig({ testTimeout: 120_000 });

/** Sends requests as the integration of the directory in the folder of the test. */
async function sendRequests(bodies: readonly object[]): Promise<void> {
  await using deps = openDirectory(readConfig());
  const [organization] = await listOrganizations(deps.database);
  const organizationId = organization?.id ?? '';
  const [integration] = await listIntegrations(deps.database, organizationId);
  const key = newApiKey();
  const owner = { kind: 'integration', integrationId: integration?.id ?? '' } as const;
  await insertApiKey(deps.database, deps.clock, { organizationId, owner, name: 'test', key, expiresAt: null });
  const app = fastify({ genReqId: () => newRequestId(deps.clock.now()) });
  const tenants = new TenantRouter(deps, deps.fleet);
  await app.register(scimServer, { prefix: '/scim/v2', deps, tenants, publicUrl: () => 'http://x' });
  const headers = { authorization: `Bearer ${key}`, 'client-request-id': 'client-1' };
  for (const payload of bodies) await app.inject({ method: 'POST', url: '/scim/v2/Users', headers, payload });
  await app.close();
}

test('tanhua request lists and shows the requests of the organization', async () => {
  await using directory = await startedFolder();
  expect(directory.folder).not.toBe('');
  expect((await runCommand('request', 'list')).stdout).toBe('The request log is empty.\n');
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
  const emails = [{ value: 'ann@contoso.example', type: 'work' }];
  await sendRequests([
    { schemas, userName: 'ann', emails, password: 'a long enough passphrase', shoe: 7 },
    { schemas, userName: 'ann', emails },
  ]);

  const { stdout } = await runCommand('request', 'list', '--id', 'client-1', '--source', 'Entra ID');
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/Z {2}Create ann: refused, another user has this userName {2}\[[\w-]+\]$/);
  const refused = await runCommand('request', 'list', '--outcome', 'refused', 'failed', '--person', 'ANN', '--json');
  const [row] = JSON.parse(refused.stdout);
  expect(row).toMatchObject({ outcome: 'refused', reason: 'userNameTaken' });
  const created = await runCommand('request', 'list', '--outcome', 'accepted', '--from', '2020-01-01', '--json');
  const [accepted] = JSON.parse(created.stdout);
  const shown = (await runCommand('request', 'show', accepted.id)).stdout;
  for (const part of [
    'Create ann → created',
    'passed  key expiry: expected ',
    'POST /scim/v2/Users',
    '"password":"********"',
    '(masked)',
    'shoe (unknown)',
    'unknownAttributes was ignore, is ignore now. What happens to attributes',
    'activationMail was never, is never now. When a new user gets an email',
    'user_create',
    'Not possible: Its body was masked before it was stored.',
  ]) {
    expect(shown).toContain(part);
  }
  expect((await runCommand('request', 'show', row.id)).stdout).toContain("curl -X POST 'http");
  const json = await runCommand('request', 'show', accepted.id, '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ id: accepted.id, content: { operation: null } });
});

test('tanhua request lists pages, filters by method and content, and counts requests', async () => {
  await using directory = await startedFolder();
  expect(directory.folder).not.toBe('');
  await sendRequests(['one', 'two', 'three'].map((userName) => ({ userName })));
  const first = await runCommand('request', 'list', '--limit', '2', '--method', 'POST', '--content');
  const lines = first.stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  const cursor = /--cursor (?<cursor>[\w-]+)$/.exec(lines[2] ?? '')?.groups?.['cursor'] ?? '';
  const second = await runCommand('request', 'list', '--limit', '2', '--cursor', cursor);
  expect(second.stdout).toMatch(/Create one: refused.*\]\n$/);
  const json = await runCommand('request', 'list', '--limit', '2', '--json');
  expect([JSON.parse(json.stdout).length, json.stderr]).toEqual([2, `… there are more: add --cursor ${cursor}\n`]);
  expect((await runCommand('request', 'list', '--method', 'DELETE')).stdout).toBe(
    'The request log does not contain such requests.\n',
  );
  expect((await runCommand('request', 'list', '--cursor', 'x')).stderr).toContain('cursor "x" cannot be used');
  const counted = await runCommand('request', 'summary', '--by', 'kind');
  expect(counted.stdout).toMatch(/Of the requests from .*: 0 accepted, 0 unchanged, 3 refused, 0 failed\./);
  expect(counted.stdout).toMatch(/create\s/);
  expect(JSON.parse((await runCommand('request', 'summary', '--json')).stdout)).toMatchObject({
    totals: { refused: 3 },
  });
});

test('tanhua request replay refuses the options of a pasted request together with an id', async () => {
  await using directory = await startedFolder();
  expect(directory.folder).not.toBe('');
  for (const option of [
    ['--source', 'nope'],
    ['--body', '/nonexistent'],
    ['--method', 'POST'],
    ['--path', '/Users'],
  ]) {
    const { code, stderr } = await runCommand('request', 'replay', 'some-id', ...option);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`together with ${option[0]}`)]);
  }
});

test('tanhua request follow refuses an unknown kind and source', async () => {
  await using directory = await startedFolder();
  expect(directory.folder).not.toBe('');
  const kind = await runCommand('request', 'follow', '--kind', 'create,guess');
  expect([kind.code, kind.stderr]).toEqual([
    2,
    expect.stringContaining('"guess" is not a kind of request. The kinds are: create,'),
  ]);
  expect(await runCommand('request', 'follow', '--source', 'Okta')).toMatchObject({ code: 3 });
});

test('tanhua request refuses an unknown id, source and time', async () => {
  await using directory = await startedFolder();
  expect(directory.folder).not.toBe('');
  expect(await runCommand('request', 'show', 'unknown')).toMatchObject({ code: 3 });
  const reason = await runCommand('request', 'list', '--reason', 'emailMising');
  expect([reason.code, reason.stderr]).toEqual([2, expect.stringContaining('Did you mean emailMissing?')]);
  const source = await runCommand('request', 'list', '--source', 'Okta');
  expect([source.code, source.stderr]).toEqual([3, expect.stringContaining('There is no integration "Okta"')]);
  const time = await runCommand('request', 'list', '--from', 'yesterday');
  expect([time.code, time.stderr]).toEqual([2, expect.stringContaining('--from is "yesterday"')]);
});
