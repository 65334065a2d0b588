import { BODY_BYTES_MAX } from '#scim-server/limits.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { scimClient, type ScimClient } from '../support/http-client.ts';
import { rawHttp } from '../support/raw-http.ts';
import { startServer, TEST_KEY, type RunningServer } from '../support/start-server.ts';

/** Tests requests that no HTTP client would send, by writing them directly to the socket. */

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

const CLOSE = 'connection: close\r\n';
const HOST = 'host: directory.example\r\n';
const KEY = `authorization: Bearer ${TEST_KEY}\r\n`;
const JSON_TYPE = 'content-type: application/scim+json\r\n';

const head = (line: string, headers = '') => `${line} HTTP/1.1\r\n${KEY}${CLOSE}${headers}\r\n`;
const get = (path: string, headers = '') => head(`GET /scim/v2${path}`, HOST + headers);
const post = (headers: string, body = '') => head('POST /scim/v2/Users', HOST + JSON_TYPE + headers) + body;
const lengthOf = (body: string) => `content-length: ${Buffer.byteLength(body)}\r\n`;

interface RawAnswer {
  /** The status of each response, including interim (1xx) responses. */
  readonly statuses: readonly number[];
  /** The body of the last response. */
  readonly last: unknown;
}

function read(text: string): RawAnswer {
  const body = text.slice(text.lastIndexOf('\r\n\r\n') + 4);
  return {
    statuses: Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => Number(status)),
    last: body.startsWith('{') ? JSON.parse(body) : body,
  };
}

const send = async (...parts: readonly (string | Buffer)[]) => read(await rawHttp(server.url, parts));

/** Returns the expected response: exactly one SCIM error (RFC 7644 §3.12). */
function refusal(status: number, scimType?: string): RawAnswer {
  return {
    statuses: [status],
    last: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      ...(scimType !== undefined && { scimType }),
      detail: expect.stringMatching(/.{20}/),
    },
  };
}

describe('an invalid or ambiguous HTTP request', () => {
  test.for<[what: string, request: string]>([
    ['text that is not HTTP', 'nonsense\r\n\r\n'],
    ['two Host headers', head('GET /scim/v2/Users', HOST + 'Host: other.example\r\n')],
    ['no Host header', head('GET /scim/v2/Users')],
    ['two Host headers, outside SCIM and REST', head('GET /healthz', HOST + HOST)],
    ['two Content-Length headers', post('content-length: 2\r\ncontent-length: 3\r\n', '{} ')],
    ['a Content-Length that is not a number', post('content-length: many\r\n', '{}')],
    [
      'Content-Length together with chunks',
      post('content-length: 2\r\ntransfer-encoding: chunked\r\n', '2\r\n{}\r\n0\r\n\r\n'),
    ],
    ['a chunk without a size', post('transfer-encoding: chunked\r\n', 'zz\r\n{}')],
    ['a NUL in the path', get('/Users/a\0b')],
    ['a NUL in a header', get('/Users', 'x-any: a\0b\r\n')],
    ['a space in the path', get('/Users/a b')],
    ['an unknown method', head('HACK /scim/v2/Users', HOST)],
  ])('is refused with 400: %s', async ([, request]) => {
    expect(await send(request)).toEqual(refusal(400, 'invalidSyntax'));
  });

  test('is refused with 400 if it is the rest of a body whose Content-Length was too small', async () => {
    const answer = await send(post('content-length: 2\r\n', '{}').replace(CLOSE, '') + 'GARBAGE\r\n\r\n');
    expect(answer.last).toEqual(refusal(400, 'invalidSyntax').last);
  });

  test('is refused with 400 if its body is shorter than its Content-Length', async () => {
    const request = post('content-length: 100\r\n', '{"userName":"half"}');
    expect(read(await rawHttp(server.url, [request], { end: true }))).toEqual(refusal(400, 'invalidSyntax'));
  });
});

