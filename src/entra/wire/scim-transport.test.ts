import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ANSWER_BYTES_MAX } from '#outbound/http-exchange.ts';
import { RECORDED_BODY_MAX } from './exchange-record.ts';
import { createTestTimer } from '../../../tests/support/test-timer.ts';
import { openScimTransport, type ScimRequest } from './scim-transport.ts';
import { fastRetries, optionsFor, startScriptedServer, TOKEN } from './scripted-server.fixture.ts';
import type { WireExchange } from './target-client.ts';

const read: ScimRequest = { method: 'GET', segments: ['Users', 'x'] };
const create: ScimRequest = { method: 'POST', segments: ['Users'], body: { userName: 'ä' } };

function recorder() {
  const exchanges: WireExchange[] = [];
  return { exchanges, record: (exchange: WireExchange) => void exchanges.push(exchange) };
}

describe('a request on the wire', () => {
  it('has the headers of Entra ID, and no others', async () => {
    await using server = await startScriptedServer(() => ({ body: {} }));
    const transport = openScimTransport(
      optionsFor(`${server.url}/scim/?aadOptscim062020`, { wireOptions: { adScimVersion: '5.0' } }),
    );
    const { exchanges, record } = recorder();
    await transport.send(read, record);
    await transport.send(create, record);
    transport.close();

    const host = server.url.replace('http://', '');
    const usual = [
      ['Host', host],
      ['Authorization', `Bearer ${TOKEN}`],
      ['Accept', 'application/scim+json'],
      ['ADSCIMVersion', '5.0'],
    ];
    expect(server.received.map(({ line, headers, body }) => ({ line, headers, body }))).toEqual([
      { line: 'GET /scim/Users/x?aadOptscim062020', headers: [...usual, ['Connection', 'keep-alive']], body: '' },
      {
        line: 'POST /scim/Users?aadOptscim062020',
        headers: [
          ...usual,
          ['Content-Type', 'application/scim+json; charset=utf-8'],
          ['Content-Length', '17'],
          ['Connection', 'keep-alive'],
        ],
        body: '{"userName":"ä"}',
      },
    ]);
    // The recorded requests equal the requests that were sent, except for the masked secret.
    for (const [index, { headers }] of server.received.entries()) {
      const masked = headers.map(([name, value]) => [name, name === 'Authorization' ? 'Bearer ********' : value]);
      expect(Object.entries(exchanges[index]?.request.headers ?? {})).toEqual(masked);
    }
  });

  it('has a User-Agent with the sendUserAgent fault, and by default an ADSCIMVersion with a date and an ActivityId', async () => {
    await using server = await startScriptedServer(() => ({ body: {} }));
    const options = optionsFor(server.url, { wireOptions: { accept: null }, secrets: {} });
    const faults = { ...options.settings.faults, sendUserAgent: true };
    const transport = openScimTransport({ ...options, settings: { ...options.settings, faults } });
    await transport.send(read, () => {});
    transport.close();
    const headers = new Map(server.received[0]?.headers);
    expect([...headers.keys()]).toEqual(['Host', 'ADSCIMVersion', 'User-Agent', 'Connection']);
    expect(headers.get('ADSCIMVersion')).toMatch(/^Date:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, ActivityId:[\da-f-]{36}$/);
  });

  it('contains a token issued by Entra ID if the Secret Token is blank', async () => {
    await using server = await startScriptedServer(() => ({ body: {} }));
    const transport = openScimTransport(
      optionsFor(server.url, { secrets: { secretToken: '' }, wireOptions: { ownToken: () => 'own.jwt' } }),
    );
    const { exchanges, record } = recorder();
    await transport.send(read, record);
    transport.close();
    expect(new Map(server.received[0]?.headers).get('Authorization')).toBe('Bearer own.jwt');
    expect(JSON.stringify(exchanges)).not.toContain('own.jwt');
  });

  it('reuses a connection, so that there are at most as many connections as the concurrency setting allows', async () => {
    const ports = new Set<number | undefined>();
    await using server = await startScriptedServer(() => (response) => {
      ports.add(response.socket?.remotePort);
      setTimeout(() => response.end('{}'), 5);
    });
    const transport = openScimTransport(optionsFor(server.url, { concurrency: 2 }));
    await Promise.all(Array.from({ length: 8 }, async () => await transport.send(read, () => {})));
    transport.close();
    expect(ports.size).toBe(2);
  });

  it('has a timeout that starts when the request gets a connection', async () => {
    await using server = await startScriptedServer(() => (response) => void setTimeout(() => response.end('{}'), 100));
    const transport = openScimTransport(optionsFor(server.url, { concurrency: 1, requestTimeoutMs: 2_500 }));
    // All requests together take longer than the timeout. A single request takes a small part of that time, even on a busy machine.
    const sent = Array.from({ length: 30 }, async () => await transport.send(read, () => {}));
    expect(new Set((await Promise.all(sent)).map(({ status }) => status))).toEqual(new Set([200]));
    transport.close();
  });
});

