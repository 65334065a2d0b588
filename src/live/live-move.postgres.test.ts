import pino from 'pino';
import { expect, test } from 'vitest';
import { openTestDirectory } from '../../tests/support/directory.ts';
import { openTestDatabase } from '../../tests/support/test-database.ts';
import { createTestTimer } from '../../tests/support/test-timer.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { Database } from '#database/database.ts';
import { createFleet, MAIN_SHARD } from '#shards/fleet.ts';
import { moveOrganization } from '#shards/move-organization.ts';
import { ACCESS_INTERVAL_MS } from './access-watch.ts';
import { LiveHub } from './live-hub.ts';

test('a listener of an organization that is moved gets the message reset, and then the events from the other database', async () => {
  await using directory = await openTestDirectory();
  await using other = await openTestDatabase();
  const { deps, clock, caller } = directory;
  const { organizationId } = caller.origin;
  const fleet = createFleet(clock, deps.database, [{ name: 'eu', database: other.database }]);
  const [, eu] = fleet.shards;
  const timer = createTestTimer();
  const hub = new LiveHub({ fleet, clock, timer, secrets: deps.secrets, log: pino({ level: 'silent' }) });
  const record = async (database: Database, name: string) =>
    await recordEvent(database, clock, caller.origin, {
      type: 'user_create',
      target: { type: 'user', id: null, name },
    });
  await record(deps.database, 'earlier');
  const stream = await hub.open({
    organizationId,
    kinds: new Set(['events']),
    language: 'en',
    types: undefined,
    source: undefined,
    lastId: undefined,
    access: { home: MAIN_SHARD, tokenHash: undefined, check: async () => Infinity },
  });
  let text = '';
  stream.on('data', (part: Buffer) => void (text += String(part)));
  const arrived = async (part: string) => {
    for (let step = 0; !text.includes(part) && step < 500; step += 1) {
      await timer.advance(ACCESS_INTERVAL_MS);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(text).toContain(part);
  };
  await record(deps.database, 'before');
  await arrived('"username":"before"');
  await moveOrganization({ fleet, clock, organizationId, onProgress: () => undefined }, eu ?? fleet.main);
  await arrived('"reason":"organizationMoved"');
  await record(other.database, 'after');
  await arrived('"username":"after"');
  // The events that were copied are not sent again.
  expect(text.match(/^event: event$/gm)).toHaveLength(2);
  await hub.stop();
});
