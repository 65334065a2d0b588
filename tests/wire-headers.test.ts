import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#base/clock.ts';
import { graphRoutes } from '#entra/graph-api/all-graph-routes.ts';
import { OnDemandLimit } from '#entra/graph-api/on-demand-limit.ts';
import { ManualCycles } from '#entra/graph-api/manual-cycles.ts';
import { loopbackAccess } from '#entra/wire/loopback-access.fixture.ts';
import { allRoutes } from '#rest-api/all-routes.ts';
import { BODY_BYTES_MAX } from '#rest-api/plugin.ts';
import { call } from './support/http-client.ts';
import { rawHttp } from './support/raw-http.ts';
import { startServer, TEST_KEY, type RunningServer } from './support/start-server.ts';

/** Checks that every response on the wire has the security headers: for every interface and for every kind of rejected request. */

let server: RunningServer;
let url: string;

beforeAll(async () => {
  server = await startServer({ TANHUA_PUBLIC_URL: 'https://directory.example', TANHUA_ENTRA: 'on' });
  const port = /"port":(\d+)/.exec(server.log())?.[1] ?? /:(\d+)"/.exec(server.log())?.[1];
  url = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const expected = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'strict-transport-security': 'max-age=31536000',
};
const withKey = { 'x-api-key': TEST_KEY, 'content-type': 'application/json' };

const graph = graphRoutes({
  onDemand: new OnDemandLimit(systemClock),
  cycles: new ManualCycles(),
  mode: 'on',
  offText: '',
  access: loopbackAccess(),
});
const scimRoutes = ['Users', 'Groups', 'Schemas', 'ResourceTypes'].flatMap((name) =>
  [`/${name}`, `/${name}/ID`].flatMap((path) =>
    ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => [method, path]),
  ),
);
const furtherRoutes = [
  'GET /Me',
  'PATCH /Me',
  'PUT /Me',
  'GET /ServiceProviderConfig',
  'POST /Bulk',
  'POST /.search',
  'POST /Users/.search',
  'POST /Groups/.search',
  'GET /Nothing',
].map((line) => line.split(' '));
const pages = ['activate', 'reset', 'forgot', 'password-set'].flatMap((page) =>
  ['/portal', '/console'].flatMap((root) => ['GET', 'POST', 'DELETE'].map((method) => [method, `${root}/${page}`])),
);
const plain = ['/', '/healthz', '/readyz', '/nothing', '/api/nothing', '/entra/v1.0/nothing', '/api/docs', '/%zz'];

const routes: readonly (readonly [string, string])[] = [
  ...allRoutes.map(({ method, path }) => [method, path] as const),
  ...graph.map(({ method, path }) => [method, `/entra/v1.0${path}`] as const),
  ...[...scimRoutes, ...furtherRoutes].map(([method = '', path = '']) => [method, `/scim/v2${path}`] as const),
  ...pages.map(([method = '', path = '']) => [method, path] as const),
  ...plain.flatMap((path) => ['GET', 'HEAD', 'OPTIONS', 'POST', 'TRACE'].map((method) => [method, path] as const)),
];

test('every route returns the security headers, with and without a key', async () => {
  expect(routes.length).toBeGreaterThan(200);
  const faults = [];
  for (const [method, path] of routes) {
    const target = url + path.replaceAll(/:\w+/g, '0'.repeat(24)).replace('ID', '0'.repeat(24));
    for (const headers of [{}, withKey]) {
      const { headers: answered, status } = await (path === '/api/live'
        ? headOf(target, headers)
        : call(target, { method, headers }));
      const shown = Object.fromEntries(Object.keys(expected).map((name) => [name, answered[name]]));
      if (JSON.stringify(shown) !== JSON.stringify(expected)) faults.push([method, path, status, shown]);
    }
  }
  expect(faults).toEqual([]);
});

/** Returns the status and the headers of a response that does not end. */
async function headOf(target: string, headers: Readonly<Record<string, string>>) {
  const answer = await fetch(target, { headers });
  await answer.body?.cancel();
  return { status: answer.status, headers: Object.fromEntries(answer.headers) as Record<string, string | undefined> };
}

const close = 'host: directory.example\r\nconnection: close\r\n';
const big = 'a'.repeat(BODY_BYTES_MAX + 1);
test.each<[string, number, string]>([
  ['text that is not HTTP', 400, 'nonsense\r\n\r\n'],
  ['headers that are too large', 400, `GET / HTTP/1.1\r\n${close}x: ${'a'.repeat(70_000)}\r\n\r\n`],
  ['two Host headers', 400, `GET / HTTP/1.1\r\n${close}host: other.example\r\n\r\n`],
  ['an unknown Expect header', 417, `GET / HTTP/1.1\r\n${close}expect: more\r\n\r\n`],
  ['a body that is not JSON', 400, post('/api/systemusers', 'application/json', '{')],
  ['a body with a duplicate key', 400, post('/api/systemusers', 'application/json', '{"a":1,"a":2}')],
  ['a media type that no route accepts', 415, post('/api/systemusers', 'text/plain', 'x')],
  ['a body that is too large', 413, post('/api/systemusers', 'application/json', big)],
  ['a SCIM body that is not JSON', 400, post('/scim/v2/Users', 'application/scim+json', '{')],
  ['a Graph body that is not JSON', 400, post('/entra/v1.0/tenants', 'application/json', '{')],
])('the response to %s has the security headers', async (_name, status, text) => {
  const answer = await rawHttp(url, [text]);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  for (const [name, value] of Object.entries(expected)) expect(answer).toContain(`\r\n${name}: ${value}\r\n`);
});

function post(path: string, type: string, body: string): string {
  const length = Buffer.byteLength(body);
  return `POST ${path} HTTP/1.1\r\n${close}x-api-key: ${TEST_KEY}\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n${body}`;
}

test('a request to a stopping server is refused with 503 and the security headers', async () => {
  const stopping = await startServer({ TANHUA_ENTRA: 'off' });
  try {
    const socket = connect(Number(new URL(stopping.url).port), '127.0.0.1');
    await once(socket, 'connect');
    // This request is incomplete, so that the connection is still in use when the server stops.
    socket.write(
      `${post('/api/systemusers', 'application/json', '{}').replace('connection: close\r\n', '').slice(0, -2)}`,
    );
    await call(`${stopping.url}/healthz`);
    process.kill(stopping.pid, 'SIGTERM');
    await expect
      .poll(() =>
        call(`${stopping.url}/healthz`).then(
          () => 'open',
          () => 'closed',
        ),
      )
      .toBe('closed');
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString();
    });
    const ended = once(socket, 'close');
    socket.write('{}GET /healthz HTTP/1.1\r\nhost: directory.example\r\n\r\n');
    await ended;
    const last = received.slice(received.lastIndexOf('HTTP/1.1 '));
    expect(last).toMatch(/^HTTP\/1.1 503 /);
    for (const name of ['x-content-type-options: nosniff', 'cache-control: no-store', 'retry-after: 5']) {
      expect(last).toContain(`\r\n${name}\r\n`);
    }
    expect(last).toContain('The server is stopping');
  } finally {
    await stopping[Symbol.asyncDispose]();
  }
});
