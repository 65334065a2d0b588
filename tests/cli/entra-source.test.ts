import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type RunningServer } from '../support/start-server.ts';

let server: RunningServer;
let folder: string;

beforeAll(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), 'tanhua-cli-'));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Runs a command of `tanhua entra` with --json and returns the parsed output. */
async function json(...args: readonly string[]) {
  const result = await server.cli('entra', ...args, '--json');
  expect(result, result.stderr).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(result.stdout);
}

async function failure(...args: readonly string[]) {
  const { code, stderr, stdout } = await server.cli('entra', ...args);
  expect(stdout).toBe('');
  return { code, stderr };
}

test('tanhua entra tenant, user and group create, change and delete a tenant, its users and its groups', async () => {
  expect((await server.cli('entra', 'tenant', 'list')).stdout).toContain('tanhua entra tenant create');
  expect((await failure('user', 'list')).code).toBe(3);
  const created = await json(
    'tenant',
    'create',
    'Contoso',
    '--domain',
    'contoso.example',
    '--users',
    '40',
    '--groups',
    '18',
  );
  expect(created).toMatchObject({ name: 'Contoso', users: 40, groups: 18, deletedUsers: 0 });
  expect((await failure('tenant', 'create', 'CONTOSO')).stderr).toContain('already');
  expect((await failure('tenant', 'create', 'Other', '--users', 'x')).code).toBe(2);

  const ann = await json(
    'user',
    'create',
    'userPrincipalName=ann@contoso.example',
    'displayName=Ann',
    'department=Dyes',
  );
  expect(ann).toMatchObject({ userType: 'Member', mailNickname: 'ann', accountEnabled: true });
  const group = await json('group', 'create', 'Dyers', '--rule', 'user.department -eq "dyes"');
  expect(await json('group', 'show', 'dyers')).toMatchObject({
    objectId: group.objectId,
    members: [{ id: ann.objectId, name: 'ann@contoso.example' }],
  });
  expect((await failure('group', 'add-member', 'Dyers', 'ann@contoso.example')).stderr).toContain(
    'follow from its rule',
  );
  expect((await failure('group', 'rule', 'Dyers', 'user.x -eq null')).stderr).toContain('position 0');
  expect(await json('group', 'rule', 'Dyers')).toMatchObject({ membershipRule: null, members: 1 });
  expect(await json('group', 'add-member', 'Dyers', 'ann@contoso.example', 'Guests')).toMatchObject({
    changed: [expect.any(String)],
  });
  expect((await json('group', 'remove-member', 'Dyers', 'ANN@contoso.example')).changed).toEqual([ann.objectId]);
  await json('group', 'delete', 'Dyers');
  expect((await failure('group', 'show', 'Dyers')).code).toBe(3);

  const [, head] = await json('user', 'list', '--limit', '2');
  const assignments = ['city=Lund', 'department=', 'otherMails=["a@x.example"]', `manager=${head.userPrincipalName}`];
  const updated = await json('user', 'update', 'ann@contoso.example', ...assignments);
  expect(updated).toMatchObject({ city: 'Lund', otherMails: ['a@x.example'], manager: head.objectId });
  expect(updated).not.toHaveProperty('department');
  expect((await failure('user', 'update', 'ann@contoso.example', 'hat=x')).stderr).toContain('not an attribute');
  expect(await json('user', 'disable', ann.objectId)).toMatchObject({ accountEnabled: false });
  expect(await json('user', 'enable', ann.objectId)).toMatchObject({ accountEnabled: true });
  await json('user', 'delete', 'ann@contoso.example');
  expect(await json('user', 'list', '--deleted')).toMatchObject([{ objectId: ann.objectId }]);
  expect(await json('user', 'restore', 'ann@contoso.example')).not.toHaveProperty('deleted');
  await json('user', 'purge', 'ann@contoso.example');
  expect((await failure('user', 'show', 'ann@contoso.example')).code).toBe(3);
});

test('tanhua entra tenant change applies random changes, and tenant import reads users and groups from files', async () => {
  const changes = await json('tenant', 'change', '--count', '15', '--seed', '3');
  expect(changes.applied.length + changes.skipped).toBe(15);

  const file = join(folder, 'users.csv');
  await writeFile(file, 'userPrincipalName,displayName\nben@contoso.example,Ben\ncarl,Carl\n');
  expect((await failure('tenant', 'import', '--csv', file)).stderr).toContain('line 3');
  await writeFile(file, 'userPrincipalName,displayName\nben@contoso.example,Ben\n');
  expect(await json('tenant', 'import', '--csv', file)).toMatchObject({ usersCreated: 1, ignored: [] });
  await writeFile(
    file,
    JSON.stringify({ value: [{ displayName: 'Team', members: [{ userPrincipalName: 'ben@contoso.example' }] }] }),
  );
  expect(await json('tenant', 'import', '--graph', file)).toMatchObject({ groupsCreated: 1, membersAdded: 1 });
  expect((await failure('tenant', 'import')).code).toBe(2);
  expect((await failure('tenant', 'import', '--csv', `${file}x`)).code).toBe(2);

  for (const args of [
    ['tenant', 'list'],
    ['tenant', 'show'],
    ['user', 'list'],
    ['group', 'list'],
    ['user', 'show', 'ben@contoso.example'],
    ['group', 'show', 'Team'],
  ]) {
    const forPeople = await server.cli('entra', ...args);
    expect(forPeople, forPeople.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(forPeople.stdout.trim()).not.toBe('');
  }
  await json('tenant', 'create', 'Fabrikam');
  expect((await failure('user', 'list')).stderr).toContain('--tenant');
  expect(await json('user', 'list', '--tenant', 'fabrikam')).toEqual([]);
  await json('tenant', 'delete', 'Fabrikam');
  expect(await json('tenant', 'list')).toHaveLength(1);
});
