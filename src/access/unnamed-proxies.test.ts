import { PassThrough } from 'node:stream';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { isTrustedProxy, PROXY_NOTE_INTERVAL_MS, UnnamedProxies, UNNAMED_PROXIES_MAX } from './unnamed-proxies.ts';
import { listUnnamedProxies } from './unnamed-proxy-store.ts';

let directory: TestDirectory;
let lines: string[];
beforeAll(async () => {
  directory = await openTestDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());
beforeEach(() => {
  lines = [];
  // Each test sees only its own notes.
  directory.clock.advance(PROXY_NOTE_INTERVAL_MS * 10);
});

function openProxies(...trusted: readonly string[]): UnnamedProxies {
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => lines.push(...chunk.toString().trim().split('\n')));
  const { database, clock } = directory.deps;
  return new UnnamedProxies({ database, clock, log: pino({ level: 'warn' }, stream) }, trusted);
}

const forwarded = { 'x-forwarded-for': '203.0.113.9' };
const notedAddresses = async () => {
  const { database, clock } = directory.deps;
  const since = new Date(clock.now().getTime() - PROXY_NOTE_INTERVAL_MS * 2);
  return (await listUnnamedProxies(database, since)).map(({ address, header }) => `${address} ${header}`);
};

test('a request with X-Forwarded-For from an address that is not a trusted proxy is logged and noted', async () => {
  const proxies = openProxies('10.0.0.0/8');
  await proxies.note('192.0.2.1', forwarded);
  expect(await notedAddresses()).toEqual(['192.0.2.1 x-forwarded-for']);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('add 192.0.2.1 to TANHUA_TRUSTED_PROXIES');
});

test('the Forwarded header is reported even from a trusted proxy, because it is never read', async () => {
  const proxies = openProxies('10.0.0.0/8');
  await proxies.note('10.1.2.3', { forwarded: 'for=203.0.113.9' });
  expect(await notedAddresses()).toEqual(['10.1.2.3 forwarded']);
  expect(lines[0]).toContain('let it send X-Forwarded-For');
});

test('a trusted proxy, a request without proxy headers, and a request without an address are not reported', async () => {
  const proxies = openProxies('10.0.0.0/8', 'loopback');
  await proxies.note('10.1.2.3', forwarded);
  await proxies.note('127.0.0.1', forwarded);
  await proxies.note('192.0.2.1', {});
  await proxies.note(undefined, forwarded);
  expect(await notedAddresses()).toEqual([]);
  expect(lines).toEqual([]);
});

test('an address is reported once within the interval and again after it', async () => {
  const proxies = openProxies();
  await proxies.note('192.0.2.2', forwarded);
  directory.clock.advance(PROXY_NOTE_INTERVAL_MS - 1);
  await proxies.note('192.0.2.2', forwarded);
  expect(lines).toHaveLength(1);
  directory.clock.advance(1);
  await proxies.note('192.0.2.2', forwarded);
  expect(lines).toHaveLength(2);
  expect(await notedAddresses()).toEqual(['192.0.2.2 x-forwarded-for']);
});

test('only the most recently seen addresses are kept, up to the limit', async () => {
  const proxies = openProxies();
  for (let number = 0; number <= UNNAMED_PROXIES_MAX; number += 1) {
    directory.clock.advance(1);
    await proxies.note(`198.51.100.${number}`, forwarded);
  }
  const noted = await notedAddresses();
  expect(noted).toHaveLength(UNNAMED_PROXIES_MAX);
  expect(noted[0]).toContain(`198.51.100.${UNNAMED_PROXIES_MAX} `);
  expect(noted).not.toContain('198.51.100.0 x-forwarded-for');
});

test.for<[readonly string[], string, boolean]>([
  [['10.0.0.1'], '10.0.0.1', true],
  [['10.0.0.1'], '10.0.0.2', false],
  [['192.0.2.0/24'], '192.0.2.255', true],
  [['192.0.2.0/24'], '192.0.3.0', false],
  [['loopback'], '::1', true],
  [['uniquelocal'], 'fd00::1', true],
  [['2001:db8::/32'], '2001:db8::5', true],
  [[], '127.0.0.1', false],
])('isTrustedProxy(%j, "%s") returns %s', ([trusted, address, isTrusted]) => {
  expect(isTrustedProxy(trusted, address)).toBe(isTrusted);
});
