import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listEvents } from '#audit/event-store.ts';
import { updateRules } from '#integrations/integration-store.ts';
import { IGNORED_MAX } from '#scim/resource/ignored-attributes.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { IGNORED_HEADER_NAME_LENGTH_MAX, IGNORED_HEADER_NAMES_MAX, ignoredHeader } from './ignored-header.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

describe('the header', () => {
  const unknown = (...paths: string[]) => ignoredHeader(paths.map((path) => ({ path, reason: 'unknown' })));

  test('is absent where nothing was left out', () => {
    expect(ignoredHeader([])).toBeUndefined();
  });

  test.for<[path: string, header: string]>([
    ['emails[nope eq "x,y"].value', '"emails[nope eq \\"x,y\\"].value";reason=unknown'],
    ['back\\slash', '"back\\\\slash";reason=unknown'],
    ['größe 100%', '"gr%C3%B6%C3%9Fe 100%25";reason=unknown'],
    ['a\r\nset-cookie: b', '"a%0D%0Aset-cookie: b";reason=unknown'],
    ['half \ud800', '"half %EF%BF%BD";reason=unknown'],
  ])('writes %j in characters that a header can have', ([path, header]) => {
    expect(unknown(path)).toBe(header);
  });

  test('has as many names as the limit, and one past it is only counted', () => {
    const names = Array.from({ length: IGNORED_HEADER_NAMES_MAX + 1 }, (_, at) => `name${at}`);
    expect(unknown(...names.slice(1))).not.toContain('more=');
    expect(unknown(...names)).toMatch(/"name19";reason=unknown, "";more=1$/);
  });

  test('cuts a name past its limit', () => {
    const name = 'x'.repeat(IGNORED_HEADER_NAME_LENGTH_MAX);
    expect(unknown(name)).toBe(`"${name}";reason=unknown`);
    expect(unknown(`${name}y`)).toBe(`"${name}";reason=unknown`);
  });
});

