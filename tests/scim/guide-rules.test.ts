import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scimClient, type ScimClient } from '../support/http-client.ts';
import { startServer, TEST_KEY, type RunningServer } from '../support/start-server.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

let server: RunningServer;
let client: ScimClient;

const user = (userName: unknown, more: object = {}) => ({
  schemas: [USER],
  userName,
  active: true,
  emails: [
    {
      type: 'work',
      primary: true,
      value: `${String(userName)
        .slice(0, 30)
        .replaceAll(/[^a-z0-9]/gi, '')}@contoso.example`,
    },
  ],
  ...more,
});

describe('an integration with the strict preset', () => {
  beforeAll(async () => {
    server = await startServer();
    client = scimClient(server.scimUrl, server.key);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  test.for<[string, unknown, RegExp]>([
    ['an email address as userName', user('bob@contoso.example'), /mailNickname/],
    ['a userName with special characters', user('bob!smith'), /mailNickname/],
    ['a userName with a space', user('bob smith'), /mailNickname/],
    ['a userName that starts with a digit', user('1bob'), /begin with a letter/],
    ['a user without userName', user(undefined), /userName/],
    ['an empty userName', user(''), /userName/],
    ['a userName of 1025 characters', user('a'.repeat(1025)), /1025.*1024|1024.*1025/],
    [
      'a givenName of 1025 characters',
      user('long1', { name: { givenName: 'x'.repeat(1025) } }),
      /name\.givenName.*1024/,
    ],
    [
      'a familyName of 1025 characters',
      user('long2', { name: { familyName: 'x'.repeat(1025) } }),
      /name\.familyName.*1024/,
    ],
    [
      'an email of 1025 characters',
      user('long3', { emails: [{ type: 'work', value: `${'x'.repeat(1025 - 12)}@example.com` }] }),
      /emails.*1024/,
    ],
    ['a missing email', user('nomail', { emails: undefined }), /emails.*userPrincipalName/],
    [
      'an invalid email address',
      user('badmail', { emails: [{ type: 'work', value: 'nobody' }] }),
      /"nobody" is not an email/,
    ],
    ['an inactive user', user('inactive', { active: false }), /inactive in the source/],
    ['an inactive user with the boolean as a string', user('inactive2', { active: 'False' }), /inactive in the source/],
    ['a name of the wrong type', user('wrongtype', { name: 'Bob' }), /name/],
    ['an invalid boolean', user('wrongbool', { active: 'perhaps' }), /active.*perhaps/],
    [
      'two primary emails',
      user('twice', {
        emails: [
          { value: 'a@b.example', primary: true },
          { value: 'c@b.example', primary: true },
        ],
      }),
      /primary/,
    ],
  ])('refuses %s', async ([, body, detail]) => {
    const answer = await client.post('/Users', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '400',
      scimType: 'invalidValue',
    });
    expect(answer.body.detail).toMatch(detail);
    expect((await client.get('/Users')).body.totalResults).toBe(0);
  });

  test('accepts values of the maximum length, and rejects longer ones', async () => {
    const local = 'm'.repeat(1024 - '@example.com'.length);
    const answer = await client.post('/Users', {
      ...user('u'.repeat(1024)),
      name: { givenName: 'g'.repeat(1024), familyName: 'f'.repeat(1024) },
      emails: [{ type: 'work', value: `${local}@example.com` }],
      [ENTERPRISE]: { employeeNumber: '9'.repeat(256) },
    });
    expect(answer.status).toBe(201);
    const tooLong = await client.patch(`/Users/${answer.body.id}`, {
      Operations: [{ op: 'replace', path: `${ENTERPRISE}:employeeNumber`, value: '9'.repeat(257) }],
    });
    expect(tooLong).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    expect((await client.delete(`/Users/${answer.body.id}`)).status).toBe(204);
  });

  test('refuses a duplicate userName, email or employeeNumber, and names the other user', async () => {
    const first = await client.post('/Users', user('dup.one', { [ENTERPRISE]: { employeeNumber: 'E1' } }));
    expect(first.status).toBe(201);
    const cases: [object, RegExp][] = [
      [
        user('DUP.One', { emails: [{ value: 'x@contoso.example' }] }),
        /userName "DUP.One" already belongs to.*dup\.one/,
      ],
      [
        user('dup.two', { emails: [{ type: 'work', value: 'DupOne@contoso.example' }] }),
        /emails.*already belongs to.*dup\.one/,
      ],
      [
        user('dup.three', { [ENTERPRISE]: { employeeNumber: 'e1' } }),
        /employeeNumber "e1" already belongs to.*dup\.one/,
      ],
    ];
    for (const [body, detail] of cases) {
      const answer = await client.post('/Users', body);
      expect(answer).toMatchObject({ status: 409, body: { status: '409', scimType: 'uniqueness' } });
      expect(answer.body.detail).toMatch(detail);
      expect(answer.body.detail).toContain(first.body.id);
    }
    const second = await client.post('/Users', user('dup.four'));
    const renamed = await client.patch(`/Users/${second.body.id}`, {
      Operations: [{ op: 'replace', path: 'userName', value: 'dup.one' }],
    });
    expect(renamed).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
    expect((await client.get(`/Users/${second.body.id}`)).body.userName).toBe('dup.four');
  });

  test('returns every attribute from the guide, in SCIM and under its own name in the REST representation', async () => {
    const created = await client.post('/Users', {
      ...user('contract'),
      name: { givenName: 'Gia', familyName: 'Fay' },
      displayName: 'Gia Fay',
      title: 'Engineer',
      locale: 'Zurich',
      userType: 'Employee',
      costCenter: 'CC-7',
      organization: 'Contoso',
      // The guide writes the URN with a lowercase "user".
      [ENTERPRISE.replace(':User', ':user')]: { department: 'R&D', employeeNumber: 'E77' },
    });
    expect(created.status).toBe(201);
    expect(created.body[ENTERPRISE]).toMatchObject({
      department: 'R&D',
      employeeNumber: 'E77',
      costCenter: 'CC-7',
      organization: 'Contoso',
    });
    // Attributes that the client sent without a URN are also returned without a URN, because the client looks for them there.
    expect(created.body).toMatchObject({ costCenter: 'CC-7', organization: 'Contoso' });
    expect(created.body).not.toHaveProperty('department');
    const some = await client.get(`/Users/${created.body.id}?attributes=costCenter`);
    expect(some.body).toMatchObject({ costCenter: 'CC-7' });
    expect(some.body).not.toHaveProperty('organization');
    const shown = JSON.parse((await server.cli('user', 'show', 'contract', '--json')).stdout);
    expect(shown).toMatchObject({
      username: 'contract',
      firstname: 'Gia',
      lastname: 'Fay',
      email: 'contract@contoso.example',
      displayname: 'Gia Fay',
      jobTitle: 'Engineer',
      department: 'R&D',
      location: 'Zurich',
      costCenter: 'CC-7',
      employeeType: 'Employee',
      company: 'Contoso',
      employeeIdentifier: 'E77',
    });
  });

  test('applies a changed rule without a restart', async () => {
    expect((await server.cli('integration', 'set', 'entra id', 'inactiveOnCreate=suspend')).code).toBe(0);
    const created = await client.post('/Users', user('switched', { active: false }));
    expect(created).toMatchObject({ status: 201, body: { active: false } });
    await server.cli('integration', 'set', 'Entra ID', 'create=off', 'update=off', 'delete=off');
    const path = `/Users/${created.body.id}`;
    for (const [answer, rule] of [
      [await client.post('/Users', user('refused')), 'create'],
      [await client.patch(path, { Operations: [{ op: 'replace', path: 'title', value: 'x' }] }), 'update'],
      [await client.put(path, user('switched')), 'update'],
      [await client.delete(path), 'delete'],
    ] as const) {
      expect(answer.status).toBe(403);
      expect(answer.body.detail).toContain(`${rule}=on`);
    }
    expect((await server.cli('integration', 'set', 'Entra ID', 'strict', 'deleteAction=suspend')).code).toBe(0);
    expect(
      (await client.patch(path, { Operations: [{ op: 'replace', path: 'active', value: true }] })).body.active,
    ).toBe(true);
    expect((await client.delete(path)).status).toBe(204);
    expect((await client.get(path)).body.active).toBe(false);
    await server.cli('integration', 'set', 'Entra ID', 'strict');
  });

  test('reports unknown attributes in the event, but rejects them if unknownAttributes=reject is set', async () => {
    const body = user('unknown.attributes', { favoriteColor: 'blue', name: { givenName: 'A', shoeSize: 42 } });
    const created = await client.post('/Users', body);
    expect(created.status).toBe(201);
    expect(created.body).not.toHaveProperty('favoriteColor');
    const [event] = JSON.parse((await server.cli('event', 'list', '--target', 'unknown.attributes', '--json')).stdout);
    expect(event.ignored_attributes).toEqual(
      expect.arrayContaining([
        { path: 'favoriteColor', reason: 'unknown' },
        { path: 'name.shoeSize', reason: 'unknown' },
      ]),
    );
    await server.cli('integration', 'set', 'Entra ID', 'unknownAttributes=reject');
    const refused = await client.patch(`/Users/${created.body.id}`, {
      Operations: [{ op: 'add', path: 'favoriteColor', value: 'red' }],
    });
    expect(refused.status).toBe(400);
    expect(refused.body.detail).toContain('favoriteColor');
    await server.cli('integration', 'set', 'Entra ID', 'strict');
  });

  test('with groups=off returns an empty list for queries and 501 for writes', async () => {
    const group = await client.post('/Groups', { displayName: 'Before' });
    expect(group.status).toBe(201);
    await server.cli('integration', 'set', 'Entra ID', 'groups=off');
    const probe = await client.get('/Groups?excludedAttributes=members&filter=displayName+eq+%22Before%22');
    expect(probe).toMatchObject({ status: 200, body: { totalResults: 0, Resources: [] } });
    expect((await client.get(`/Groups/${group.body.id}`)).status).toBe(404);
    const refused = await client.post('/Groups', { displayName: 'After' });
    expect(refused.status).toBe(501);
    expect(refused.body.detail).toContain('groups=on');
    await server.cli('integration', 'set', 'Entra ID', 'strict');
    expect((await client.get(`/Groups/${group.body.id}`)).status).toBe(200);
  });

  test('with manager=off ignores the manager', async () => {
    const boss = await client.post('/Users', user('boss'));
    await server.cli('integration', 'set', 'Entra ID', 'manager=off');
    const report = await client.post('/Users', user('report', { [ENTERPRISE]: { manager: { value: boss.body.id } } }));
    expect(report.status).toBe(201);
    expect(report.body[ENTERPRISE]?.manager).toBeUndefined();
    await server.cli('integration', 'set', 'Entra ID', 'strict');
  });

  test('sets a manager that was sent as an externalId as soon as the user with that externalId is created', async () => {
    const early = await client.post('/Users', user('early', { [ENTERPRISE]: { manager: 'late-external' } }));
    expect(early.body[ENTERPRISE].manager).toEqual({ value: 'late-external' });
    const late = await client.post(
      '/Users',
      user('late.boss', { externalId: 'late-external', displayName: 'Late Boss' }),
    );
    const resolved = await client.get(`/Users/${early.body.id}`);
    expect(resolved.body[ENTERPRISE].manager).toEqual({
      value: late.body.id,
      $ref: `${server.scimUrl}/Users/${late.body.id}`,
      displayName: 'Late Boss',
    });
  });
});

describe('an integration with the standard preset', () => {
  test('accepts the default mapping of Entra ID: userPrincipalName as userName, and no email', async () => {
    await using standard = await startServer({ TANHUA_BOOTSTRAP_RULES: 'standard' });
    const entra = scimClient(standard.scimUrl, TEST_KEY);
    const created = await entra.post('/Users', {
      schemas: [USER],
      userName: 'Adele.Vance@contoso.example',
      externalId: 'AdeleV',
      active: true,
      displayName: 'Adele Vance',
    });
    expect(created).toMatchObject({ status: 201, body: { userName: 'Adele.Vance@contoso.example', active: true } });
    const second = await entra.post('/Users', {
      schemas: [USER],
      userName: 'Adele.Vance@fabrikam.example',
      active: true,
    });
    expect(second.status).toBe(201);
    const inactive = await entra.post('/Users', { schemas: [USER], userName: 'gone@contoso.example', active: false });
    expect(inactive).toMatchObject({ status: 201, body: { active: false } });
    const users = JSON.parse((await standard.cli('user', 'list', '--json')).stdout);
    expect(users).toMatchObject([
      { username: 'Adele.Vance', email: 'adele.vance@contoso.example', state: 'ACTIVATED' },
      { username: 'Adele.Vance2', email: 'adele.vance@fabrikam.example' },
      { username: 'gone', state: 'SUSPENDED' },
    ]);
  });
});
