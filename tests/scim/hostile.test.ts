import { EVENT_TEXT_LENGTH_MAX } from '#audit/event-body.ts';
import { BODY_DEPTH_MAX } from '#base/json-scan.ts';
import { BODY_BYTES_MAX } from '#scim-server/limits.ts';
import { FILTER_DEPTH_MAX } from '#scim/limits.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { scimClient, type ScimClient } from '../support/http-client.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';
import { withSchemas } from '../support/with-schemas.ts';

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

/** Asserts that the server still responds, that the directory is unchanged, and that no request failed with an internal error. */
async function expectNoHarm(): Promise<void> {
  const answer = await client.get('/Users');
  expect(answer.body).toMatchObject({ totalResults: 1, Resources: [{ id, userName: 'victim' }] });
  expect(server.log()).not.toContain('request failed');
}
afterEach(expectNoHarm);

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const patch = (operation: unknown) => ({ Operations: [operation] });

const operations = (length: number) => ({
  Operations: Array.from({ length }, () => ({ op: 'add', path: 'title', value: 'x' })),
});

test.for<[string, unknown]>([
  ['incomplete JSON', '{"userName":'],
  ['an empty body', ''],
  ['an array', []],
  ['a string', '"text"'],
  ['null', 'null'],
  ['a number', '1e400'],
  ['a userName of the wrong type', { userName: { a: 1 } }],
  ['a userName that is an array', { userName: ['a', 'b'] }],
  ['emails of the wrong type', { userName: 'x', emails: [[['a']]] }],
  ['nesting beyond the limit', `{"userName":"x","name":${deep(40)}}`],
  ['200 000 levels of nesting', `{"userName":"x","name":${deep(200_000)}}`],
  ['the key __proto__', '{"userName":"x","__proto__":{"admin":true}}'],
  ['the key constructor', '{"userName":"x","name":{"constructor":{"prototype":{}}}}'],
  ['a NUL in the userName', { userName: 'a\u0000b' }],
  ['a lone surrogate in the userName', '{"userName":"a\\ud800b"}'],
  ['a userName of 100 000 characters', { userName: 'x'.repeat(100_000) }],
  ['a duplicate key', '{"userName":"a","title":"b","userName":"a"}'],
  ['a duplicate key in another case', '{"userName":"a","USERNAME":"b"}'],
  ['a duplicate key with an escape', '{"userName":"a","user\\u004eame":"b"}'],
  ['a duplicate sub-attribute', '{"userName":"a","emails":[{"value":"a@x.example","Value":"b@x.example"}]}'],
  ['an integer above 2^53', '{"userName":"a","employeeNumber":9007199254740993}'],
  ['a number that is too large for a double', '{"userName":"a","x":1e999}'],
  ['a NUL in a key', '{"userName":"a","title\\u0000":"b"}'],
  ['a lone surrogate in a key', '{"userName":"a","\\udfff":"b"}'],
  ['a right-to-left override in the userName', { userName: 'a\u202eb' }],
  ['a zero-width space in the userName', { userName: 'a\u200bb' }],
  ['a line break in the userName', { userName: 'a\nb' }],
  ['a directional isolate in the email', { userName: 'x', emails: [{ value: 'a\u2066b@x.example' }] }],
])('POST with %s is refused with 400', async ([, body]) => {
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
  ['an incomplete path', patch({ op: 'add', path: 'emails[type eq', value: 'x' }), 400],
  ['__proto__ in a path', patch({ op: 'add', path: '__proto__.admin', value: true }), 400],
  ['__proto__ in a value without a path', '{"Operations":[{"op":"add","value":{"__proto__":{"admin":true}}}]}', 400],
  ['a read-only attribute', patch({ op: 'replace', path: 'id', value: 'x' }), 400],
  ['a removal of a required attribute', patch({ op: 'remove', path: 'userName' }), 400],
  ['a NUL in a path', patch({ op: 'add', path: 'tit\0le', value: 'x' }), 400],
  ['a lone surrogate in a path', patch({ op: 'add', path: 'emails[value eq "\ud800"].display', value: 'x' }), 400],
  ['constructor in a path', patch({ op: 'add', path: 'name.constructor', value: 'x' }), 400],
  ['nested value paths', patch({ op: 'add', path: 'emails['.repeat(500), value: 'x' }), 400],
  ['a duplicate key', '{"Operations":[{"op":"add","path":"title","value":"a","value":"b"}]}', 400],
  ['two lists of operations', '{"Operations":[],"operations":[]}', 400],
  [
    'a value path that matches nothing',
    patch({ op: 'replace', path: 'emails[value co "nobody"].display', value: 'x' }),
    400,
  ],
  ['1 001 operations', operations(1_001), 413],
  ['10 000 operations', operations(10_000), 413],
])('PATCH with %s is refused and changes nothing', async ([, body, status]) => {
  const answer = await client.patch(`/Users/${id}`, body);
  expect(answer.status, answer.text).toBe(status);
  expect(answer.body).toMatchObject({ status: String(status) });
  expect((await client.get(`/Users/${id}`)).body.meta.version).toBe('W/"1"');
});

