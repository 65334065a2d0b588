import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listEvents } from '#audit/event-store.ts';
import { updateRules } from '#integrations/integration-store.ts';
import { IGNORED_MAX } from '#scim/resource/ignored-attributes.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { IGNORED_HEADER_NAME_LENGTH_MAX, IGNORED_HEADER_NAMES_MAX, ignoredHeader } from './ignored-header.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

describe('the X-Ignored-Attributes header', () => {
  const unknown = (...paths: string[]) => ignoredHeader(paths.map((path) => ({ path, reason: 'unknown' })));

  test('is undefined if no attribute was ignored', () => {
    expect(ignoredHeader([])).toBeUndefined();
  });

  test.for<[path: string, header: string]>([
    ['emails[nope eq "x,y"].value', '"emails[nope eq \\"x,y\\"].value";reason=unknown'],
    ['back\\slash', '"back\\\\slash";reason=unknown'],
    ['größe 100%', '"gr%C3%B6%C3%9Fe 100%25";reason=unknown'],
    ['a\r\nset-cookie: b', '"a%0D%0Aset-cookie: b";reason=unknown'],
    ['half \ud800', '"half %EF%BF%BD";reason=unknown'],
  ])('encodes %j in characters that a header may contain', ([path, header]) => {
    expect(unknown(path)).toBe(header);
  });

  test('names attributes up to the limit and counts the remaining attributes', () => {
    const names = Array.from({ length: IGNORED_HEADER_NAMES_MAX + 1 }, (_, at) => `name${at}`);
    expect(unknown(...names.slice(1))).not.toContain('more=');
    expect(unknown(...names)).toMatch(/"name19";reason=unknown, "";more=1$/);
  });

  test('truncates a name that is longer than the limit', () => {
    const name = 'x'.repeat(IGNORED_HEADER_NAME_LENGTH_MAX);
    expect(unknown(name)).toBe(`"${name}";reason=unknown`);
    expect(unknown(`${name}y`)).toBe(`"${name}";reason=unknown`);
  });
});

describe('the X-Ignored-Attributes header of a response', () => {
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
  ])('names the unknown path %s of a PATCH', async ([path]) => {
    expect(await headerOf('PATCH', user, operations({ path }))).toBe(`"${path.replaceAll('"', '\\"')}";reason=unknown`);
  });

  test('names unknown keys of a value in a PATCH, even if the status is 204', async () => {
    expect(await headerOf('PATCH', user, operations({ path: 'name', value: { givenNam: 'x' } }))).toBe(
      '"name.givenNam";reason=unknown',
    );
    expect(await headerOf('PATCH', user, operations({ value: { nickNam: 'x' } }))).toBe('"nickNam";reason=unknown');
    const answer = await server.send('PATCH', group, operations({ path: 'displayNam' }));
    expect([answer.status, answer.headers['x-ignored-attributes']]).toEqual([204, '"displayNam";reason=unknown']);
  });

  test('names unknown and readOnly attributes of a POST and a PUT', async () => {
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

  test.for(['attributes', 'excludedAttributes'])(
    'names unknown attributes in the query parameter %s',
    async (parameter) => {
      const query = `?${parameter}=userName,displayNam,emails.valu`;
      const expected = '"displayNam";reason=unknown, "emails.valu";reason=unknown';
      expect(await headerOf('GET', `${user}${query}`)).toBe(expected);
      expect(await headerOf('GET', `/Users${query}`)).toBe(expected);
      expect(await headerOf('POST', '/Users/.search', { [parameter]: ['displayNam'] })).toBe(
        '"displayNam";reason=unknown',
      );
      expect(await headerOf('PATCH', `${user}${query}`, operations({ path: 'title' }))).toBe(expected);
      // userName is unknown for groups, but known in a query for users and groups.
      expect(await headerOf('GET', `/Groups?${parameter}=userName`)).toBe('"userName";reason=unknown');
      expect(await headerOf('GET', `/?${parameter}=userName,displayNam`)).toBe('"displayNam";reason=unknown');
    },
  );

  test('names an unknown attribute without its filter', async () => {
    expect(await headerOf('GET', `${user}?attributes=${encodeURIComponent('email[type eq "work"]')}`)).toBe(
      '"email";reason=unknown',
    );
  });

  test('counts all ignored attributes, although the event lists only the first IGNORED_MAX attributes', async () => {
    const unknown = Object.fromEntries(Array.from({ length: IGNORED_MAX + 50 }, (_, at) => [`x${at}`, 1]));
    const header = await headerOf('PUT', user, { userName: 'ann', emails, title: 'counted', ...unknown });
    expect(header).toMatch(new RegExp(`, "";more=${IGNORED_MAX + 50 - IGNORED_HEADER_NAMES_MAX}$`));
    const { deps, caller } = server.directory;
    const events = await listEvents(deps.database, { organizationId: caller.origin.organizationId, limit: 10 });
    const reported = events.find((event) => JSON.stringify(event).includes('"x0"'));
    expect(reported?.['ignored_attributes']).toHaveLength(IGNORED_MAX);
  });

  test('is absent if all attributes are known', async () => {
    expect(await headerOf('GET', `${user}?attributes=userName,emails.value`)).toBeUndefined();
    expect(await headerOf('PATCH', user, operations({ path: 'title' }))).toBeUndefined();
    expect(await headerOf('GET', '/Users')).toBeUndefined();
  });
});

describe('an integration that rejects unknown attributes', () => {
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
    'gets the error invalidPath for a PATCH with the unknown path %s',
    async (path) => {
      const answer = await server.send('PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', path, value: 'x' }] });
      expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidPath' } });
      expect(answer.body.detail).toContain(`does not support ${path}`);
      const name = server.directory.caller.origin.integration?.name;
      expect(answer.body.detail).toContain(`tanhua integration set "${name}" unknownAttributes=ignore`);
    },
  );

  test('gets the error invalidSyntax for unknown keys in a value or in a body', async () => {
    for (const [method, path, body] of [
      ['PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', path: 'name', value: { nope: 'x' } }] }],
      ['PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', value: { nope: 'x' } }] }],
      ['POST', '/Users', { userName: 'bob', nope: 'x' }],
    ] as const) {
      expect(await server.send(method, path, body)).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
    }
  });
});