describe('an answer to a request with an attribute that the directory does not have', () => {
  let server: TestScimServer;
  let user: string;
  let group: string;
  const emails = [{ type: 'work', primary: true, value: 'ann@contoso.example' }];

  beforeAll(async () => {
    server = await openTestScimServer();
    user = `/Users/${(await server.send('POST', '/Users', { userName: 'ann', emails })).body.id}`;
    group = `/Groups/${(await server.send('POST', '/Groups', { displayName: 'G' })).body.id}`;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const operations = (...list: object[]) => ({
    Operations: list.map((operation) => ({ op: 'replace', value: 'x', ...operation })),
  });
  const headerOf = async (method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: object) => {
    const answer = await server.send(method, path, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.headers['x-ignored-attributes'];
  };

  test.for<[path: string]>([
    ['name.nope'],
    ['displayNam'],
    ['emails[nope eq "x"]'],
    ['emails[type eq "work"].nope'],
    [`${ENTERPRISE_USER_SCHEMA}:departmen`],
    ['urn:example:none:attribute'],
  ])('PATCH names the path %s', async ([path]) => {
    expect(await headerOf('PATCH', user, operations({ path }))).toBe(`"${path.replaceAll('"', '\\"')}";reason=unknown`);
  });

  test('PATCH names unknown keys of a value, also where the answer is 204', async () => {
    expect(await headerOf('PATCH', user, operations({ path: 'name', value: { givenNam: 'x' } }))).toBe(
      '"name.givenNam";reason=unknown',
    );
    expect(await headerOf('PATCH', user, operations({ value: { nickNam: 'x' } }))).toBe('"nickNam";reason=unknown');
    const answer = await server.send('PATCH', group, operations({ path: 'displayNam' }));
    expect([answer.status, answer.headers['x-ignored-attributes']]).toEqual([204, '"displayNam";reason=unknown']);
  });

  test('POST and PUT name unknown and readOnly attributes', async () => {
    const body = {
      userName: 'bob',
      emails: [{ ...emails[0], value: 'bob@contoso.example' }],
      displayNam: 'Bob',
      groups: [{ value: 'x' }],
    };
    const expected = '"displayNam";reason=unknown, "groups";reason=read-only';
    expect(await headerOf('POST', '/Users', body)).toBe(expected);
    expect(await headerOf('PUT', user, { ...body, userName: 'ann', emails })).toBe(expected);
  });

  test.for(['attributes', 'excludedAttributes'])('a query names what no schema has in %s', async (parameter) => {
    const query = `?${parameter}=userName,displayNam,emails.valu`;
    const expected = '"displayNam";reason=unknown, "emails.valu";reason=unknown';
    expect(await headerOf('GET', `${user}${query}`)).toBe(expected);
    expect(await headerOf('GET', `/Users${query}`)).toBe(expected);
    expect(await headerOf('POST', '/Users/.search', { [parameter]: ['displayNam'] })).toBe(
      '"displayNam";reason=unknown',
    );
    expect(await headerOf('PATCH', `${user}${query}`, operations({ path: 'title' }))).toBe(expected);
    // Groups have no userName; across both types it is an attribute.
    expect(await headerOf('GET', `/Groups?${parameter}=userName`)).toBe('"userName";reason=unknown');
    expect(await headerOf('GET', `/?${parameter}=userName,displayNam`)).toBe('"displayNam";reason=unknown');
  });

  test('a filter of attributes that names an unknown attribute is named without the filter', async () => {
    expect(await headerOf('GET', `${user}?attributes=${encodeURIComponent('email[type eq "work"]')}`)).toBe(
      '"email";reason=unknown',
    );
  });

  test('counts all names that were left out, of which the event keeps the first ones', async () => {
    const unknown = Object.fromEntries(Array.from({ length: IGNORED_MAX + 50 }, (_, at) => [`x${at}`, 1]));
    const header = await headerOf('PUT', user, { userName: 'ann', emails, title: 'counted', ...unknown });
    expect(header).toMatch(new RegExp(`, "";more=${IGNORED_MAX + 50 - IGNORED_HEADER_NAMES_MAX}$`));
    const { deps, caller } = server.directory;
    const events = await listEvents(deps.database, { organizationId: caller.origin.organizationId, limit: 10 });
    const reported = events.find((event) => JSON.stringify(event).includes('"x0"'));
    expect(reported?.['ignored_attributes']).toHaveLength(IGNORED_MAX);
  });

  test('has no such header where everything was known', async () => {
    expect(await headerOf('GET', `${user}?attributes=userName,emails.value`)).toBeUndefined();
    expect(await headerOf('PATCH', user, operations({ path: 'title' }))).toBeUndefined();
    expect(await headerOf('GET', '/Users')).toBeUndefined();
  });
});

describe('where the integration rejects unknown attributes', () => {
  let server: TestScimServer;
  let id: string;

  beforeAll(async () => {
    server = await openTestScimServer();
    const { deps, caller } = server.directory;
    const rules = { ...caller.rules, unknownAttributes: 'reject' } as const;
    await updateRules(deps.database, caller.origin.integration?.id ?? '', rules);
    id = (await server.send('POST', '/Users', { userName: 'ann', emails: [{ value: 'ann@contoso.example' }] })).body.id;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.for(['name.nope', 'displayNam', 'emails[nope eq "x"]', 'emails[type eq "work"].nope', 'urn:example:none:a'])(
    'PATCH of the path %s is invalidPath',
    async (path) => {
      const answer = await server.send('PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', path, value: 'x' }] });
      expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidPath' } });
      expect(answer.body.detail).toContain(`does not support ${path}`);
      const name = server.directory.caller.origin.integration?.name;
      expect(answer.body.detail).toContain(`tanhua integration set "${name}" unknownAttributes=ignore`);
    },
  );

  test('unknown keys of a value and of a body are invalidSyntax', async () => {
    for (const [method, path, body] of [
      ['PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', path: 'name', value: { nope: 'x' } }] }],
      ['PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', value: { nope: 'x' } }] }],
      ['POST', '/Users', { userName: 'bob', nope: 'x' }],
    ] as const) {
      expect(await server.send(method, path, body)).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
    }
  });
});