describe('a recorded exchange', () => {
  it('contains no secrets, even if the target repeats them in its response', async () => {
    await using server = await startScriptedServer(() => ({
      body: `{"echo":"${TOKEN}","password":"hunter\\"2","access_token":"abc"}`,
      headers: { 'set-cookie': 'session=1', 'x-echo': `Bearer ${TOKEN}` },
    }));
    const transport = openScimTransport(optionsFor(server.url));
    const { exchanges, record } = recorder();
    const operation = { op: 'Replace', path: 'password', value: 'hunter2' };
    const body = { password: 'hunter2', note: TOKEN, Operations: [operation] };
    await transport.send({ method: 'POST', segments: ['Users', TOKEN], body }, record);
    transport.close();
    expect(exchanges[0]?.request).toMatchObject({
      url: '/Users/********',
      body: '{"password":"********","note":"********","Operations":[{"op":"Replace","path":"password","value":"********"}]}',
    });
    expect(exchanges[0]?.response).toMatchObject({
      status: 200,
      body: '{"echo":"********","password":"********","access_token":"********"}',
      headers: { 'set-cookie': '********', 'x-echo': 'Bearer ********' },
      truncated: false,
    });
    expect(exchanges[0]?.error).toBeNull();
  });

  it.each([0, 1])('has a truncated body only if the body exceeds the limit (here by %d characters)', async (more) => {
    const text = 'a'.repeat(RECORDED_BODY_MAX + more - 8);
    await using server = await startScriptedServer(() => ({ body: { x: text } }));
    const transport = openScimTransport(optionsFor(server.url));
    const { exchanges, record } = recorder();
    const answer = await transport.send({ ...create, body: { x: text } }, record);
    transport.close();
    expect(answer.text).toHaveLength(RECORDED_BODY_MAX + more);
    expect(exchanges[0]?.response?.body).toHaveLength(RECORDED_BODY_MAX);
    expect(exchanges[0]?.response?.truncated).toBe(more === 1);
    expect(exchanges[0]?.request.body).toHaveLength(RECORDED_BODY_MAX);
    expect(exchanges[0]?.request.truncated ?? false).toBe(more === 1);
  });
});

