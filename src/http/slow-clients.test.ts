import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rawHttp } from '../../tests/support/raw-http.ts';
import { openTestHttpServer, type TestHttpServer } from './http-server.fixture.ts';
import { DISCARDED_BYTES_MAX, httpTimeouts } from './slow-clients.ts';

/** More than the operating system buffers for a client that does not read. */
const LARGE = 'x'.repeat(64 * 1024 * 1024);

let server: TestHttpServer;
let sendPart: () => void = () => {};

beforeAll(async () => {
  server = await openTestHttpServer({
    timeouts: { headersMs: 300, requestMs: 600, answerMs: 300, checkMs: 50 },
    routes: (app) => {
      app.get('/large', async () => LARGE);
      app.get('/large-stream', async (_request, reply) => reply.send(Readable.from([LARGE, LARGE])));
      app.get('/slow-stream', async (_request, reply) => reply.send(Readable.from(slowParts())));
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

async function* slowParts() {
  yield 'first ';
  const { promise, resolve } = Promise.withResolvers<void>();
  sendPart = resolve;
  await promise;
  yield 'last';
}

interface Client {
  readonly socket: Socket;
  readonly received: () => string;
  readonly closed: Promise<void>;
}

async function open(text: string, to = server): Promise<Client> {
  const socket = connect(Number(new URL(to.url).port), '127.0.0.1');
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString();
  });
  // A connection that is closed while the client is still sending is reset.
  socket.on('error', () => {});
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  socket.on('close', () => resolve());
  await once(socket, 'connect');
  socket.write(text);
  return { socket, received: () => received, closed };
}

const openConnections = async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  server.app.server.getConnections((_error, count) => resolve(count));
  return await promise;
};

async function drained(socket: Socket): Promise<void> {
  await once(socket, 'drain').catch(() => undefined);
}

const HOST = 'host: directory.example\r\n';
const post = (length: number, to = server) =>
  `POST /scim/v2/Users HTTP/1.1\r\n${HOST}authorization: Bearer ${to.key}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

test('the timeouts close the connection of every slow client within 30 seconds', () => {
  const { headersMs, requestMs, answerMs, checkMs } = httpTimeouts;
  for (const timeout of [headersMs, requestMs]) expect(timeout + checkMs + 2_000).toBeLessThan(30_000);
  expect(answerMs).toBeLessThan(30_000);
});

describe('a request that does not arrive in time', () => {
  test.for<[string, () => string]>([
    ['an empty request', () => ''],
    ['an unfinished request line', () => 'GET /scim/v2/Us'],
    ['unfinished headers', () => `GET /scim/v2/Users HTTP/1.1\r\n${HOST}`],
    ['an unfinished body', () => `${post(100)}{"userName":`],
    ['an unfinished body of a refused request', () => post(100).replace('Bearer', 'Wrong')],
  ])('gets status 408, and its connection is closed: %s', async ([, text]) => {
    const client = await open(text());
    await client.closed;
    const last = client.received().slice(client.received().lastIndexOf('HTTP/1.1 '));
    expect(last).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
    expect(last).toContain('\r\ncontent-type: application/scim+json');
    expect(JSON.parse(last.slice(last.indexOf('{')))).toMatchObject({
      status: '408',
      detail: expect.stringContaining('did not arrive in time'),
    });
  });
});

describe('a client that does not read', () => {
  test.for(['/large', '/large-stream'])('has its connection closed during the response to GET %s', async (path) => {
    const client = await open('');
    client.socket.pause();
    client.socket.write(`GET ${path} HTTP/1.1\r\n${HOST}\r\n`);
    await expect.poll(openConnections).toBe(1);
    await expect.poll(openConnections, { timeout: 10_000 }).toBe(0);
    client.socket.destroy();
  });

  test('is distinguished from a client that waits for a slow stream, which keeps its connection', async () => {
    const client = await open(`GET /slow-stream HTTP/1.1\r\n${HOST}connection: close\r\n\r\n`);
    await expect.poll(client.received).toContain('first');
    // Meanwhile, the connection of another client is closed, although the timeout of that client began later.
    await (
      await open(`GET /scim/v2/Us`)
    ).closed;
    sendPart();
    await client.closed;
    expect(client.received()).toContain('last');
  });
});

test('data that a client sends after a 413 is discarded up to the limit, and then the connection is closed', async () => {
  // Uses the default timeouts, because a busy machine may be slow.
  await using patient = await openTestHttpServer();
  const client = await open(post(10 * DISCARDED_BYTES_MAX, patient), patient);
  await expect.poll(client.received).toMatch(/^HTTP\/1.1 413 /);
  const part = Buffer.alloc(1_000_000, ' ');
  let sent = 0;
  while (!client.socket.closed && sent < 9 * DISCARDED_BYTES_MAX) {
    if (!client.socket.write(part)) await Promise.race([drained(client.socket), client.closed]);
    sent += part.length;
  }
  await client.closed;
  expect(sent).toBeGreaterThan(DISCARDED_BYTES_MAX);
  // The buffers of the operating system accept some more data.
  expect(sent).toBeLessThan(4 * DISCARDED_BYTES_MAX);
});

test('a client that sends no more than the limit after a 413 keeps its connection', async () => {
  const length = DISCARDED_BYTES_MAX - 1_000;
  await using patient = await openTestHttpServer();
  const client = await open(post(length, patient), patient);
  client.socket.write(Buffer.alloc(length, ' '));
  client.socket.write(`GET /healthz HTTP/1.1\r\n${HOST}connection: close\r\n\r\n`);
  await client.closed;
  expect(client.received().match(/HTTP\/1.1 \d{3}/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
});

test.for<[string, (length: number) => string]>([
  ['too large', (length) => post(length)],
  ['of an unknown key', (length) => post(length).replace('Bearer', 'Wrong')],
])(
  'a client that asks to close the connection receives the refusal of a body %s that it has not sent yet',
  async ([, head]) => {
    const length = DISCARDED_BYTES_MAX - 1_000;
    const client = await open(head(length).replace('\r\n', '\r\nconnection: close\r\n'));
    // Reads only after the body was sent, like many clients: until then, a reset connection would discard the response.
    client.socket.pause();
    for (let sent = 0; sent < length && !client.socket.closed; sent += 1_000_000) {
      const part = Buffer.alloc(Math.min(1_000_000, length - sent), ' ');
      if (!client.socket.write(part)) await Promise.race([drained(client.socket), client.closed]);
    }
    client.socket.resume();
    await client.closed;
    expect(client.received()).toMatch(/^HTTP\/1.1 4(?:13|01) [^]*\}$/);
    expect(client.received().match(/^connection: .*$/gim)).toEqual([expect.stringMatching(/: close\r?$/)]);
  },
);

describe('while the server is stopping', () => {
  test.for([
    ['/scim/v2/Users', 'application/scim+json; charset=utf-8', { status: '503' }],
    ['/api/systemusers', 'application/json; charset=utf-8', { code: 503, error_code: 'unavailable' }],
    ['/entra/v1.0/tenants', 'application/json; charset=utf-8', { error: { code: 'ServiceUnavailable' } }],
  ] as const)(
    'a request for %s is refused with 503, Retry-After and the error format of its interface',
    async ([path, type, body]) => {
      const request = `GET ${path} HTTP/1.1\r\n${HOST}connection: close\r\n\r\n`;
      let answer = '';
      await stopping((url) => rawHttp(url, [request]).then((text) => (answer = text)));
      expect(answer).toMatch(/^HTTP\/1.1 503 /);
      expect(answer).toContain('\r\nretry-after: 5\r\n');
      expect(answer).toContain(`\r\ncontent-type: ${type}\r\n`);
      expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject(body);
    },
  );

  test('every path of the portal and the console returns a 503 page with Retry-After, regardless of the Accept header', async () => {
    const answers: [path: string, answer: string][] = [];
    await stopping(async (url) => {
      for (const path of ['/portal', '/portal/reset?token=x', '/portal/nothing', '/console', '/console/sign-in', '/']) {
        const accept = path === '/' ? 'text/html' : '*/*';
        const request = `GET ${path} HTTP/1.1\r\n${HOST}accept: ${accept}\r\nconnection: close\r\n\r\n`;
        answers.push([path, await rawHttp(url, [request])]);
      }
      const form = `POST /portal/reset HTTP/1.1\r\n${HOST}content-length: 0\r\nconnection: close\r\n\r\n`;
      answers.push(['POST /portal/reset', await rawHttp(url, [form])]);
    });
    expect(answers).toHaveLength(7);
    for (const [path, answer] of answers) {
      expect(answer, path).toMatch(/^HTTP\/1.1 503 /);
      expect(answer, path).toContain('\r\nretry-after: 5\r\n');
      expect(answer, path).toContain('\r\ncontent-type: text/html; charset=utf-8\r\n');
      expect(answer, path).toContain('The server is stopping');
    }
  });

  /** Starts a server, stops it, and calls `send` while the server is stopping: it still listens, and refuses requests. */
  async function stopping(send: (url: string) => Promise<unknown>): Promise<void> {
    let url = '';
    await using opened = await openTestHttpServer({
      routes: (app) => {
        // Runs after the hook by which the server begins to refuse requests.
        app.addHook('preClose', (done) => void send(url).finally(() => done()));
      },
    });
    url = opened.url;
  }
});
