import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scimClient } from '../support/http-client.ts';
import { runCli, startServer, type RunningServer } from '../support/start-server.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer();
  const client = scimClient(server.scimUrl, server.key);
  const user = await client.post('/Users', {
    userName: 'carol',
    displayName: 'Carol',
    emails: [{ value: 'carol@contoso.example' }],
  });
  await client.post('/Groups', { displayName: 'Staff', members: [{ value: user.body.id }] });
  await client.post('/Users', { userName: 'bob@contoso.example', emails: [{ value: 'bob@contoso.example' }] });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const lists: readonly (readonly string[])[] = [
  ['key', 'list'],
  ['integration', 'list'],
  ['admin', 'list'],
  ['user', 'list'],
  ['group', 'list'],
  ['event', 'list'],
];

describe('a command', () => {
  test.for([
    ...lists,
    ['integration', 'show'],
    ['organization', 'show'],
    ['user', 'show', 'carol'],
    ['group', 'show', 'Staff'],
    ['event', 'summary', '--by', 'type', '--bucket', 'day'],
    ['config'],
    ['doctor'],
    ['migrate'],
  ])('prints readable text, and JSON with --json: %j', async (args) => {
    const forPeople = await server.cli(...args);
    expect(forPeople, forPeople.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(forPeople.stdout.trim()).not.toBe('');
    const json = await server.cli(...args, '--json');
    expect(json.code).toBe(0);
    expect(() => JSON.parse(json.stdout)).not.toThrow();
  });

  test('has help, and the help of the program lists it', async () => {
    const help = await runCli(['--help']);
    expect(help.code).toBe(0);
    expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    for (const command of [
      'start',
      'key',
      'admin',
      'integration',
      'organization',
      'user',
      'group',
      'event',
      'config',
      'doctor',
      'migrate',
      'conformance',
      'entra',
    ]) {
      expect(help.stdout).toContain(command);
      expect((await runCli([command, '--help'])).code).toBe(0);
    }
  });
});

describe('adoptions', () => {
  const post = async (path: string, body: object) => {
    const headers = { 'x-api-key': server.key, 'content-type': 'application/json' };
    const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.ok, path).toBe(true);
    return (await answer.json()) as { readonly _id: string; readonly id: string };
  };
  const newUser = async (username: string) =>
    (
      await post('/api/systemusers', {
        username,
        email: `${username}@contoso.example`,
        password: 'a long enough sentence',
      })
    )._id;
  const replace = async (id: string, path: string, value: string) =>
    (
      await scimClient(server.scimUrl, server.key).patch(`/Users/${id}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path, value }],
      })
    ).status;
  const move = (id: string) => replace(id, 'emails[type eq "work"].value', `${id}@contoso.example`);

  test('are listed, and confirmed individually or all at once', async () => {
    const ids = [await newUser('dora'), await newUser('erin'), await newUser('finn')];
    for (const id of ids) expect([await replace(id, 'displayName', 'Other'), await move(id)]).toEqual([200, 403]);
    const listed = await server.cli('user', 'adoptions', '--limit', '2');
    expect(listed.stdout).toContain('Entra ID');
    expect(listed.stdout).toContain('… there are more');
    const one = await server.cli('user', 'adopt', 'dora');
    expect(one, one.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('Entra ID') });
    const all = await server.cli('user', 'adopt', '--pending', '--integration', 'entra id', '--json');
    expect(JSON.parse(all.stdout).confirmed.toSorted()).toEqual(ids.slice(1).toSorted());
    expect((await server.cli('user', 'adoptions')).stdout).toContain('There are no unconfirmed adoptions');
    for (const id of ids) expect(await move(id)).toBe(200);
  });

  test('can be confirmed only for one user or with --pending, and only for an existing integration', async () => {
    expect((await server.cli('user', 'adopt')).code).toBe(2);
    expect((await server.cli('user', 'adopt', 'carol', '--pending')).code).toBe(2);
    const unknown = await server.cli('user', 'adopt', 'carol', '--integration', 'Okta');
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('"Entra ID"') });
  });

  test('of a group assign the group to an integration', async () => {
    const { id } = await post('/api/v2/usergroups', { name: 'By hand' });
    const { stdout } = await server.cli('group', 'adopt', 'By hand', '--integration', 'Entra ID', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ id, integrationId: expect.any(String) });
    expect((await server.cli('group', 'adopt', 'By hand')).code).toBe(2);
  });
});

test('event list --refused shows why a user was not created', async () => {
  const answer = await server.cli('event', 'list', '--target', 'bob@contoso.example', '--refused');
  expect(answer.stdout).toContain('request_refused');
  expect(answer.stdout).toContain('mailNickname');
});

test('user show prints the state of the user and its events, and user timeline a sentence about each', async () => {
  expect((await server.cli('user', 'show', 'CAROL@contoso.example')).stdout).toMatch(/Password Pending[^]*user_create/);
  expect((await server.cli('user', 'timeline', 'carol')).stdout).toMatch(/^Carol is [^]* created carol\.[^]*Request /);
});

describe('searching for a user', () => {
  const emails = (name: string) => [{ value: `${name}@contoso.example` }];
  const post = (path: string, body: object) => scimClient(server.scimUrl, server.key).post(path, body);

  test('finds a refused request by any name of the user, with the reason and the remedy', async () => {
    const names = { displayName: 'Max Möller', externalId: 'M-1001', emails: emails('max.moeller') };
    expect((await post('/Users', { userName: 'max@fabrikam.example', ...names })).status).toBe(400);
    for (const name of ['MAX@fabrikam.example', 'max möller', 'm-1001', 'Max.Moeller@contoso.example']) {
      const listed = await server.cli('event', 'list', '--target', name);
      expect(listed.stdout, name).toContain('request_refused');
      const shown = await server.cli('user', 'show', name);
      expect(shown.code).toBe(3);
      expect(shown.stderr).toMatch(
        /There is no user [^]*Its last POST request was refused [^]*userNameNotAllowed[^]*In Entra ID, map /,
      );
      const { error } = JSON.parse((await server.cli('user', 'show', name, '--json')).stderr);
      expect(error).toMatchObject({ code: 'notFound', exitCode: 3, refusal: { error_code: 'userNameNotAllowed' } });
    }
  });

  test('reports a deleted user and the command that restores it', async () => {
    const { body } = await post('/Users', { userName: 'olga', displayName: 'Olga D.', emails: emails('olga') });
    await scimClient(server.scimUrl, server.key).delete(`/Users/${body.id}`);
    for (const name of [body.id, 'olga', 'OLGA@contoso.example', 'olga d.']) {
      const shown = await server.cli('user', 'show', name);
      expect(shown).toMatchObject({ code: 3, stdout: '' });
      expect(shown.stderr).toContain(`tanhua user restore ${body.id}`);
    }
  });

  test('by a name that several users have lists the matches and selects none of them', async () => {
    const ids: string[] = [];
    for (const name of ['kim1', 'kim2']) {
      ids.push((await post('/Users', { userName: name, displayName: 'Kim Lee', emails: emails(name) })).body.id);
    }
    const shown = await server.cli('user', 'show', 'KIM LEE');
    expect(shown).toMatchObject({ code: 2, stdout: '' });
    for (const id of ids) expect(shown.stderr).toContain(id);
    const { error } = JSON.parse((await server.cli('user', 'show', 'kim lee', '--json')).stderr);
    expect(error.matches.map((match: { id: string }) => match.id).toSorted()).toEqual(ids.toSorted());
  });

  test('without a match prints the attributes that were searched, what that means, and similar names', async () => {
    const listed = await server.cli('event', 'list', '--target', 'carol@fabrikam.example');
    expect(listed.code).toBe(0);
    for (const text of [
      'There are no events about "carol@fabrikam.example"',
      'userName, username, email, displayName and externalId of users',
      'kept for 90 days',
      'emails[type eq "work"].value',
      'Similar names: "carol"',
    ]) {
      expect(listed.stdout).toContain(text);
    }
    expect((await server.cli('user', 'show', 'carol@fabrikam.example')).stderr).toContain('kept for 90 days');
    const json = await server.cli('event', 'list', '--target', 'carol@fabrikam.example', '--json');
    expect(json.stdout).toBe('[]\n');
    expect(json.stderr).toContain('Similar names');
    const refused = await server.cli('event', 'list', '--target', 'carol', '--refused');
    expect(refused.stdout).toContain('There are events about "carol", but none of this kind');
  });

  test('shows the values of custom schemas, and a manager who does not exist yet', async () => {
    const urn = 'urn:contoso:scim:schemas:desk:2.0:User';
    await post('/Schemas', { id: urn, name: 'Desk', attributes: [{ name: 'floor' }] });
    const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const body = {
      userName: 'nina',
      emails: emails('nina'),
      [urn]: { floor: '7' },
      [enterprise]: { manager: { value: 'boss-1' } },
    };
    expect((await post('/Users', body)).status).toBe(201);
    const shown = await server.cli('user', 'show', 'nina');
    expect(shown.stdout).toMatch(/^urn:contoso:scim:schemas:desk:2.0:User:floor +7$/m);
    expect(shown.stdout).toMatch(/^manager +boss-1 \(awaited: /m);
    const json = JSON.parse((await server.cli('user', 'show', 'nina', '--json')).stdout);
    expect(json).toMatchObject({ awaitedManager: 'boss-1', scim: { [urn]: { floor: '7' } } });
  });
});

test.for(['user', 'group'])(
  '%s list --after continues after the last entry of a page, and --all lists all entries',
  async (kind) => {
    const all = JSON.parse((await server.cli(kind, 'list', '--all', '--limit', '1', '--json')).stdout);
    expect(all.length).toBeGreaterThan(0);
    const pages: unknown[] = [];
    let after: readonly string[] = [];
    for (;;) {
      const page = JSON.parse((await server.cli(kind, 'list', '--limit', '1', ...after, '--json')).stdout);
      if (page.length === 0) break;
      pages.push(...page);
      after = ['--after', page[0].id];
    }
    expect(pages).toEqual(all);
    expect(await server.cli(kind, 'list', '--after', 'nothing')).toMatchObject({ code: 3, stdout: '' });
  },
);

test('user list accepts a SCIM filter, and explains an invalid one', async () => {
  expect(JSON.parse((await server.cli('user', 'list', '--filter', 'userName sw "CA"', '--json')).stdout)).toHaveLength(
    1,
  );
  expect(JSON.parse((await server.cli('user', 'list', '--filter', 'userName sw "x"', '--json')).stdout)).toHaveLength(
    0,
  );
  const bad = await server.cli('user', 'list', '--filter', 'userName like "x"');
  expect(bad.code).toBe(2);
  expect(bad.stderr).toContain('like');
});

test('user restore restores a deleted user with its memberships, under another name if the previous name is taken', async () => {
  const client = scimClient(server.scimUrl, server.key);
  const user = await client.post('/Users', { userName: 'dave', emails: [{ value: 'dave@contoso.example' }] });
  const group = await client.post('/Groups', { displayName: 'Daves', members: [{ value: user.body.id }] });
  expect((await client.delete(`/Users/${user.body.id}`)).status).toBe(204);
  expect((await client.get(`/Groups/${group.body.id}`)).body).not.toHaveProperty('members');
  expect((await server.cli('user', 'show', 'dave')).code).toBe(3);
  expect((await server.cli('user', 'restore', 'dave')).code).toBe(0);
  expect((await client.get(`/Users/${user.body.id}`)).body).toMatchObject({
    userName: 'dave',
    groups: [{ display: 'Daves' }],
  });
  const again = await server.cli('user', 'restore', 'dave');
  expect(again.code).toBe(3);

  await client.delete(`/Users/${user.body.id}`);
  await client.post('/Users', { userName: 'DAVE', emails: [{ value: 'other@contoso.example' }] });
  const taken = await server.cli('user', 'restore', user.body.id);
  expect(taken.code).toBe(2);
  expect(taken.stderr).toContain('already belongs to the user "DAVE"');
  expect(taken.stderr).toContain('--username NEW');
  expect((await server.cli('user', 'list', '--deleted')).stdout).toContain(user.body.id);
  const renamed = await server.cli('user', 'restore', user.body.id, '--username', 'dave2');
  expect(renamed.stdout).toContain('Restored "dave2"');
  expect((await client.get(`/Users/${user.body.id}`)).body).toMatchObject({ userName: 'dave2' });
});

test('organization set changes the password policy while the directory runs, and records an event', async () => {
  const client = scimClient(server.scimUrl, server.key);
  const emails = [{ value: 'gwen@contoso.example' }];
  const gwen = { userName: 'gwen', emails, password: 'no digit in here' };
  const set = await server.cli('organization', 'set', 'passwordNeedsNumber=on', 'PASSWORDMINLENGTH=20', '--json');
  expect(JSON.parse(set.stdout).settings).toMatchObject({ passwordMinLength: '20', passwordNeedsNumber: 'on' });
  const refused = await client.post('/Users', gwen);
  expect(refused).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
  expect(refused.body.detail).toContain('tanhua organization set passwordMinLength=LENGTH passwordNeedsNumber=off');
  expect(refused.text + server.log()).not.toContain(gwen.password);
  await server.cli('organization', 'set', 'passwordNeedsNumber=off', 'passwordMinLength=8');
  // Setting the same value again changes nothing and records no event.
  await server.cli('organization', 'set', 'passwordMinLength=8');
  expect((await client.post('/Users', gwen)).status).toBe(201);
  const events = await server.cli('event', 'list', '--type', 'organization_update', '--json');
  expect(JSON.parse(events.stdout).map((event: { changes: unknown }) => event.changes)).toEqual([
    [
      { field: 'passwordMinLength', from: 20, to: 8 },
      { field: 'passwordNeedsNumber', from: true, to: false },
    ],
    [
      { field: 'passwordMinLength', from: 8, to: 20 },
      { field: 'passwordNeedsNumber', from: false, to: true },
    ],
  ]);
});

describe('wrong or forbidden use', () => {
  test.for<[readonly string[], number, RegExp]>([
    [['nonsense'], 2, /unknown command/],
    [['user', 'show'], 2, /missing required argument/],
    [['user', 'list', '--limit', '0'], 2, /from 1 to 1000/],
    [['user', 'list', '--limit', '1001'], 2, /from 1 to 1000/],
    [['user', 'show', 'nobody'], 3, /no user "nobody"/],
    [['group', 'show', 'nobody'], 3, /no group "nobody"/],
    [['key', 'revoke', 'nothing'], 3, /no key "nothing"/],
    [['key', 'create', '--expires', 'soon'], 2, /never/],
    [['key', 'create', '--expires', '0'], 2, /1 to 3650/],
    [['key', 'create', '--expires', '3651'], 2, /1 to 3650/],
    [['key', 'create', '--integration', 'Okta'], 3, /The integrations are: "Entra ID"/],
    [['key', 'create', '--administrator', 'nobody@localhost'], 3, /no administrator/],
    [['integration', 'set', 'Entra ID', 'color=blue'], 2, /userName, email/],
    [['integration', 'set', 'Entra ID', 'userName=blue'], 2, /username or any/],
    [['integration', 'set', 'Entra ID', 'create=maybe'], 2, /on or off/],
    [['integration', 'set', 'Entra ID', 'loose'], 2, /neither "strict"/],
    [['organization', 'set', 'passwordMinLength=7'], 2, /8 to 64/],
    [['organization', 'set', 'color=blue'], 2, /passwordMinLength, /],
    [['organization', 'set', 'loose'], 2, /not SETTING=VALUE/],
    [['key', 'create', '--role', 'King'], 2, /The roles are Administrator With Billing/],
    [['key', 'create', '--role', 'Manager', '--administrator', 'admin@localhost'], 2, /not both/],
    [['key', 'create', '--user', 'nobody'], 3, /no user "nobody"/],
    [['key', 'create', '--user', 'carol', '--integration', 'Entra ID'], 2, /one owner/],
    [['admin', 'create', 'x@localhost', '--role', 'King'], 2, /no role "King"/],
    [['admin', 'create', 'x@localhost'], 2, /required option/],
    [['event', 'list', '--type', 'nothing'], 2, /Allowed choices/],
  ])('the command %j exits with code %i', async ([args, code, message]) => {
    const answer = await server.cli(...args);
    expect(answer.stderr).toMatch(message);
    expect(answer.code).toBe(code);
    expect(answer.stderr).not.toContain('    at ');
  });

  test('a SCIM request with the key of an administrator whose role may not provision is refused with 403', async () => {
    const keyOf = async (...args: readonly string[]) =>
      JSON.parse((await server.cli('key', 'create', ...args, '--expires', '3650', '--json')).stdout).key;
    const get = async (key: string) => await scimClient(server.scimUrl, key).get('/Users');
    expect((await get(await keyOf('--administrator', 'ADMIN@localhost'))).status).toBe(200);
    expect((await get(await keyOf('--role', 'manager'))).status).toBe(200);
    expect((await server.cli('admin', 'create', 'help@contoso.example', '--role', 'help desk')).code).toBe(0);
    for (const key of [await keyOf('--administrator', 'Help@contoso.example'), await keyOf('--role', 'Read Only')]) {
      const refused = await get(key);
      expect(refused).toMatchObject({ status: 403, body: { status: '403' } });
      expect(refused.body.detail).toMatch(/role (Help Desk|Read Only), which may not provision/);
    }
    const admins = JSON.parse((await server.cli('admin', 'list', '--json')).stdout);
    expect(admins.map((admin: { role: string }) => admin.role)).toEqual([
      'Administrator With Billing',
      'Manager',
      'Help Desk',
      'Read Only',
    ]);
    expect((await server.cli('admin', 'create', 'HELP@contoso.example', '--role', 'Manager')).stderr).toContain(
      'another administrator',
    );
  });

  test('a command that finds no directory suggests npm start', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tanhua-empty-'));
    const answer = await runCli(['user', 'list'], { TANHUA_DATA_DIR: join(dataDir, 'none') });
    expect(answer).toMatchObject({ code: 3 });
    expect(answer.stderr).toContain('npm start');
    await rm(dataDir, { recursive: true });
  });
});

describe('configuration', () => {
  test('a start with unknown and invalid settings fails and names all of them', async () => {
    const answer = await runCli(['start'], {
      TANHUA_PROT: '1',
      TANHUA_PORT: '70000',
      TANHUA_BOOTSTRAP_API_KEY: 'short',
    });
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('TANHUA_PROT is not a setting');
    expect(answer.stderr).toContain('TANHUA_PORT is "70000"');
    expect(answer.stderr).toContain('TANHUA_BOOTSTRAP_API_KEY');
    expect(answer.stderr).not.toContain('short"');
  });

  test('the command config masks secrets', async () => {
    const answer = await runCli(['config', '--json'], { TANHUA_BOOTSTRAP_API_KEY: 'k'.repeat(32) });
    expect(answer.stdout).not.toContain('kkkk');
    expect(JSON.parse(answer.stdout)).toContainEqual({
      name: 'TANHUA_BOOTSTRAP_API_KEY',
      value: '********',
      source: 'environment',
    });
    expect((await runCli(['config', '--describe'])).stdout).toContain('The port to listen on');
  });
});
