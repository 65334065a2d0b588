import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CLUSTER_START_MAX_MS,
  HEALTHY_MAX_MS,
  startPatroni,
  patroniUnavailableReason,
  type PatroniCluster,
} from '../support/patroni-cluster.ts';
import { skipWithout } from '../support/skip-without.ts';
import { startServer, TEST_KEY, type RunningServer } from '../support/start-server.ts';
import { WAIT_MAX_MS } from '../support/wait-until.ts';

const WRITERS = 4;
/** Pause of each writer after a refusal. */
const REFUSED_PAUSE_MS = 100;
/** Pause of each writer after each user, so that writes are continuous but leave processor time for the cluster. */
const WRITE_PAUSE_MS = 50;
/** Longer than the time for which Patroni tolerates a leader that does not respond. */
const PAUSE_MS = 26_000;
/** The maximum time for which writes may be refused after a fault. Patroni needs half a minute, or several times that if it is busy. */
const OUTAGE_MAX_MS = 150_000;
/** The sum of the waits of a test (before, during and after the fault, and for the cluster), plus time for its own work. */
const TEST_TIMEOUT_MS = 3 * OUTAGE_MAX_MS + PAUSE_MS + HEALTHY_MAX_MS + 180_000;

describe.skipIf(skipWithout(patroniUnavailableReason()))(
  'on a highly available PostgreSQL cluster',
  { timeout: TEST_TIMEOUT_MS },
  () => {
    const opened = new AsyncDisposableStack();
    let cluster: PatroniCluster;
    let server: RunningServer;

    beforeAll(
      async () => {
        cluster = opened.use(await startPatroni());
        const environment = { TANHUA_DATABASE_URL: cluster.url, TANHUA_BOOTSTRAP_RULES: 'standard' };
        server = opened.use(await startServer(environment));
      },
      CLUSTER_START_MAX_MS + 2 * WAIT_MAX_MS,
    );
    // Runs even if beforeAll fails halfway, and then stops what has already started.
    afterAll(() => opened.disposeAsync());

    async function send(method: string, path: string, body?: object) {
      const answer = await fetch(`${server.scimUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/scim+json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
    }

    /** Creates users while `faults` runs. Returns the names of the users whose creation was acknowledged. */
    async function writeDuring(name: string, faults: (acknowledged: ReadonlySet<string>) => Promise<void>) {
      const acknowledged = new Set<string>();
      const statuses = new Set<number>();
      const stop = new AbortController();
      let number = 0;
      const write = async () => {
        while (!stop.signal.aborted) {
          number += 1;
          const userName = `${name}${number}@x.example`;
          const { status } = await send('POST', '/Users', { userName });
          statuses.add(status);
          if (status === 201) acknowledged.add(userName);
          await sleep(status === 201 ? WRITE_PAUSE_MS : REFUSED_PAUSE_MS);
        }
      };
      const writers = Array.from({ length: WRITERS }, write);
      try {
        await waitForGrowth(acknowledged);
        await faults(acknowledged);
        await waitForGrowth(acknowledged);
      } finally {
        stop.abort();
        await Promise.all(writers);
      }
      expect([...statuses].filter((status) => status !== 201 && status !== 503)).toEqual([]);
      return acknowledged;
    }

    /** Resolves when the creation of more than 20 further users has been acknowledged. */
    async function waitForGrowth(acknowledged: ReadonlySet<string>): Promise<void> {
      const before = acknowledged.size;
      await expect
        .poll(() => acknowledged.size, { timeout: OUTAGE_MAX_MS, interval: 100 })
        .toBeGreaterThan(before + 20);
    }

    async function missing(name: string, acknowledged: ReadonlySet<string>): Promise<readonly string[]> {
      const found = new Set<string>();
      let cursor = '';
      do {
        const { body } = await send(
          'GET',
          `/Users?filter=userName sw "${name}"&count=200&attributes=userName&cursor=${cursor}`,
        );
        for (const user of body.Resources) found.add(user.userName);
        cursor = body.nextCursor ?? '';
      } while (cursor !== '');
      return [...acknowledged].filter((userName) => !found.has(userName));
    }

    test('a planned switchover loses no acknowledged user', async () => {
      const acknowledged = await writeDuring('switch', async () => {
        await cluster.switchOver();
        await cluster.healthy();
      });
      expect(await missing('switch', acknowledged)).toEqual([]);
    });

    test('a failover after the loss of the primary machine loses no acknowledged user', async () => {
      const acknowledged = await writeDuring('kill', async (soFar) => {
        const leader = await cluster.leader();
        cluster.kill(leader);
        await waitForGrowth(soFar);
        cluster.restart(leader);
        await cluster.healthy();
      });
      expect(await missing('kill', acknowledged)).toEqual([]);
    });

    test('a failover from a frozen primary, which later resumes, loses no acknowledged user', async () => {
      const acknowledged = await writeDuring('pause', async (soFar) => {
        const paused = cluster.pause(await cluster.leader());
        await sleep(PAUSE_MS);
        await waitForGrowth(soFar);
        cluster.resume(paused);
        await cluster.healthy();
      });
      expect(await missing('pause', acknowledged)).toEqual([]);
    });
  },
);
