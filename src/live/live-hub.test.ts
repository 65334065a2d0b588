import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { createTestTimer, type TestTimer } from '../../tests/support/test-timer.ts';
import { recordEvent } from '#audit/event-store.ts';
import { AppError } from '#base/errors.ts';
import { createFleet } from '#shards/fleet.ts';
import { ACCESS_CHECKED_MS, ACCESS_INTERVAL_MS } from './access-watch.ts';
import { FEED_INTERVAL_MS } from './database-feed.ts';
import { eventSource } from './event-source.ts';
import { followRows } from './follow-rows.ts';
import { LISTENERS_MAX, LiveHub, ORGANIZATION_LISTENERS_MAX, type LiveRequest } from './live-hub.ts';
import { LISTENER_WAITING_MAX, LiveStream, WAITING_MAX } from './live-stream.ts';

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openTestDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());

function openHub() {
  const { deps, clock } = directory;
  const fleet = createFleet(clock, deps.database);
  const timer = createTestTimer();
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
  return { fleet, timer, lines, hub: new LiveHub({ fleet, clock, log, secrets: deps.secrets, timer }) };
}

const request = (organizationId: string, check: () => Promise<number> = async () => Infinity): LiveRequest => ({
  organizationId,
  kinds: new Set(['events']),
  language: 'en',
  types: undefined,
  source: undefined,
  lastId: undefined,
  access: { home: 'main', tokenHash: undefined, check },
});
const record = async (name: string) => {
  const { deps, clock, caller } = directory;
  await recordEvent(deps.database, clock, caller.origin, {
    type: 'user_create',
    target: { type: 'user', id: null, name },
  });
};
/** Lets time pass until the condition is true. */
async function advanceUntil(timer: TestTimer, isTrue: () => boolean): Promise<void> {
  for (let step = 0; !isTrue() && step < 2_000; step += 1) {
    await timer.advance(ACCESS_INTERVAL_MS);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(isTrue()).toBe(true);
}

/** Returns the text that arrives until it contains `part`. */
async function textUntil(stream: LiveStream, part: string, timer: TestTimer): Promise<string> {
  let text = '';
  stream.on('data', (chunk: Buffer) => void (text += String(chunk)));
  await advanceUntil(timer, () => text.includes(part));
  return text;
}

test('a process has at most LISTENERS_MAX listeners, and an organization at most ORGANIZATION_LISTENERS_MAX', async () => {
  const { hub } = openHub();
  const streams: LiveStream[] = [];
  for (let number = 0; number < LISTENERS_MAX / ORGANIZATION_LISTENERS_MAX; number += 1) {
    const { organizationId } = (await directory.newCaller('Entra ID')).origin;
    const all = Array.from({ length: ORGANIZATION_LISTENERS_MAX }, () => hub.open(request(organizationId)));
    if (number === 0) {
      const error = hub.open(request(organizationId));
      await expect(error).rejects.toMatchObject({ code: 'tooManyListeners', message: expect.stringContaining('1000') });
    }
    streams.push(...(await Promise.all(all)));
  }
  expect(hub.size).toBe(LISTENERS_MAX);
  const { organizationId } = directory.caller.origin;
  await expect(hub.open(request(organizationId))).rejects.toMatchObject({ code: 'unavailable' });
  streams[0]?.destroy();
  await expect.poll(() => hub.size).toBe(LISTENERS_MAX - 1);
  await hub.open(request(organizationId));
  for (const stream of streams) stream.resume();
  await hub.stop();
  expect(hub.size).toBe(0);
  await expect(hub.open(request(organizationId))).rejects.toMatchObject({ code: 'unavailable' });
});

test('the messages that wait for a listener have a maximum size, and so have those of all listeners', () => {
  const message = 'x'.repeat(LISTENER_WAITING_MAX);
  const all = { total: 0 };
  const stream = new LiveStream(all);
  expect(stream.send(message)).toBe(true);
  expect(all.total).toBe(LISTENER_WAITING_MAX);
  expect(stream.send('x')).toBe(false);
  expect(all.total).toBe(0);
  const streams = Array.from({ length: WAITING_MAX / LISTENER_WAITING_MAX }, () => new LiveStream(all));
  for (const one of streams) expect(one.send(message)).toBe(true);
  expect(stream.send('x')).toBe(false);
  streams[0]?.destroy();
  expect(stream.send('x')).toBe(true);
});

test('a listener that reads too slowly gets the message reset', async () => {
  const { hub, timer } = openHub();
  const stream = await hub.open(request(directory.caller.origin.organizationId));
  const { deps, clock, caller } = directory;
  // Each event has a list of changes that fills a third of what may wait.
  const changes = [{ field: 'title', from: null, to: 'x'.repeat(LISTENER_WAITING_MAX / 3) }];
  for (const name of ['a', 'b', 'c']) {
    const target = { type: 'user', id: null, name } as const;
    await recordEvent(deps.database, clock, caller.origin, { type: 'user_update', target, changes });
  }
  const reads = () => timer.sleeps.filter((ms) => ms === FEED_INTERVAL_MS).length;
  const before = reads();
  await advanceUntil(timer, () => reads() > before);
  const text = await textUntil(stream, 'event: reset', timer);
  expect(text).toContain('"reason":"tooSlow"');
  await record('next');
  stream.destroy();
});

test('a listener is checked once after it has connected, and again after ACCESS_CHECKED_MS at the latest', async () => {
  const { hub, timer } = openHub();
  let checks = 0;
  const check = async () => {
    checks += 1;
    if (checks === 3) throw new AppError('keyExpired', 'The key has expired.');
    return Infinity;
  };
  const stream = await hub.open(request(directory.caller.origin.organizationId, check));
  const waitFor = async (count: number) => {
    await advanceUntil(timer, () => checks >= count);
    return checks;
  };
  expect(await waitFor(1)).toBe(1);
  for (let step = 0; step < 20; step += 1) await timer.advance(ACCESS_INTERVAL_MS);
  expect(checks).toBe(1);
  directory.clock.advance(ACCESS_CHECKED_MS);
  expect(await waitFor(2)).toBe(2);
  directory.clock.advance(ACCESS_CHECKED_MS);
  expect(await textUntil(stream, 'event: end', timer)).toContain('"error_code":"keyExpired"');
  expect(hub.size).toBe(0);
});

test('a listener whose access cannot be checked during an outage is kept and checked again', async () => {
  const { hub, timer, lines } = openHub();
  let checks = 0;
  const check = async () => {
    checks += 1;
    if (checks < 3) throw new AppError('unavailable', 'The database cannot be reached.');
    return Infinity;
  };
  const stream = await hub.open(request(directory.caller.origin.organizationId, check));
  await advanceUntil(timer, () => checks === 3);
  expect(checks).toBe(3);
  expect(hub.size).toBe(1);
  expect(lines).toHaveLength(2);
  await record('after');
  expect(await textUntil(stream, 'event: event', timer)).toContain('"username":"after"');
  await hub.stop();
});

test('a command that follows events continues after an outage without a gap', async () => {
  const { fleet, timer } = openHub();
  const { organizationId } = directory.caller.origin;
  const stopping = new AbortController();
  const outages: (string | undefined)[] = [];
  let isDown = false;
  const source: typeof eventSource = {
    ...eventSource,
    read: async (database, query) => {
      if (isDown) throw new AppError('unavailable', 'The database cannot be reached.');
      return await eventSource.read(database, query);
    },
  };
  const rows = followRows({
    fleet,
    organizationId,
    source,
    timer,
    signal: stopping.signal,
    onOutage: (error) => void outages.push(error?.message),
    onGap: () => expect.fail('no event is missing'),
  });
  const names: string[] = [];
  const reading = (async () => {
    for await (const { data } of rows) names.push(JSON.parse(data('en')).resource.username);
  })();
  await timer.sleeping(1);
  await record('f1');
  await advanceUntil(timer, () => names.length === 1);
  isDown = true;
  await record('f2');
  await advanceUntil(timer, () => outages.length === 1);
  await record('f3');
  isDown = false;
  await advanceUntil(timer, () => names.length === 3);
  expect(names).toEqual(['f1', 'f2', 'f3']);
  expect(outages).toEqual(['The database cannot be reached.', undefined]);
  stopping.abort();
  await reading;
});
