import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listEvents } from '#audit/event-store.ts';
import { openTestHttpServer, type TestHttpServer } from './http-server.fixture.ts';

const TENANT_URL = 'https://directory.example/scim/v2';
const ACTIVITY = 'Date:2026-01-05T09:00:00Z, ActivityId:2f1f7a1c-6f53-4d43-9d0a-51d4e2f1b0aa';

let server: TestHttpServer;
beforeAll(async () => {
  server = await openTestHttpServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = async (url: string, headers: Record<string, string> = {}, method: 'GET' | 'POST' = 'GET') => {
  const answer = await server.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${server.key}`, ...headers },
    ...(method === 'POST' && { payload: '{}' }),
  });
  return { status: answer.statusCode, headers: answer.headers, text: answer.body };
};

/** Wrong Tenant URLs that an administrator may have entered, without the host. */
const wrongTenantUrls = [
  '',
  '/',
  '/scim',
  '/scim/',
  '/scim/v1',
  '/scim/v2.0',
  '/scim2',
  '/v2',
  '/scim/v2/v2',
  '/scim/v2/Users',
  '/scim/v2/scim/v2',
  '/SCIM/V2/users',
  '/api/scim/v2',
  '/directory/scim/v2',
  '/.well-known/scim',
];
const requests = [
  '/Users?filter=userName+eq+%22a%22',
  '/Users/0123456789abcdef01234567',
  '/Groups',
  '/ServiceProviderConfig',
];

describe('a wrong Tenant URL', () => {
  test.for(wrongTenantUrls)('gets a SCIM error that names the right Tenant URL: "%s"', async (tenantUrl) => {
    for (const [method, path] of [...requests.map((one) => ['GET', one] as const), ['POST', '/Users'] as const]) {
      const { status, headers, text } = await ask(`${tenantUrl}${path}`, {}, method);
      expect([status, headers['content-type']], text).toEqual([404, 'application/scim+json; charset=utf-8']);
      expect(JSON.parse(text)).toMatchObject({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '404',
        detail: expect.stringContaining(
          `enter exactly ${TENANT_URL}/?aadOptscim062020 as the Tenant URL; in any other SCIM client, enter ${TENANT_URL} as`,
        ),
      });
      expect(headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
    }
  });

  test.for<[string, Record<string, string>]>([
    ['/', { adscimversion: ACTIVITY }],
    ['/?aadOptscim062020', {}],
    ['/anything', { 'user-agent': 'Okta SCIM Client 1.0.0' }],
    ['/anything', { accept: 'application/scim+json' }],
    ['/api/nothing', { adscimversion: ACTIVITY }],
  ])('is recognized by the path %s and the headers %j of a SCIM client', async ([path, headers]) => {
    const { text } = await ask(path, headers);
    expect(JSON.parse(text).detail).toContain(TENANT_URL);
  });

  test('is recorded as an event that can be found by the id that the client sent', async () => {
    await ask('/scim/v1/Users', { adscimversion: ACTIVITY.replace('2f1f', 'aaaa') });
    const { deps, caller } = server.directory;
    const { organizationId } = caller.origin;
    const request = 'aaaa7a1c-6f53-4d43-9d0a-51d4e2f1b0aa';
    expect(await listEvents(deps.database, { organizationId, request, limit: 2 })).toMatchObject([
      { event_type: 'request_refused', error_code: 'routeNotFound', client: 'Microsoft Entra ID' },
    ]);
  });

  test('gets the same SCIM error if the key is wrong', async () => {
    const { status, text } = await ask('/scim/v1/Users', { authorization: 'Bearer wrong' });
    expect([status, JSON.parse(text).detail]).toEqual([404, expect.stringContaining(TENANT_URL)]);
  });
});

describe('an unknown address', () => {
  test.for(['/api/nothing', '/api/users/nothing/nothing', '/nothing', '/oauth2/nothing', '/v1/systemusers'])(
    'gets an error of the REST API: %s',
    async (path) => {
      const { status, text } = await ask(path);
      expect([status, JSON.parse(text).error_code]).toEqual([404, 'routeNotFound']);
    },
  );

  test('of the Entra ID stand-in gets a Graph error', async () => {
    expect(JSON.parse((await ask('/entra/v1.0/nothing')).text)).toMatchObject({ error: { code: 'BadRequest' } });
  });

  const browse = (path: string) => ask(path, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
  const places = ['/portal', '/portal/', '/Portal', '/portal/sign-in', '/portal/password'];

  test.for([...places, '/console', '/console/', '/console/sign-in'])(
    'does not include %s, which returns a page',
    async (path) => {
      const { status, headers, text } = await browse(path);
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      const links = [...text.matchAll(/ href="([^"]+)"/g)].map(([, link = '']) => link);
      expect(links.length).toBeGreaterThan(0);
      for (const link of links) expect([link, (await browse(link)).status]).toEqual([link, 200]);
    },
  );

  test.for<[path: string, next: string]>([
    ['/scim', TENANT_URL],
    ['/scim/v1/Users', TENANT_URL],
    ['/nothing', TENANT_URL],
    ['/protal', TENANT_URL],
  ])('returns a 404 page to browsers and a JSON error to other clients: %s', async ([path, next]) => {
    const { status, headers, text } = await browse(path);
    expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(text).toContain('This page does not exist');
    expect(text).toContain(next);
    const other = await ask(path);
    expect([other.status, other.headers['content-type']]).toEqual([404, expect.stringContaining('json')]);
  });

  test.for<[string, Record<string, string>]>([
    ['/', { accept: 'text/html' }],
    ['/', { accept: 'text/html', adscimversion: ACTIVITY }],
    ['/', { accept: '*/*' }],
    ['/?a=b', { accept: 'application/json' }],
    ['/', {}],
  ])('leads from %s with the headers %j to the console', async ([path, sent]) => {
    const { status, headers } = await ask(path, sent);
    expect([status, headers['location']]).toEqual([302, '/console']);
  });

  test('below /portal returns the page of the portal, with 404 unless it names an organization', async () => {
    const page = (await browse('/portal')).text;
    const { organizationId } = server.directory.caller.origin;
    for (const [path, expected] of [
      ['/portal/forgott', 404],
      ['/portal/activate/x', 404],
      [`/portal/${organizationId}`, 200],
    ] as const) {
      const { status, headers, text } = await browse(path);
      expect([path, status, headers['content-type'], text === page]).toEqual([
        path,
        expected,
        'text/html; charset=utf-8',
        true,
      ]);
    }
  });

  test.for(['/console/assets/none.js', '/portal/assets/none.js?a=b'])(
    'returns a JSON error for a file that a page would load: %s',
    async (path) => {
      const { status, headers, text } = await browse(path);
      expect([status, headers['content-type']]).toEqual([404, expect.stringContaining('json')]);
      expect(JSON.parse(text)).toMatchObject({ error_code: expect.any(String) });
    },
  );

  test.for(['/console/nothing?a=b', '/console/nothing/else'])(
    'returns the page of the console to browsers, with 404, and a JSON error to other clients: %s',
    async (path) => {
      const { status, headers, text } = await browse(path);
      expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
      expect(text).toBe((await browse('/console')).text);
      expect(headers['content-security-policy']).toContain("script-src 'self'");
      const other = await ask(path);
      expect([other.status, other.headers['content-type']]).toEqual([404, expect.stringContaining('json')]);
    },
  );
});

test.for<[method: 'GET' | 'POST', path: string, accept: string, status: number, type: string]>([
  ['GET', '/portal/%zz', 'text/html', 400, 'text/html; charset=utf-8'],
  ['GET', '/Console/%zz', '*/*', 400, 'text/html; charset=utf-8'],
  ['GET', '/%zz', 'text/html', 400, 'text/html; charset=utf-8'],
  ['GET', '/%zz', '*/*', 400, 'application/scim+json; charset=utf-8'],
  ['GET', '/scim/v2/Users/%zz', 'text/html', 400, 'application/scim+json; charset=utf-8'],
  ['GET', '/api/%zz', 'text/html', 400, 'application/json; charset=utf-8'],
  ['POST', '/portal/typo', '*/*', 404, 'text/html; charset=utf-8'],
  ['POST', '/portal', 'text/html', 404, 'text/html; charset=utf-8'],
  ['POST', '/nothing', '*/*', 404, 'application/json; charset=utf-8'],
  ['POST', '/', '*/*', 404, 'application/json; charset=utf-8'],
])(
  '%s %s with Accept: %s returns the status %i and the media type %s',
  async ([method, path, accept, status, type]) => {
    const answer = await ask(path, { accept }, method);
    expect([answer.status, answer.headers['content-type']]).toEqual([status, type]);
    if (!type.startsWith('text/html')) return;
    expect(answer.text).toContain('<h1>');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  },
);

test.for<[method: 'GET' | 'POST', path: string, status: number, code: string]>([
  ['GET', '/portal/reset?token=guess', 410, 'tokenUsed'],
  ['POST', '/portal/reset', 410, 'tokenUsed'],
  ['POST', '/portal/check-password', 400, 'tokenUsed'],
  ['POST', '/console/forgot', 400, 'invalidBody'],
  ['GET', '/portal/%zz', 400, 'invalidQuery'],
])('the log contains the error code when a page refuses a request: %s %s', async ([method, path, status, code]) => {
  const payload = path.endsWith('forgot') ? 'email=m%FCller' : 'token=guess&password=a&again=a';
  const before = server.log().length;
  const answer = await server.app.inject({
    method,
    url: path,
    ...(method === 'POST' && { headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload }),
  });
  expect(answer.statusCode).toBe(status);
  const lines = server.log().slice(before);
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'request refused', error_code: code }));
  // Hooks do not run for a URL that cannot be read.
  if (code === 'invalidQuery') return;
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'request', error_code: code, status }));
});

test('the ids that a client sends are echoed by every interface and appear in the log line of the request', async () => {
  for (const path of [
    '/scim/v2/Users',
    '/api/systemusers',
    '/entra/v1.0/tenants',
    '/healthz',
    '/nothing',
    '/portal/forgot',
  ]) {
    const { headers } = await ask(path, {
      'x-request-id': `id-of${path.replaceAll('/', '-')}`,
      adscimversion: ACTIVITY,
    });
    expect(headers['x-activity-id'], path).toBe('2f1f7a1c-6f53-4d43-9d0a-51d4e2f1b0aa');
    expect(headers['client-request-id'], path).toBeDefined();
    expect(server.log()).toContainEqual(
      expect.objectContaining({ msg: 'request', path, x_request_id: `id-of${path.replaceAll('/', '-')}` }),
    );
  }
  const { headers } = await ask('/entra/v1.0/tenants', { 'client-request-id': 'x'.repeat(200) });
  expect(headers['client-request-id']).toBe(headers['request-id']);
});
