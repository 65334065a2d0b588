import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, scimClient, type ScimClient } from '../support/http-client.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';

const GUID = '7d420df3-9995-4831-a406-ecf8166f5f6a';

let server: RunningServer;
let client: ScimClient;
let bobId: string;

beforeAll(async () => {
  server = await startServer();
  client = scimClient(server.scimUrl, server.key);
  const bob = await client.post('/Users', {
    userName: 'Bob',
    displayName: 'Bob Ångström',
    emails: [{ type: 'work', primary: true, value: 'bob@contoso.example' }],
  });
  bobId = bob.body.id;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe('URLs', () => {
  const filter = 'filter=userName+eq+%22bob%22';
  test.for([
    `/Users?${filter}`,
    `/Users/?${filter}`,
    `//Users?${filter}`,
    `/users?${filter}`,
    `/Users?aadOptscim062020&${filter}`,
    `/Users?aadOptscim062020=true&${filter}`,
    `/Users?aadOptscim062020=&${filter}`,
    `/Users?${filter}&aadOptscim062020`,
    `/Users?AzureAdScimPatch062020&${filter}`,
    `/Users?${filter}&somethingElse=1&another`,
    `/?aadOptscim062020/Users?${filter}`,
    `?aadOptscim062020=true/Users?${filter}`,
  ])('%s lists users', async (path) => {
    const answer = await client.get(path);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/scim+json; charset=utf-8');
    expect(answer.body).toMatchObject({ totalResults: 1, Resources: [{ id: bobId }] });
  });

  test.for(['GET', 'POST', 'PATCH'])('%s with an unknown path returns 404 with an explanation', async (method) => {
    const answer = await call(`${server.scimUrl}/Nothing`, {
      method,
      headers: { authorization: `Bearer ${server.key}` },
    });
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toContain('application/scim+json');
    expect(answer.body).toMatchObject({ status: '404' });
    expect(answer.body.detail).toContain('/scim/v2');
  });

  test('with an unsupported method return 405, and /Me with the key of an administrator returns 501', async () => {
    const refused = await client.delete('/Users');
    expect(refused.status).toBe(405);
    expect(refused.headers['allow']).toBe('GET, POST');
    expect((await client.post(`/Users/${bobId}`, {})).status).toBe(405);
    expect((await client.get('/Me')).status).toBe(501);
    expect((await client.get('/Bulk')).status).toBe(405);
  });

  test('that cannot be decoded return 400', async () => {
    const answer = await client.get('/Users/%zz');
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ status: '400' });
  });
});

describe('headers', () => {
  const authorization = () => ({ authorization: `Bearer ${server.key}` });

  test.for(['application/scim+json', 'application/json', '*/*', 'text/html', 'nonsense'])(
    'a request with Accept: %s returns SCIM JSON',
    async (accept) => {
      const answer = await call(`${server.scimUrl}/Users/${bobId}`, { headers: { ...authorization(), accept } });
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('application/scim+json; charset=utf-8');
    },
  );

  test.for(['application/scim+json', 'application/json', 'Application/SCIM+JSON; charset=UTF-8', undefined])(
    'a body of the type %s is accepted',
    async (type) => {
      const answer = await call(`${server.scimUrl}/Users/${bobId}`, {
        method: 'PATCH',
        headers: { ...authorization(), ...(type !== undefined && { 'content-type': type }) },
        body: { Operations: [{ op: 'replace', path: 'nickName', value: 'Bobby' }] },
      });
      expect(answer).toMatchObject({ status: 200, body: { nickName: 'Bobby' } });
    },
  );

  test('a body of another type is refused with 415', async () => {
    const answer = await call(`${server.scimUrl}/Users`, {
      method: 'POST',
      headers: { ...authorization(), 'content-type': 'text/plain' },
      body: '{}',
    });
    expect(answer).toMatchObject({ status: 415, body: { status: '415' } });
  });

  test('POST returns Location and ETag', async () => {
    const answer = await client.post('/Users', { userName: 'located', emails: [{ value: 'located@contoso.example' }] });
    expect(answer.status).toBe(201);
    expect(answer.headers['location']).toBe(`${server.scimUrl}/Users/${answer.body.id}`);
    expect(answer.headers['location']).toBe(answer.body.meta.location);
    expect(answer.headers['etag']).toBe(answer.body.meta.version);
  });

  test('If-None-Match with the current version returns 304, and If-Match with an old version returns 412', async () => {
    const { body } = await client.get(`/Users/${bobId}`);
    const read = await call(`${server.scimUrl}/Users/${bobId}`, {
      headers: { ...authorization(), 'if-none-match': body.meta.version },
    });
    expect(read.status).toBe(304);
    expect(read.text).toBe('');
    const change = (ifMatch: string) =>
      call(`${server.scimUrl}/Users/${bobId}`, {
        method: 'PATCH',
        headers: { ...authorization(), 'if-match': ifMatch, 'content-type': 'application/scim+json' },
        body: { Operations: [{ op: 'replace', path: 'title', value: `by ${ifMatch}` }] },
      });
    expect((await change(body.meta.version)).status).toBe(200);
    expect(await change(body.meta.version)).toMatchObject({ status: 412, body: { status: '412' } });
    expect((await change('*')).status).toBe(200);
  });
});

