import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestTimer, type TestTimer } from '../../tests/support/test-timer.ts';
import { AppError } from '#base/errors.ts';
import { FOLLOW_INTERVAL_MS } from '#live/follow-rows.ts';
import type { LiveSource } from '#live/live-source.ts';
import { requestSource } from '#live/request-source.ts';
import { openTestScimServer, type TestScimServer } from '#scim-server/scim-server.fixture.ts';
import { createFleet } from '#shards/fleet.ts';
import { printFollowed, type FollowOptions } from './print-followed.ts';
import { requestLine } from './request-line.ts';

let server: TestScimServer;
beforeAll(async () => {
  server = await openTestScimServer('strict');
});
afterAll(() => server[Symbol.asyncDispose]());

let out: string[] = [];
let notes: string[] = [];
beforeEach(() => {
  [out, notes] = [[], []];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void out.push(line));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void notes.push(line));
});
afterEach(() => vi.restoreAllMocks());

/** What the next reads of the log find in place of its rows. */
type Interruption = 'reset' | AppError;

/** A command that runs while a test sends requests. */
interface Followed extends AsyncDisposable {
  readonly timer: TestTimer;
  readonly interruptions: Interruption[];
  /** Lets the command read what was committed. */
  readonly read: () => Promise<void>;
}

async function follow(options: FollowOptions = {}, types?: ReadonlySet<string>): Promise<Followed> {
  const { deps, caller, clock } = server.directory;
  const interruptions: Interruption[] = [];
  const source: LiveSource = {
    ...requestSource,
    read: async (database, query) => {
      const next = interruptions.shift();
      if (next === undefined) return await requestSource.read(database, query);
      if (next === 'reset') return undefined;
      throw next;
    },
  };
  const organization = { id: caller.origin.organizationId, name: 'Contoso', createdAt: clock.now() };
  const session = { deps, fleet: createFleet(clock, deps.database), organization };
  const timer = createTestTimer();
  const stopping = new AbortController();
  const describeRow = (row: unknown) => requestLine(row as Parameters<typeof requestLine>[0]);
  const followed = { source, types, describe: describeRow, list: 'tanhua request list', name: 'Requests' };
  const done = printFollowed(session, options, followed, { timer, stopping });
  let reads = 1;
  await Promise.race([timer.sleeping(reads), done]);
  return {
    timer,
    interruptions,
    read: async () => {
      reads += 1;
      await timer.advance(FOLLOW_INTERVAL_MS);
      await timer.sleeping(reads);
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await done;
    },
  };
}

const user = (name: string) => ({
  userName: name,
  emails: [{ type: 'work', primary: true, value: `${name}@contoso.example` }],
});
const create = async (name: string) => await server.send('POST', '/Users', user(name));
const unavailable = () => new AppError('unavailable', 'The database cannot be reached.');
const lineOf = (sentence: string) => new RegExp(String.raw`^\d{4}-\d\d-\d\dT[\d:.]+Z {2}${sentence} {2}\[[\w-]+\]$`);

describe('tanhua request follow prints', () => {
  test('a write and a refusal on one line each, and nothing that was there before', async () => {
    await create('before');
    await using followed = await follow();
    await create('ann');
    await create('ann');
    await server.send('POST', '/Users', { userName: 'bob' });
    await followed.read();
    expect(out).toEqual([
      expect.stringMatching(lineOf('Create ann → created')),
      expect.stringMatching(lineOf('Create ann: refused, .*')),
      expect.stringMatching(lineOf('Create bob: refused, .*')),
    ]);
    await followed.read();
    expect([out.length, notes]).toEqual([3, []]);
  });

  test('only the requests of a kind and of a source, as JSON on one line each', async () => {
    await using followed = await follow({ json: true, source: 'Entra ID' }, new Set(['delete']));
    const { body } = await create('carl');
    await server.send('DELETE', `/Users/${body.id}`);
    await followed.read();
    expect(out.map((line) => JSON.parse(line))).toMatchObject([{ kind: 'delete', outcome: 'accepted', name: 'carl' }]);
    expect(out[0]).not.toContain('\n');
  });

  test('that requests may be missing after its position became unknown, and then those that arrive', async () => {
    await using followed = await follow();
    followed.interruptions.push('reset');
    await create('dora');
    await followed.read();
    expect([out, notes]).toEqual([[], ['Requests may be missing here: see "tanhua request list".']]);
    await create('eve');
    await followed.read();
    expect(out).toEqual([expect.stringMatching(lineOf('Create eve → created'))]);
  });

  test('that the connection was lost, once, and all requests since when it is there again', async () => {
    await using followed = await follow();
    followed.interruptions.push(unavailable(), unavailable());
    await create('fay');
    await followed.read();
    await followed.read();
    const lost = 'The database cannot be reached. The command continues when the database can be reached again.';
    expect([out, notes]).toEqual([[], [lost]]);
    await create('gus');
    await followed.read();
    expect(notes).toEqual([lost, 'The database can be reached again.']);
    expect(out).toEqual([
      expect.stringMatching(lineOf('Create fay → created')),
      expect.stringMatching(lineOf('Create gus → created')),
    ]);
  });

  test('a read with the number of requests that its line counts', async () => {
    await using followed = await follow();
    for (const _ of [1, 2]) await server.send('GET', '/Users?filter=userName%20eq%20%22ann%22');
    // The server writes the reads that it has counted when it stops.
    await server.app.close();
    await followed.read();
    expect(out).toEqual([expect.stringMatching(/Find a user \(2 times\) → answered {2}\[[\w-]+:counted\]$/)]);
  });
});
