import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseNetwork } from '#base/network.ts';
import { createGateway, type Resolve } from './gateway.ts';
import { peerOf } from './http-peer.ts';

/** The Host and the path of each request that arrived. For /redirect, the server returns a redirect to itself. */
const arrived: string[] = [];
const server = createServer((request, response) => {
  arrived.push(`${request.headers.host ?? ''} ${request.url ?? ''}`);
  if (request.url === '/redirect') response.writeHead(302, { location: '/followed' });
  response.end('ok');
});
let port: number;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const loopback = ['127.0.0.0/8'].flatMap((text) => parseNetwork(text) ?? []);
/** Returns a resolver that returns the next list of addresses for each lookup. */
const resolving = (...answers: readonly (readonly string[])[]) => {
  const asked: string[] = [];
  const resolve: Resolve = (hostname) => {
    const addresses = answers[Math.min(asked.push(hostname), answers.length) - 1] ?? [];
    return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  };
  return { asked, resolve };
};
const send = async (url: string, options: Parameters<typeof createGateway>[0], target = '/') => {
  const peer = peerOf(new URL(url));
  const connection = createGateway(options).open(peer, { sockets: 1, timeoutMs: 5_000 });
  try {
    return await connection.send({ method: 'GET', target, headers: { Host: peer.host }, body: undefined });
  } finally {
    connection.close();
  }
};

describe('a request to an internal address', () => {
  test.for([
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '127.1',
    '127.0.0.1.',
    '0177.0.0.1',
    '017700000001',
    '0x7f000001',
    '１２７.０.０.１',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::1]',
  ])('is refused before connecting: %s', async (host) => {
    const before = arrived.length;
    await expect(send(`http://${host}:${port}`, { allowed: [] })).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringMatching(/is internal \(loopback\): no request was sent\. .*TANHUA_TARGETS_ALLOWED=/),
    });
    expect(arrived.length).toBe(before);
  });

  test.for([[['127.0.0.1']], [['8.8.8.8', '127.0.0.1']], [['::1']], [['::ffff:127.0.0.1']]] as const)(
    'is refused if the host name has one of the addresses %j',
    async ([addresses]) => {
      const before = arrived.length;
      const { resolve } = resolving(addresses);
      await expect(send(`http://inside.example:${port}`, { allowed: [], resolve })).rejects.toMatchObject({
        kind: 'forbidden',
        message: expect.stringContaining('inside.example has the address'),
      });
      expect(arrived.length).toBe(before);
    },
  );

  test.for(['LOCALHOST', 'localhost.', 'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ', 'inside.example.', 'ⓘnside.example', 'bücher.example'])(
    'is refused if the host name has an internal address, in any spelling of the name: %s',
    async (host) => {
      const before = arrived.length;
      const { asked, resolve } = resolving(['127.0.0.1']);
      await expect(send(`http://${host}:${port}`, { allowed: [], resolve })).rejects.toMatchObject({
        kind: 'forbidden',
      });
      expect([asked.length, arrived.length]).toEqual([1, before]);
      expect(asked[0]).toMatch(/^(localhost|inside\.example|xn--bcher-kva\.example)\.?$/);
    },
  );

  test.for([
    '192.88.98.7',
    '[2606:4700::7]',
    '[::ffff:192.88.98.7]',
    // Through NAT64, 6to4 and ISATAP.
    '[64:ff9b::c058:6207]',
    '[2002:c058:6207::1]',
    '[2606:4700::5efe:c058:6207]',
  ])('is refused for a public address of this machine: %s', async (host) => {
    const options = { allowed: [], ownAddresses: () => ['192.88.98.7', '2606:4700::7', 'fe80::1%eth0'] };
    const refused = { kind: 'forbidden', message: expect.stringContaining('is internal (of this machine)') };
    await expect(send(`http://${host}:${port}`, options)).rejects.toMatchObject(refused);
    const { resolve } = resolving([host.replaceAll(/[[\]]/g, '')]);
    await expect(send(`http://own.example:${port}`, { ...options, resolve })).rejects.toMatchObject(refused);
  });

  test('is refused if the URL contains the host name localhost', async () => {
    await expect(send(`http://localhost:${port}`, { allowed: [] })).rejects.toMatchObject({ kind: 'forbidden' });
  });

  test('is sent if the network of the address is allowed, and is refused for other networks', async () => {
    expect(await send(`http://127.0.0.1:${port}`, { allowed: loopback })).toMatchObject({ status: 200, text: 'ok' });
    await expect(send(`http://[::1]:${port}`, { allowed: loopback })).rejects.toMatchObject({ kind: 'forbidden' });
  });
});

test('a host name is resolved once, and the connection goes to the address that was checked', async () => {
  // A second lookup would get an address that is not allowed.
  const { asked, resolve } = resolving(['127.0.0.1'], ['127.0.0.2'], ['::1']);
  const allowed = ['127.0.0.1'].flatMap((text) => parseNetwork(text) ?? []);
  expect(await send(`http://rebound.example:${port}`, { allowed, resolve })).toMatchObject({ status: 200 });
  expect(asked).toEqual(['rebound.example']);
  // The Host header has the name in the URL.
  expect(arrived.at(-1)).toBe(`rebound.example:${port} /`);
});

test('the address is checked again for every new connection', async () => {
  const { resolve } = resolving(['127.0.0.1'], ['::1']);
  const options = { allowed: loopback, resolve };
  expect(await send(`http://moved.example:${port}`, options)).toMatchObject({ status: 200 });
  await expect(send(`http://moved.example:${port}`, options)).rejects.toMatchObject({ kind: 'forbidden' });
});

test('a redirect is returned to the caller and not followed', async () => {
  const before = arrived.length;
  expect(await send(`http://127.0.0.1:${port}`, { allowed: loopback }, '/redirect')).toMatchObject({ status: 302 });
  expect(arrived.slice(before)).toEqual([`127.0.0.1:${port} /redirect`]);
});

test('a request to a host name without an address fails like one to a closed port', async () => {
  const { resolve } = resolving([]);
  await expect(send('http://nowhere.example', { allowed: [], resolve })).rejects.toMatchObject({ kind: 'refused' });
});
