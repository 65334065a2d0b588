import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { updateRules } from '#integrations/integration-store.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

let server: TestScimServer;
let id: string;

beforeAll(async () => {
  server = await openTestScimServer();
  const created = await server.send('POST', '/Users', { userName: 'ann', emails: [{ value: 'ann@contoso.example' }] });
  id = created.body.id;
});
afterAll(() => server[Symbol.asyncDispose]());

describe('an empty filter', () => {
  test.for(['', '%20', '+', '%09'])('is refused in a URL with invalidFilter: "%s"', async (filter) => {
    for (const path of ['/Users', '/Groups', '']) {
      const answer = await server.send('GET', `${path}?filter=${filter}`);
      expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } });
      expect(answer.body.detail).toContain('The filter is empty');
    }
  });

  test.for(['', ' ', '\t'])('is refused in a /.search request with invalidFilter: %j', async (filter) => {
    for (const path of ['/Users/.search', '/Groups/.search', '/.search']) {
      const answer = await server.send('POST', path, { filter });
      expect(answer, path).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } });
    }
  });

  test('is distinguished from a missing or null filter, which lists everything', async () => {
    for (const body of [{ filter: null }, {}]) {
      expect(await server.send('POST', '/Users/.search', body)).toMatchObject({
        status: 200,
        body: { totalResults: 1 },
      });
    }
    expect((await server.send('GET', '/Users')).body.totalResults).toBe(1);
  });
});

describe('a method that an endpoint does not support', () => {
  const bodies: readonly (readonly [string, Record<string, string>, string])[] = [
    ['of another media type', { 'content-type': 'text/plain' }, 'x'],
    ['that is compressed', { 'content-encoding': 'gzip' }, 'x'],
    ['that is not JSON', {}, '{'],
    ['that is too large', {}, ' '.repeat(9_000_000)],
  ];
  test.for(bodies)('gets 405, even with a body %s', async ([, headers, payload]) => {
    for (const [method, path, allow] of [
      ['DELETE', '/Users', 'GET, POST'],
      ['POST', `/Users/${id}`, 'GET, PUT, PATCH, DELETE'],
      ['PUT', '/Bulk', 'POST'],
      ['PATCH', '/ServiceProviderConfig', 'GET'],
    ] as const) {
      const answer = await server.app.inject({
        method,
        url: `/scim/v2${path}`,
        headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/scim+json', ...headers },
        payload,
      });
      expect([answer.statusCode, answer.headers['allow']], `${method} ${path}`).toEqual([405, allow]);
    }
  });
});

test('a 304 response has the ETag of the 200 response but no Location, which clients would follow', async () => {
  const read = await server.send('GET', `/Users/${id}`);
  expect(read.headers['location']).toBe(`http://x/scim/v2/Users/${id}`);
  const again = await server.send('GET', `/Users/${id}`, undefined, { 'if-none-match': String(read.headers['etag']) });
  expect(again).toMatchObject({ status: 304, body: undefined, headers: { etag: read.headers['etag'] } });
  expect(again.headers).not.toHaveProperty('location');
  expect(again.headers).not.toHaveProperty('content-type');
});

describe('the "schemas" of a body, under the rule schemas=required,', () => {
  const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
  const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
  const resource = { userName: 'ann', emails: [{ value: 'ann@contoso.example' }] };
  const change = { Operations: [{ op: 'replace', path: 'title', value: 'x' }] };
  const setRule = async (schemas: 'patch' | 'required') => {
    const { deps, caller } = server.directory;
    await updateRules(deps.database, caller.origin.integration?.id ?? '', { ...caller.rules, schemas });
  };
  beforeAll(() => setRule('required'));
  afterAll(() => setRule('patch'));

  test.for([
    ['POST', '/Users', resource, USER],
    ['PUT', 'ID', resource, USER],
    ['PATCH', 'ID', change, PATCH_OP],
  ] as const)('must contain exactly the expected schema for %s %s', async ([method, place, body, wanted]) => {
    const path = place === 'ID' ? `/Users/${id}` : place;
    for (const schemas of [undefined, [], ['urn:example:none'], [wanted, 'urn:example:none']]) {
      // `schemas` is set even if it is undefined, so that the fixture does not add it.
      const answer = await server.send(method, path, { ...body, schemas });
      expect(answer, JSON.stringify(schemas)).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
      expect(answer.body.detail).toContain(`Send ["${wanted}"]`);
    }
    const sent = method === 'POST' ? { userName: 'other', emails: [{ value: 'other@contoso.example' }] } : body;
    expect((await server.send(method, path, { ...sent, schemas: [wanted] })).status).toBeLessThan(300);
  });

  test('are not required for a bare list of PATCH operations in a bulk request', async () => {
    const operation = { method: 'PATCH', path: `/Users/${id}`, data: change.Operations };
    const answer = await server.send('POST', '/Bulk', { Operations: [operation] });
    expect(answer.body.Operations).toMatchObject([{ status: '200' }]);
  });
});

describe('discovery', () => {
  const discover = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await server.app.inject({ url: `/scim/v2${path}`, headers });
    return { status: answer.statusCode, body: answer.json(), type: answer.headers['content-type'] };
  };

  test('returns ServiceProviderConfig, which says how to authenticate, even without a credential', async () => {
    const { status, body, type } = await discover('/ServiceProviderConfig');
    expect([status, type]).toEqual([200, 'application/scim+json; charset=utf-8']);
    expect(body.authenticationSchemes).toMatchObject([
      { type: 'oauthbearertoken', primary: true },
      { type: 'oauth2', description: expect.stringContaining('/oauth2/token') },
    ]);
    expect(body.meta.location).toBe('http://x/scim/v2/ServiceProviderConfig');
    expect(body).toEqual((await server.send('GET', '/ServiceProviderConfig')).body);
  });

  test('refuses a wrong credential even for ServiceProviderConfig', async () => {
    for (const headers of [{ authorization: 'Bearer wrong' }, { 'x-api-key': 'wrong' }, { authorization: 'Basic x' }]) {
      expect((await discover('/ServiceProviderConfig', headers)).status, JSON.stringify(headers)).toBe(401);
    }
  });

  test.for(['/Schemas', '/ResourceTypes', '/Schemas/x', '/ResourceTypes/User', '/Users', '/Me', '/Nothing'])(
    'requires a credential for %s',
    async (path) => {
      expect((await discover(path)).status).toBe(401);
    },
  );
});