describe('the request line and the headers', () => {
  test.for<[what: string, request: string]>([
    ['a filter of 70 000 characters', get(`/Users?filter=${'x'.repeat(70_000)}`)],
    ['100 000 query parameters', get(`/Users?${'&a'.repeat(100_000)}`)],
    ['attributes with 100 000 names', get(`/Users?attributes=${'a,'.repeat(100_000)}`)],
    ['10 000 headers', get('/Users', Array.from({ length: 10_000 }, (_, at) => `x-${at}: 1\r\n`).join(''))],
    ['a header of 70 000 characters', get('/Users', `if-match: ${'"1",'.repeat(17_500)}\r\n`)],
  ])('are refused with 400 if they contain %s', async ([, request]) => {
    expect(await send(request)).toEqual(refusal(400, 'invalidFilter'));
  });

  test('30 000 unknown query parameters are ignored, even if all have the same name', async () => {
    const answer = await send(get(`/Users?filter=userName+eq+%22victim%22${'&a'.repeat(30_000)}`));
    expect(answer).toMatchObject({ statuses: [200], last: { totalResults: 1 } });
  });

  test('a known query parameter that is sent several times is refused', async () => {
    expect(await send(get(`/Users?${'&count=1'.repeat(5_000)}`))).toEqual(refusal(400, 'invalidValue'));
  });

  test('query parameters named like properties of the prototype are ignored', async () => {
    const answer = await send(get('/Users?__proto__=1&constructor=2&__proto__[count]=0&hasOwnProperty=3'));
    expect(answer).toMatchObject({ statuses: [200], last: { totalResults: 1 } });
  });
});

describe('the hostile URL', () => {
  test.for<[path: string, status: number, scimType?: string]>([
    ['/Users/a%00b', 400, 'invalidValue'],
    ['/Users/%ff', 400, 'invalidValue'],
    ['/Users/%ed%a0%80', 400, 'invalidValue'],
    ['/Users/%', 400, 'invalidValue'],
    ['/Users?filter=userName+eq+%22%ff%22', 400, 'invalidValue'],
    ['/Users?filter=userName+eq+%22%ed%a0%80%22', 400, 'invalidValue'],
    ['/Users?filter=userName+eq+%22%00%22', 400, 'invalidValue'],
    ['/Users?attributes=%00', 400, 'invalidValue'],
    ['/Users?a%00=b', 400, 'invalidValue'],
    ['/Users?startIndex=%e2%80%8f1', 400, 'invalidValue'],
    ['/Users/..', 404],
    ['/Users/%2e%2e%2fGroups', 404],
    ['/Users/..%2f..%2f..%2fetc%2fpasswd', 404],
    ['/Users/__proto__', 404],
    ['/Users/constructor', 404],
    ['/Schemas/__proto__', 404],
    ['/ResourceTypes/constructor', 404],
    [`/Users/${'x'.repeat(1_024)}`, 404],
    [`/Users/${'x'.repeat(1_025)}`, 400, 'invalidValue'],
    [`/Users/${'%41'.repeat(20_000)}`, 400, 'invalidValue'],
    [`/${'a/'.repeat(30_000)}`, 404],
    ['/Users/../Groups', 404],
  ])('%s is refused with %d', async ([path, status, scimType]) => {
    expect(await send(get(path))).toEqual(refusal(status, scimType));
  });
});

