import pino from 'pino';
import fastify, { type FastifyRequest } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeOnSqlite, testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { createTestTimer, type TestTimer } from '../../tests/support/test-timer.ts';
import { newApiKey, RECOGNIZABLE_LENGTH_MIN, recognizablePrefix } from '#admins/api-key.ts';
import { maintain } from '#accounts/maintenance.ts';
import {
  deleteOldUnidentifiedRequests,
  listUnidentifiedRequests,
  noteUnidentifiedRequests,
} from '#audit/unidentified-request-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { keyReasons } from '#base/reasons/key-reasons.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { testServices } from '../rest-api/rest-api.fixture.ts';
import {
  PREFIXES_OF_ADDRESS_MAX,
  UNIDENTIFIED_INTERVAL_MS,
  UNIDENTIFIED_REQUESTS_MAX,
  UNIDENTIFIED_WRITES_MAX,
  unidentifiedAdvice,
  unidentifiedReasons,
  UnidentifiedRequests,
} from './unidentified-requests.ts';

let directory: TestDirectory;
let timer: TestTimer;
let since: Date;
const lines: string[] = [];
beforeAll(async () => {
  directory = await openTestDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());
beforeEach(async () => {
  lines.length = 0;
  timer = createTestTimer();
  // Each test sees only its own notes.
  directory.clock.advance(1_000);
  since = directory.clock.now();
  await deleteOldUnidentifiedRequests(directory.deps.database, since);
});

function open(): UnidentifiedRequests {
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const { database, clock } = directory.deps;
  return new UnidentifiedRequests({ database, clock, log }, timer);
}

const noted = async () => await listUnidentifiedRequests(directory.deps.database, since);

/** The requests as the server receives them. */
const received: FastifyRequest[] = [];
const app = fastify({ logger: false });
app.get('/', (request, reply) => {
  received.push(request);
  return reply.send();
});
afterAll(() => app.close());

/** Returns a request that the server received from a given address. */
async function requestFrom(address: string, key?: string): Promise<FastifyRequest> {
  await app.inject({
    url: '/',
    remoteAddress: address,
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
  });
  return received.pop() ?? expect.fail('the server got no request');
}

const missing = refusal('keyMissing', {});
const unknown = refusal('keyOfAnother', {});

describe('requests that do not identify a caller', () => {
  test('are noted immediately if they are the first in an interval; later requests are noted together at its end', async () => {
    const requests = open();
    const request = await requestFrom('192.0.2.1');
    for (let count = 0; count < 3; count += 1) {
      requests.note(request, missing);
      directory.clock.advance(1);
    }
    await timer.sleeping(1);
    await timer.advance(UNIDENTIFIED_INTERVAL_MS - 1);
    expect(timer.sleeps).toEqual([UNIDENTIFIED_INTERVAL_MS]);
    await timer.advance(1);
    await timer.sleeping(2);
    // There was no further request: the note is removed from memory, and no timer is running.
    await timer.advance(UNIDENTIFIED_INTERVAL_MS);
    expect(timer.sleeps).toHaveLength(2);
    await requests.close();
    expect(await noted()).toEqual([
      {
        address: '192.0.2.1',
        reason: 'keyMissing',
        prefix: '',
        requests: 3,
        firstSeenAt: since,
        lastSeenAt: new Date(since.getTime() + 2),
      },
    ]);
  });

  test('are written to the database on close() if they are still pending, and requests after close() are not noted', async () => {
    const requests = open();
    const request = await requestFrom('192.0.2.2');
    requests.note(request, missing);
    requests.note(request, missing);
    await requests.close();
    requests.note(request, missing);
    await requests.close();
    expect(await noted()).toMatchObject([{ address: '192.0.2.2', requests: 2 }]);
  });

  testOnSqlite('from different addresses are noted separately, up to the limit per interval', async () => {
    const requests = open();
    for (let number = 0; number <= UNIDENTIFIED_WRITES_MAX; number += 1) {
      requests.note(await requestFrom(`198.51.100.${number}`), missing);
    }
    await requests.close();
    const addresses = (await noted()).map(({ address }) => address);
    expect(addresses).toHaveLength(UNIDENTIFIED_WRITES_MAX);
    expect(addresses).toContain(`198.51.100.${UNIDENTIFIED_WRITES_MAX - 1}`);
    expect(addresses).not.toContain(`198.51.100.${UNIDENTIFIED_WRITES_MAX}`);
  });

  testOnSqlite(
    'from one address are noted with the prefixes of their keys up to a limit, and without a prefix beyond it',
    async () => {
      const requests = open();
      const keys = Array.from({ length: PREFIXES_OF_ADDRESS_MAX + 2 }, newApiKey);
      for (const key of keys) requests.note(await requestFrom('192.0.2.3', key), unknown);
      await requests.close();
      const found = new Map((await noted()).map(({ prefix, requests: count }) => [prefix, count]));
      const named = keys.slice(0, PREFIXES_OF_ADDRESS_MAX).map((key): [string, number] => [key.slice(0, 10), 1]);
      expect(found).toEqual(new Map([...named, ['', 2]]));
    },
  );

  testOnSqlite('replace the oldest notes once the limit of notes is reached', async () => {
    for (let begin = 0; begin <= UNIDENTIFIED_REQUESTS_MAX; begin += UNIDENTIFIED_WRITES_MAX) {
      const requests = open();
      const end = Math.min(begin + UNIDENTIFIED_WRITES_MAX, UNIDENTIFIED_REQUESTS_MAX + 1);
      for (let number = begin; number < end; number += 1) {
        directory.clock.advance(1);
        requests.note(await requestFrom(`203.0.113.${number}`), missing);
      }
      await requests.close();
      if (end === UNIDENTIFIED_REQUESTS_MAX) expect(await noted()).toHaveLength(UNIDENTIFIED_REQUESTS_MAX);
    }
    const addresses = (await noted()).map(({ address }) => address);
    expect(addresses).toHaveLength(UNIDENTIFIED_REQUESTS_MAX);
    expect(addresses[0]).toBe(`203.0.113.${UNIDENTIFIED_REQUESTS_MAX}`);
    expect(addresses).not.toContain('203.0.113.0');
  });

  testOnSqlite('with a well-formed key have their own limit of writes per interval', async () => {
    const requests = open();
    for (let number = 0; number < UNIDENTIFIED_WRITES_MAX; number += 1) {
      requests.note(await requestFrom(`198.51.100.${number}`), missing);
    }
    const key = newApiKey();
    requests.note(await requestFrom('192.0.2.6', key), unknown);
    await requests.close();
    expect(await noted()).toContainEqual(expect.objectContaining({ address: '192.0.2.6', prefix: key.slice(0, 10) }));
  });

  test('that have no key do not displace the notes about requests refused for other reasons', async () => {
    const { database, clock } = directory.deps;
    const note = async (host: number, reason: string, prefix: string) => {
      directory.clock.advance(1);
      const request = { address: `192.0.2.${host}`, reason, prefix };
      await noteUnidentifiedRequests(database, request, { requests: 1, last: clock.now(), rowsMax: 5 });
    };
    await note(10, 'keyOfAnother', 'tnh_AbCdEf');
    await note(11, 'keyMistyped', 'tnh_AbCdEf');
    await note(12, 'schemeUnsupported', '');
    for (const host of [13, 14, 15, 16]) await note(host, 'keyMissing', '');
    const hosts = async () => (await noted()).map(({ address }) => Number(address.split('.').at(-1)));
    expect(await hosts()).toEqual([16, 15, 12, 11, 10]);
    // A text that does not look like a Tanhua key does not displace a note about a mistyped Tanhua key.
    await note(17, 'keyMistyped', '');
    expect(await hosts()).toEqual([17, 16, 12, 11, 10]);
  });

  test('that several processes note concurrently do not exceed the limit of notes', async () => {
    const { database, clock } = directory.deps;
    const last = clock.now();
    const addresses = Array.from({ length: 20 }, (_, number) => `192.0.2.${100 + number}`);
    await Promise.all(
      addresses.map((address) =>
        noteUnidentifiedRequests(
          database,
          { address, reason: 'keyMissing', prefix: '' },
          { requests: 1, last, rowsMax: 3 },
        ),
      ),
    );
    expect((await noted()).map(({ address }) => address)).toEqual(addresses.slice(0, 3));
  });

  testOnSqlite('are not noted if the client has disconnected, since its address is then unknown', async () => {
    const requests = open();
    const request = await requestFrom('192.0.2.7');
    Object.assign(request.raw.socket, { remoteAddress: undefined });
    requests.note(request, missing);
    await requests.close();
    expect([await noted(), lines]).toEqual([[], []]);
  });

  test('are removed from the notes when the last of them is more than 30 days old', async () => {
    const requests = open();
    requests.note(await requestFrom('192.0.2.4'), missing);
    await requests.close();
    const { accounts } = testServices(directory, () => 'http://localhost');
    directory.clock.advance(30 * DAY_MS);
    await maintain(accounts);
    expect(await noted()).toHaveLength(1);
    directory.clock.advance(1);
    await maintain(accounts);
    expect(await noted()).toEqual([]);
  });
});

testOnSqlite('a note that cannot be written causes a warning in the log', async () => {
  const closed = await openTestDirectory();
  const { database, clock } = closed.deps;
  await closed[Symbol.asyncDispose]();
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const requests = new UnidentifiedRequests({ database, clock, log }, timer);
  requests.note(await requestFrom('192.0.2.5'), missing);
  await requests.close();
  expect(lines.join()).toContain('could not be noted');
});

testOnSqlite(
  'the reasons that are noted are all those with the code keyMissing or keyUnknown, except sessionEnded',
  () => {
    const without = Object.entries(keyReasons).filter(([, { code }]) => code === 'keyMissing' || code === 'keyUnknown');
    expect(new Set(without.map(([name]) => name))).toEqual(new Set([...unidentifiedReasons, 'sessionEnded']));
  },
);

testOnSqlite.each(unidentifiedReasons)(
  'the advice for the reason %s contains the number of requests, the address, the times, the reason and a remedy',
  (reason) => {
    const at = new Date('2026-01-31T09:30:00.000Z');
    const firstSeenAt = new Date('2026-01-03T10:00:00.000Z');
    const note = { address: '203.0.113.7', reason, prefix: '', requests: 3, firstSeenAt, lastSeenAt: at };
    const advice = unidentifiedAdvice(note);
    expect(advice).toMatch(
      /^3 requests from 203\.0\.113\.7 since 2026-01-03T10:00:00\.000Z, the last at 2026-01-31T09:30:00\.000Z\. The .*\. (Send|Copy|Check) /,
    );
    expect(unidentifiedAdvice({ ...note, requests: 1, prefix: 'tnh_AbCdEf' })).toMatch(
      /^1 request from 203\.0\.113\.7 with the key tnh_AbCdEf… since 2026-01-03T10:00:00\.000Z, the last/,
    );
  },
);

describeOnSqlite('recognizablePrefix()', () => {
  const key = newApiKey();
  test.each([
    ['the prefix of a complete key', key, key.slice(0, 10)],
    ['the prefix of a key with a different last character', `${key.slice(0, -1)}_`, key.slice(0, 10)],
    [
      'the prefix of a key that was cut to the shortest recognizable length',
      key.slice(0, RECOGNIZABLE_LENGTH_MIN),
      key.slice(0, 10),
    ],
    [
      'undefined for a key that was cut to one character less than that length',
      key.slice(0, RECOGNIZABLE_LENGTH_MIN - 1),
      undefined,
    ],
    [
      'undefined for a text with the prefix of Tanhua keys and invalid characters',
      `tnh_${'päßwort!'.repeat(5)}`,
      undefined,
    ],
    ['undefined for a JSON web token', `eyJhbGciOiJub25lIn0.${'e30'.repeat(12)}.`, undefined],
    ['undefined for a session token', `tns_${'a'.repeat(43)}`, undefined],
    ['undefined for an empty text', '', undefined],
  ])('returns %s', (_what, text, shown) => {
    expect(recognizablePrefix(text)).toBe(shown);
  });
});