describe('a failed request', () => {
  const singleAttempt = { wireOptions: { retries: { ...fastRetries, attemptsMax: 1 } } };

  it('is retried, and is reported as "refused" if no server is listening', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    closed.close();
    const port = typeof address === 'object' ? address?.port : 0;
    const transport = openScimTransport(optionsFor(`http://127.0.0.1:${port}`));
    const { exchanges, record } = recorder();
    await expect(transport.send(create, record)).rejects.toMatchObject({ kind: 'refused' });
    transport.close();
    expect(exchanges).toHaveLength(3);
    expect(exchanges[0]).toMatchObject({ response: null, error: expect.stringContaining('ECONNREFUSED') });
  });

  it.each([
    ['GET', read, 3],
    ['POST', create, 1],
  ] as const)('is reported as "reset" if the connection is closed after a %s request', async (_, request, sent) => {
    await using server = await startScriptedServer(() => (response) => response.destroy());
    const transport = openScimTransport(optionsFor(server.url));
    await expect(transport.send(request, () => {})).rejects.toMatchObject({ kind: 'reset' });
    transport.close();
    // A write is not repeated, because the server may have executed it.
    expect(server.received).toHaveLength(sent);
  });

  it('is reported as "reset" if the connection is closed during the response', async () => {
    await using server = await startScriptedServer(() => (response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"id":');
      setTimeout(() => response.destroy(), 20);
    });
    const transport = openScimTransport(optionsFor(server.url, singleAttempt));
    await expect(transport.send(read, () => {})).rejects.toMatchObject({ kind: 'reset' });
    transport.close();
  });

  it.each<[string, (response: { write: (text: string) => void; writeHead: (status: number) => void }) => void]>([
    ['no response', () => {}],
    [
      'only half of a response',
      (response) => {
        response.writeHead(200);
        response.write('{');
      },
    ],
  ])('is reported as "timeout" if %s is received in time', async (_, script) => {
    await using server = await startScriptedServer(() => script);
    const transport = openScimTransport(optionsFor(server.url, { requestTimeoutMs: 50 }));
    const { exchanges, record } = recorder();
    await expect(transport.send(read, record)).rejects.toMatchObject({ kind: 'timeout' });
    transport.close();
    expect(exchanges).toHaveLength(1);
  });

  it('is reported as "protocol" if the response is not HTTP', async () => {
    const server = createServer((socket) => void socket.on('error', () => {}).end('220 mail.example ready\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const transport = openScimTransport(
      optionsFor(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`),
    );
    await expect(transport.send(read, () => {})).rejects.toMatchObject({ kind: 'protocol' });
    transport.close();
    server.close();
  });

  it('is reported as "tls" if the server does not use TLS', async () => {
    await using server = await startScriptedServer(() => ({ body: {} }));
    const transport = openScimTransport(optionsFor(server.url.replace('http:', 'https:')));
    await expect(transport.send(read, () => {})).rejects.toMatchObject({ kind: 'tls' });
    transport.close();
  });

  it.each([0, 1])(
    'is reported as "tooLong" only if the response exceeds the limit (here by %d bytes)',
    async (more) => {
      await using server = await startScriptedServer(() => ({ body: 'a'.repeat(ANSWER_BYTES_MAX + more) }));
      const transport = openScimTransport(optionsFor(server.url));
      const sent = transport.send(read, () => {});
      if (more === 0) expect((await sent).text).toHaveLength(ANSWER_BYTES_MAX);
      else await expect(sent).rejects.toMatchObject({ kind: 'tooLong' });
      transport.close();
    },
  );

  it('is reported as "closed" if the client is closed, even while it waits for a retry', async () => {
    await using server = await startScriptedServer(() => ({ status: 429, headers: { 'retry-after': '4' } }));
    const transport = openScimTransport(optionsFor(server.url));
    const sent = Promise.allSettled([transport.send(read, () => {})]);
    await server.settled(1);
    setTimeout(() => transport.close(), 30);
    expect(await sent).toMatchObject([{ status: 'rejected', reason: { kind: 'closed' } }]);
    await expect(transport.send(read, () => {})).rejects.toMatchObject({ kind: 'closed' });
  });
});

describe('a busy server', () => {
  it.each<[number, Readonly<Record<string, string>>, number]>([
    [429, { 'retry-after': '0' }, 3],
    [429, {}, 3],
    [429, { 'retry-after': 'later' }, 3],
    [503, { 'retry-after': '0' }, 3],
    [503, {}, 1],
    [429, { 'retry-after': '6' }, 1],
    [500, { 'retry-after': '0' }, 1],
    [502, {}, 1],
  ])('that responds with %d and the headers %j gets %d requests', async (status, headers, count) => {
    await using server = await startScriptedServer(() => ({ status, headers }));
    const transport = openScimTransport(optionsFor(server.url));
    const answer = await transport.send(create, () => {});
    transport.close();
    expect(answer.status).toBe(status);
    expect(server.received).toHaveLength(count);
    expect(answer.retryAfterMs).toBe(
      /^\d+$/.test(headers['retry-after'] ?? '') ? Number(headers['retry-after']) * 1_000 : null,
    );
  });

  it('gets no request of any kind before the time in its Retry-After header has passed', async () => {
    await using server = await startScriptedServer((_, index) =>
      index === 0 ? { status: 429, headers: { 'retry-after': '1' } } : { body: {} },
    );
    const timer = createTestTimer();
    const transport = openScimTransport(optionsFor(server.url, { timer }));
    const first = transport.send(read, () => {});
    await timer.sleeping(1);
    const second = transport.send(create, () => {});
    await timer.sleeping(2);
    expect(timer.sleeps).toEqual([1_000, 1_000]);
    await timer.advance(999);
    expect(server.received).toHaveLength(1);
    await timer.advance(1);
    const answers = await Promise.all([first, second]);
    transport.close();
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(server.received).toHaveLength(3);
  });

  it('gets at most as many requests per second as requestsPerSecond allows, in the order of the calls', async () => {
    await using server = await startScriptedServer(() => ({ body: {} }));
    const timer = createTestTimer();
    const transport = openScimTransport(optionsFor(server.url, { requestsPerSecond: 50, timer }));
    const ids = Array.from({ length: 6 }, (_, index) => String(index));
    const sent = ids.map(async (id) => await transport.send({ method: 'GET', segments: ['Users', id] }, () => {}));
    await timer.sleeping(ids.length - 1);
    expect(timer.sleeps).toEqual([20, 40, 60, 80, 100]);
    for (const [index] of ids.entries()) {
      await server.settled(index + 1);
      expect(server.received).toHaveLength(index + 1);
      await timer.advance(20);
    }
    await Promise.all(sent);
    transport.close();
    expect(server.received.map(({ line }) => line.at(-1))).toEqual(ids);
  });
});

describe('a redirect', () => {
  it('is not followed', async () => {
    await using server = await startScriptedServer(() => ({ status: 302, headers: { location: '/elsewhere' } }));
    const transport = openScimTransport(optionsFor(server.url));
    expect((await transport.send(read, () => {})).status).toBe(302);
    transport.close();
    expect(server.received).toHaveLength(1);
  });
});