describe('bodies', () => {
  const blanks = Buffer.alloc(1_000_000, ' ');
  const chunk = Buffer.concat([Buffer.from('f4240\r\n'), blanks, Buffer.from('\r\n')]);
  const tenChunks = Array.from({ length: 10 }, () => chunk);

  test('of 10 MB are refused with 413, and the client receives the response while it is still sending', async () => {
    expect(await send(post('content-length: 10000000\r\n'), ...Array.from({ length: 10 }, () => blanks))).toEqual(
      refusal(413),
    );
    expect(await send(post('transfer-encoding: chunked\r\n'), ...tenChunks, '0\r\n\r\n')).toEqual(refusal(413));
  });

  test('that never end are refused with 413 as soon as they exceed the limit', async () => {
    const opening = post('transfer-encoding: chunked\r\n');
    expect(tenChunks.length * blanks.length).toBeGreaterThan(BODY_BYTES_MAX);
    expect(await send(opening, ...tenChunks)).toEqual(refusal(413));
  });

  test('that arrive in chunks are joined', async () => {
    const chunks = '5\r\n{"use\r\n6\r\nrName"\r\n2\r\n:1\r\n3;x=y\r\n,"a\r\n0\r\n\r\n';
    expect(await send(post('transfer-encoding: chunked\r\n', chunks))).toEqual(refusal(400, 'invalidSyntax'));
  });

  test('that are compressed or otherwise encoded are refused with 415', async () => {
    expect(await send(post(`content-encoding: gzip\r\n${lengthOf('{}')}`, '{}'))).toEqual(refusal(415));
    expect(await send(post(`content-encoding: br, identity\r\n${lengthOf('{}')}`, '{}'))).toEqual(refusal(415));
    const plain = await send(post(`content-encoding: identity\r\n${lengthOf('{}')}`, '{}'));
    expect(plain).toEqual(refusal(400, 'invalidValue'));
    const request = post('transfer-encoding: gzip, chunked\r\n', '2\r\n{}\r\n0\r\n\r\n');
    expect((await send(request)).statuses).toEqual([415]);
  });

  test('that are not UTF-8 are refused and not repaired', async () => {
    const latin = Buffer.from('{"userName":"Jos\xe9"}', 'latin1');
    expect(await send(post(`content-length: ${latin.length}\r\n`), latin)).toEqual(refusal(400, 'invalidSyntax'));
    const wide = Buffer.from('{"userName":"a"}', 'utf16le');
    expect(await send(post(`content-length: ${wide.length}\r\n`), wide)).toEqual(refusal(400, 'invalidSyntax'));
  });
});

describe('HTTP features', () => {
  test('Expect: 100-continue is answered with 100, or with 413 if the body is too long', async () => {
    const fits = await send(post('expect: 100-continue\r\ncontent-length: 2\r\n', '{}'));
    expect(fits.statuses).toEqual([100, 400]);
    const tooLong = await send(post('expect: 100-continue\r\ncontent-length: 10000000\r\n'));
    expect(tooLong).toEqual({ ...refusal(413), statuses: [100, 413] });
    expect((await send(post('expect: wonders\r\ncontent-length: 2\r\n', '{}'))).statuses).toEqual([417]);
  });

  test('HTTP/1.0 is accepted with and without a Host header', async () => {
    for (const host of [HOST, '']) {
      const answer = await send(`GET /scim/v2/Users HTTP/1.0\r\n${KEY}${host}\r\n`);
      expect(answer).toMatchObject({ statuses: [200], last: { totalResults: 1 } });
    }
  });

  test('pipelined requests are answered in order', async () => {
    const open = (path: string) => get(path).replace(CLOSE, '');
    const requests = [open('/Users'), open('/Users/nobody'), open('/Users?filter=('), get(`/Users/${id}`)];
    const answer = await send(requests.join(''));
    expect(answer).toMatchObject({ statuses: [200, 404, 400, 200], last: { userName: 'victim' } });
  });

  test('CONNECT closes the connection, and TRACE is refused without an echo of the request', async () => {
    expect((await send(`CONNECT other.example:443 HTTP/1.1\r\n${HOST}\r\n`)).statuses).toEqual([]);
    const traced = await send(head('TRACE /scim/v2/Users', HOST));
    expect(traced).toEqual(refusal(405));
    expect(JSON.stringify(traced)).not.toContain(TEST_KEY);
  });
});
