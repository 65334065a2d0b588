import { connect } from 'node:net';
import { EVENT_TEXT_LENGTH_MAX } from '#audit/event-store.ts';
import { BODY_BYTES_MAX } from '#scim-server/limits.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scimClient, type ScimClient } from '../support/http-client.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';

let server: RunningServer;
let client: ScimClient;
let id: string;

beforeAll(async () => {
  server = await startServer({ TANHUA_BOOTSTRAP_RULES: 'standard' });
  client = scimClient(server.scimUrl, server.key);
  id = (await client.post('/Users', { userName: 'victim' })).body.id;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const patch = (operation: unknown) => ({ Operations: [operation] });

test.for<[string, unknown]>([
  ['no JSON', '{"userName":'],
  ['an empty body', ''],
  ['an array', []],
  ['a string', '"text"'],
  ['null', 'null'],
  ['a number', '1e400'],
  ['a userName of the wrong type', { userName: { a: 1 } }],
  ['a userName that is an array', { userName: ['a', 'b'] }],
  ['e-mails of the wrong type', { userName: 'x', emails: [[['a']]] }],
  ['nesting past the limit', `{"userName":"x","name":${deep(40)}}`],
  ['nesting without end', `{"userName":"x","name":${deep(200_000)}}`],
  ['__proto__', '{"userName":"x","__proto__":{"admin":true}}'],
  ['constructor', '{"userName":"x","name":{"constructor":{"prototype":{}}}}'],
  ['a NUL', { userName: 'a\u0000b' }],
  ['a lone surrogate', '{"userName":"a\\ud800b"}'],
  ['a value past every limit', { userName: 'x'.repeat(100_000) }],
])('POST with %s is 400', async ([, body]) => {
  const answer = await client.post('/Users', body);
  expect(answer.status, answer.text).toBe(400);
  expect(answer.body).toMatchObject({ status: '400', schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'] });
  expect(answer.body.detail.length).toBeGreaterThan(20);
});

test.for<[string, unknown, number]>([
  ['no operations', {}, 400],
  ['operations of the wrong type', { Operations: 'all' }, 400],
  ['an operation of the wrong type', patch(1), 400],
  ['an unknown op', patch({ op: 'drop', path: 'title' }), 400],
  ['a path of the wrong type', patch({ op: 'add', path: 1, value: 'x' }), 400],
  ['a path that is no path', patch({ op: 'add', path: 'emails[type eq', value: 'x' }), 400],
  ['__proto__ in a path', patch({ op: 'add', path: '__proto__.admin', value: true }), 400],
  ['__proto__ in a no-path object', '{"Operations":[{"op":"add","value":{"__proto__":{"admin":true}}}]}', 400],
  ['a read-only attribute', patch({ op: 'replace', path: 'id', value: 'x' }), 400],
  ['a required attribute removed', patch({ op: 'remove', path: 'userName' }), 400],
  ['a target that is not there', patch({ op: 'replace', path: 'emails[value co "nobody"].display', value: 'x' }), 400],
  [
    'too many operations',
    { Operations: Array.from({ length: 1001 }, () => ({ op: 'add', path: 'title', value: 'x' })) },
    413,
  ],
])('PATCH with %s is refused', async ([, body, status]) => {
  const answer = await client.patch(`/Users/${id}`, body);
  expect(answer.status, answer.text).toBe(status);
  expect(answer.body).toMatchObject({ status: String(status) });
  expect((await client.get(`/Users/${id}`)).body.meta.version).toBe('W/"1"');
});

test('a body at the limit is read, and one past it is 413', async () => {
  const operation = JSON.stringify(patch({ op: 'add', path: 'nickName', value: 'V' }));
  const padded = (length: number) => operation.padEnd(length, ' ');
  const before = (await client.get(`/Users/${id}`)).body.meta.version;
  expect((await client.patch(`/Users/${id}`, padded(BODY_BYTES_MAX))).status).toBe(200);
  const refused = await client.patch(`/Users/${id}`, padded(BODY_BYTES_MAX + 1));
  expect(refused).toMatchObject({ status: 413, body: { status: '413' } });
  expect(before).toBe('W/"1"');
});

test('a name of megabytes is refused, and its event is short', async () => {
  const answer = await client.post('/Users', { userName: 'n'.repeat(4_000_000) });
  expect(answer.status).toBe(400);
  const { stdout } = await server.cli('event', 'list', '--refused', '--limit', '1', '--json');
  expect(stdout.length).toBeLessThan(10_000);
  expect(JSON.parse(stdout)[0].resource.username).toBe('n'.repeat(EVENT_TEXT_LENGTH_MAX));
});

test('a binary value that would take a backtracking pattern minutes is refused at once', async () => {
  const value = `${'='.repeat(131_071)}x`;
  const answer = await client.patch(`/Users/${id}`, patch({ op: 'add', path: 'x509Certificates', value: [{ value }] }));
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
});

test('a query that cannot be read refuses before anything is written', async () => {
  const answer = await client.post('/Users?attributes=id&attributes=userName', { userName: 'unwritten' });
  expect(answer.status).toBe(400);
  expect((await client.get('/Users?filter=userName+eq+%22unwritten%22')).body.totalResults).toBe(0);
});

test('an id at the limit of a path is not found, and one past it is no id', async () => {
  expect((await client.get(`/Users/${'x'.repeat(1_024)}`)).status).toBe(404);
  const refused = await client.get(`/Users/${'x'.repeat(1_025)}`);
  expect(refused).toMatchObject({ status: 400, body: { status: '400' } });
});

test.for([
  '('.repeat(5_000),
  `${'not ('.repeat(1_000)}title pr${')'.repeat(1_000)}`,
  Array.from({ length: 2_000 }, () => 'title pr').join(' or '),
  'title eq "' + 'x'.repeat(10_000) + '"',
  'emails['.repeat(500),
  'userName eq "\' or 1=1 --" and (',
])('a hostile filter is 400', async (filter) => {
  const answer = await client.get(`/Users?filter=${encodeURIComponent(filter)}`);
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } });
});

test('SQL in values is only a value', async () => {
  const answer = await client.get(`/Users?filter=${encodeURIComponent(`userName eq "' or '1'='1"`)}`);
  expect(answer.body.totalResults).toBe(0);
});

test('headers past the limit, and no HTTP at all, are answered by 400', async () => {
  const answers = [
    `GET /scim/v2/Users?filter=${'x'.repeat(70_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
    'nonsense\r\n\r\n',
  ].map(async (text) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
    return await promise;
  });
  for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*"status":"400"/);
});

test('whatever was sent, the server lives and the directory is as it was', async () => {
  expect((await client.get('/Users')).body).toMatchObject({ totalResults: 1, Resources: [{ userName: 'victim' }] });
});