describe('lists', () => {
  test('are empty for the queries of Test Connection, which request a user and a group that do not exist', async () => {
    for (const path of [
      `/Users?filter=userName+eq+%22${GUID}%22`,
      `/Users?filter=externalId+eq+%22${GUID}%22`,
      `/Users?filter=emails%5Btype+eq+%22work%22%5D.value+eq+%22${GUID}%22`,
      `/Groups?excludedAttributes=members&filter=displayName+eq+%22${GUID}%22`,
    ]) {
      const answer = await client.get(path);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 0,
        startIndex: 1,
        itemsPerPage: 0,
        Resources: [],
      });
    }
  });

  test('treat a startIndex below 1 as 1 and a negative count as 0, and are empty past the end', async () => {
    const total = (await client.get('/Users')).body.totalResults;
    expect((await client.get('/Users?startIndex=0&count=1')).body).toMatchObject({ startIndex: 1, itemsPerPage: 1 });
    expect((await client.get('/Users?count=-5')).body).toMatchObject({
      totalResults: total,
      itemsPerPage: 0,
      Resources: [],
    });
    expect((await client.get('/Users?count=0')).body).toMatchObject({ totalResults: total, Resources: [] });
    expect((await client.get('/Users?startIndex=1000')).body).toMatchObject({ totalResults: total, Resources: [] });
    expect(await client.get('/Users?count=many')).toMatchObject({ status: 400, body: { scimType: 'invalidCount' } });
  });

  test('in the parameters attributes and excludedAttributes determine what a resource contains besides its id', async () => {
    const some = (await client.get(`/Users/${bobId}?attributes=userName,emails.value`)).body;
    expect(Object.keys(some).sort()).toEqual(['emails', 'id', 'schemas', 'userName']);
    expect(some.emails).toEqual([{ value: 'bob@contoso.example' }]);
    const rest = (await client.get(`/Users/${bobId}?excludedAttributes=emails,displayName,id`)).body;
    expect(rest).toHaveProperty('id');
    expect(rest).toHaveProperty('userName');
    expect(rest).not.toHaveProperty('emails');
    expect(rest).not.toHaveProperty('displayName');
  });

  test.for([
    ['userName eq "BOB"', 1],
    ['displayName eq "bob ÅNGSTRÖM"', 1],
    ['displayName co "ångs" and active eq "True"', 1],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "bo"', 1],
    ['not (userName eq "bob") and userName eq "bob"', 0],
    [
      'meta.lastModified gt "2020-01-01T00:00:00Z" and userName pr and not (title pr and title eq "nobody") and id eq "x"',
      0,
    ],
  ] as const)('filtered by %s have %i entries', async ([filter, count]) => {
    const answer = await client.get(`/Users?filter=${encodeURIComponent(filter)}`);
    expect(answer.status).toBe(200);
    expect(answer.body.totalResults).toBe(count);
  });

  test.for([
    'userName eq',
    'userName eq "a',
    'shoeSize eq 1',
    'active gt true',
    'userName eq "a" and',
    '((((',
    'password eq "x"',
  ])('requested with the filter %s are refused as invalidFilter', async (filter) => {
    const answer = await client.get(`/Users?filter=${encodeURIComponent(filter)}`);
    expect(answer).toMatchObject({ status: 400, body: { status: '400', scimType: 'invalidFilter' } });
  });
});

describe('discovery', () => {
  test('serves ServiceProviderConfig, ResourceTypes and Schemas, and refuses filters', async () => {
    const config = await client.get('/ServiceProviderConfig');
    expect(config.body).toMatchObject({
      patch: { supported: true },
      filter: { supported: true },
      bulk: { supported: true },
    });
    const types = await client.get('/ResourceTypes');
    expect(types.body.Resources.map((type: { name: string }) => type.name)).toEqual(['User', 'Group']);
    const schemas = await client.get('/Schemas');
    expect(schemas.body.totalResults).toBe(3);
    for (const { id, meta } of schemas.body.Resources) {
      expect((await client.get(`/Schemas/${id}`)).body.id).toBe(id);
      expect(meta.location).toBe(`${server.scimUrl}/Schemas/${id}`);
    }
    expect(schemas.text).not.toContain('null');
    expect((await client.get('/Schemas?filter=id+eq+%22x%22')).status).toBe(403);
    expect((await client.get('/ResourceTypes/Robot')).status).toBe(404);
    expect((await client.get('/ResourceTypes/User')).body.endpoint).toBe('/Users');
  });
});

test('/healthz and /readyz need no credential', async () => {
  expect(await call(`${server.url}/healthz`)).toMatchObject({ status: 200, body: { status: 'alive' } });
  expect(await call(`${server.url}/readyz`)).toMatchObject({ status: 200, body: { status: 'ready' } });
});
