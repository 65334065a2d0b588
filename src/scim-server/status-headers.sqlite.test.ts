import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestScimServer, type ScimAnswer, type TestScimServer } from './scim-server.fixture.ts';

let server: TestScimServer;
let user: { readonly path: string; readonly tag: string };
let group: { readonly path: string; readonly tag: string };

beforeAll(async () => {
  server = await openTestScimServer('standard');
  user = await created('/Users', { userName: 'ann' });
  group = await created('/Groups', { displayName: 'Team' });
});
afterAll(async () => await server[Symbol.asyncDispose]());

async function created(path: string, body: object) {
  const answer = await server.send('POST', path, body);
  return { path: `${path}/${answer.body.id}`, tag: String(answer.headers['etag']) };
}

type Request = Parameters<TestScimServer['send']>;

/** Requests to all routes, with the expected status of the response. */
const requests: readonly (readonly [status: number, request: () => Request])[] = [
  ...['/Users', '/Groups', '', '/ServiceProviderConfig', '/Schemas', '/ResourceTypes'].map(
    (path): [number, () => Request] => [200, () => ['GET', path]],
  ),
  [201, () => ['POST', '/Users', { userName: 'bob' }]],
  [201, () => ['POST', '/Groups', { displayName: 'Other' }]],
  ...[() => user, () => group].flatMap((at): [number, () => Request][] => [
    [200, () => ['GET', at().path]],
    [304, () => ['GET', at().path, undefined, { 'if-none-match': at().tag }]],
    [412, () => ['DELETE', at().path, undefined, { 'if-match': 'W/"0"' }]],
    [405, () => ['POST', at().path, {}]],
    [400, () => ['PATCH', at().path, { Operations: [{ op: 'nothing' }] }]],
    [400, () => ['PUT', at().path, { active: 'perhaps' }]],
    [415, () => ['PUT', at().path, {}, { 'content-type': 'text/plain' }]],
    [401, () => ['GET', at().path, undefined, { authorization: 'Bearer wrong' }]],
  ]),
  ...['/Users/none', '/Groups/none', '/Schemas/none', '/ResourceTypes/none', '/none'].map(
    (path): [number, () => Request] => [404, () => ['GET', path]],
  ),
  ...['/Users', '/Groups'].map((path): [number, () => Request] => [400, () => ['GET', `${path}?filter=x`]]),
  [409, () => ['POST', '/Users', { userName: 'ann' }]],
  [405, () => ['DELETE', '/Users']],
  [405, () => ['POST', '/ServiceProviderConfig', {}]],
  [400, () => ['POST', '/Bulk', {}]],
  [400, () => ['POST', '/.search', { filter: 'x' }]],
  [204, () => ['DELETE', group.path]],
];

/** For each header, returns true for the statuses with which the header has a meaning (RFC 9110, RFC 7644 §3.3, §3.4.1, §3.14). */
const meaning: Readonly<Record<string, (status: number) => boolean>> = {
  location: (status) => status === 200 || status === 201,
  'content-location': (status) => status < 300,
  etag: (status) => status < 300 || status === 304,
  'last-modified': (status) => status < 300 || status === 304,
  allow: (status) => status === 405,
  'www-authenticate': (status) => status === 401,
  'retry-after': (status) => status === 429 || status >= 500,
  'x-ignored-attributes': (status) => status < 300,
  'content-type': (status) => status !== 204 && status !== 304,
};

test.for(requests.map(([status, request], index) => [status, index, request] as const))(
  'a response with the status %i (request %i) has only headers that are meaningful for that status',
  async ([status, , request]) => {
    const answer: ScimAnswer = await server.send(...request());
    expect(answer.status).toBe(status);
    const misplaced = Object.keys(answer.headers).filter((name) => meaning[name]?.(status) === false);
    expect(misplaced).toEqual([]);
    if (status === 405) expect(answer.headers).toHaveProperty('allow');
    if (status === 401) expect(answer.headers).toHaveProperty('www-authenticate');
    if (status === 201) expect(answer.headers).toHaveProperty('location');
  },
);