test('a body of the maximum size is accepted, and a larger one is refused with 413', async () => {
  const operation = JSON.stringify(withSchemas('PATCH', '/Users', patch({ op: 'add', path: 'nickName', value: 'V' })));
  const padded = (length: number) => operation.padEnd(length, ' ');
  const before = (await client.get(`/Users/${id}`)).body.meta.version;
  expect((await client.patch(`/Users/${id}`, padded(BODY_BYTES_MAX))).status).toBe(200);
  const refused = await client.patch(`/Users/${id}`, padded(BODY_BYTES_MAX + 1));
  expect(refused).toMatchObject({ status: 413, body: { status: '413' } });
  expect(before).toBe('W/"1"');
});

test('a userName of 4 MB is refused, and its event contains only the beginning', async () => {
  const answer = await client.post('/Users', { userName: 'n'.repeat(4_000_000) });
  expect(answer.status).toBe(400);
  const { stdout } = await server.cli('event', 'list', '--refused', '--limit', '1', '--json');
  expect(stdout.length).toBeLessThan(10_000);
  expect(JSON.parse(stdout)[0].resource.username).toBe('n'.repeat(EVENT_TEXT_LENGTH_MAX));
});

test('an invalid binary value that would make a backtracking pattern run for minutes is refused', async () => {
  const value = `${'='.repeat(131_071)}x`;
  const answer = await client.patch(`/Users/${id}`, patch({ op: 'add', path: 'x509Certificates', value: [{ value }] }));
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
});

test('a POST with an invalid query is refused before anything is written', async () => {
  const answer = await client.post('/Users?attributes=id&attributes=userName', { userName: 'unwritten' });
  expect(answer.status).toBe(400);
  expect((await client.get('/Users?filter=userName+eq+%22unwritten%22')).body.totalResults).toBe(0);
});

test('GET of an unknown id returns 404 up to the maximum length of an id, and 400 above it', async () => {
  expect((await client.get(`/Users/${'x'.repeat(1_024)}`)).status).toBe(404);
  const refused = await client.get(`/Users/${'x'.repeat(1_025)}`);
  expect(refused).toMatchObject({ status: 400, body: { status: '400' } });
});

/** Returns the position that the error message contains. There the parser gives up, without reading the rest of the text. */
const depthLimitPosition = (opening: string) => opening.repeat(FILTER_DEPTH_MAX + 1).length;

test.for<[filter: string, stoppedAt?: number]>([
  ['('.repeat(5_000), depthLimitPosition('(')],
  [`${'('.repeat(5_000)}title pr${')'.repeat(5_000)}`],
  ['not ('.repeat(5_000)],
  [`${'not ('.repeat(1_000)}title pr${')'.repeat(1_000)}`, depthLimitPosition('not (')],
  [Array.from({ length: 2_000 }, () => 'title pr').join(' or ')],
  ['title eq "' + 'x'.repeat(10_000) + '"'],
  ['emails['.repeat(500)],
  ['emails[emails[value pr]]'],
  ['userName eq "\' or 1=1 --" and ('],
  ['userName eq "\\u0000"'],
  ['userName eq "\\ud800"'],
  ['__proto__ eq 1'],
  ['name.__proto__ eq "x"'],
  ['constructor.name eq "Object"'],
  ['\u202euserName eq "x"'],
  ['title eq 1e999'],
])('a hostile filter is refused with 400 (case %#)', async ([filter, stoppedAt]) => {
  const answer = await client.get(`/Users?filter=${encodeURIComponent(filter)}`);
  expect(answer).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } });
  if (stoppedAt !== undefined) expect(answer.body.detail).toContain(`position ${stoppedAt}:`);
});

test('SQL in the value of a filter is compared as text', async () => {
  const answer = await client.get(`/Users?filter=${encodeURIComponent(`userName eq "' or '1'='1"`)}`);
  expect(answer.body.totalResults).toBe(0);
});

test('the error about a body that is nested too deeply contains the position and no values of the body', async () => {
  const answer = await client.post('/Users', `{"password":"hunter2","name":${deep(200_000)}}`);
  const position = '{"password":"hunter2","name":'.length + BODY_DEPTH_MAX - 1;
  expect(answer.body.detail).toContain(`position ${position}`);
  expect(answer.text).not.toContain('hunter2');
});

test.for(['attributes', 'excludedAttributes'])('100 000 names in %s are refused', async (name) => {
  const names = Array.from({ length: 100_000 }, (_, index) => `n${index}`);
  expect(await client.post('/Users/.search', { [name]: names })).toMatchObject({
    status: 400,
    body: { scimType: 'invalidValue' },
  });
  const inUrl = names.slice(0, 5_000).join(',');
  expect(await client.get(`/Users?${name}=${inUrl}`)).toMatchObject({
    status: 400,
    body: { scimType: 'invalidValue' },
  });
});

test('the error about a sortBy of 1 MB is short', async () => {
  const answer = await client.post('/Users/.search', { sortBy: 'x'.repeat(1_000_000) });
  expect(answer).toMatchObject({ status: 400, body: { status: '400' } });
  expect(answer.text.length).toBeLessThan(500);
});

test('right-to-left marks are stored, and so are right-to-left overrides in attributes that do not identify a user', async () => {
  const sent = { userName: 'דוד', displayName: 'דוד\u200f', name: { familyName: 'a\u202eb' } };
  const { status, body } = await client.post('/Users', sent);
  expect(status).toBe(201);
  expect(body).toMatchObject(sent);
  expect((await client.delete(`/Users/${body.id}`)).status).toBe(204);
});
