import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { call, scimClient, type ScimClient } from '../support/http-client.ts';
import { isRunning } from '../support/child-process.ts';
import { startServer } from '../support/start-server.ts';

const DISK_MEBIBYTES = 24;
/** Pause of each client after each response. */
const REQUEST_PAUSE_MS = 50;
const PAGE_SIZE = 200;
const folder = mkdtempSync(join(tmpdir(), 'tanhua-disk-'));
const isMounted = mount();
if (!isMounted)
  console.log(
    'The test of a full disk is skipped: it has to mount a small file system (tmpfs), which usually only root may do.',
  );

function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEBIBYTES}m`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

afterAll(() => {
  if (isMounted) execFileSync('umount', ['--lazy', folder]);
  rmSync(folder, { recursive: true, force: true });
});

/** Polls /readyz until it returns the status. This takes up to a few seconds, because the server probes its storage at that interval. */
async function waitForReadiness(url: string, status: number): Promise<unknown> {
  for (;;) {
    const answer = await call(`${url}/readyz`);
    if (answer.status === status) return answer.body;
    await sleep(200);
  }
}

/** Returns the ids of all users. Reads whole pages, because one request for each user would take longer than the rest of the test. */
async function storedIds(client: ScimClient): Promise<readonly string[]> {
  const ids: string[] = [];
  for (;;) {
    const { body } = await client.get(`/Users?attributes=id&count=${PAGE_SIZE}&startIndex=${ids.length + 1}`);
    ids.push(...body.Resources.map(({ id }: { readonly id: string }) => id));
    if (body.Resources.length === 0 || ids.length >= body.totalResults) return ids;
  }
}

test.skipIf(!isMounted)(
  'a disk that fills up under load and is freed causes no 500 and loses no acknowledged user, and /readyz reports the full disk',
  async () => {
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir);
    await using server = await startServer({ TANHUA_BOOTSTRAP_RULES: 'standard', TANHUA_DATA_DIR: dataDir });
    const client = scimClient(server.scimUrl, server.key);
    const acknowledged: string[] = [];
    const statuses = new Set<number>();
    let number = 0;
    const stop = new AbortController();
    const load = async () => {
      while (!stop.signal.aborted) {
        number += 1;
        const answer = await client.post('/Users', { userName: `user${number}`, title: 'x'.repeat(500) });
        statuses.add(answer.status);
        if (answer.status === 201) acknowledged.push(answer.body.id);
        else expect(answer.headers, answer.text).toHaveProperty('retry-after');
        // The server probes the disk every few seconds. Without a pause, thousands of users would be created before the next probe.
        await sleep(REQUEST_PAUSE_MS);
      }
    };
    const clients = [load(), load(), load(), load()];
    await expect.poll(() => acknowledged.length).toBeGreaterThan(10);
    const before = acknowledged.length;
    const filler = join(folder, 'filler');
    try {
      writeFileSync(filler, Buffer.alloc(DISK_MEBIBYTES * 1024 ** 2));
    } catch {
      // The write fails once the file has used up all free space.
    }
    expect(await waitForReadiness(server.url, 503)).toMatchObject({ status: 'a write fails: full' });
    expect((await client.get('/Users?count=1')).status).toBe(200);
    // Until the first 507, changes fit into the space that the database had already allocated.
    await expect.poll(() => [...statuses]).toContain(507);
    rmSync(filler);
    await waitForReadiness(server.url, 200);
    stop.abort();
    await Promise.all(clients);
    expect([...statuses].filter((status) => ![201, 503, 507].includes(status))).toEqual([]);
    expect(statuses).toContain(507);
    expect((await client.post('/Users', { userName: 'afterward' })).status).toBe(201);
    expect(await storedIds(client)).toEqual(expect.arrayContaining(acknowledged));
    // Checks the whole content only of the users created around the time when the disk filled up, and of the last users.
    for (const id of [...acknowledged.slice(before - 10, before + 10), ...acknowledged.slice(-10)]) {
      expect((await client.get(`/Users/${id}`)).body).toMatchObject({ id, title: 'x'.repeat(500) });
    }
  },
);

/** Makes fdatasync fail with EIO once the data folder contains a file named "fail". */
const FAILING_SYNC = `data:text/javascript,${encodeURIComponent(`
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const sync = fs.fdatasync;
  fs.fdatasync = (descriptor, done) => {
    if (!fs.existsSync(process.env.TANHUA_DATA_DIR + '/fail')) return sync(descriptor, done);
    done(Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' }));
  };
  syncBuiltinESMExports();
`)}`;

test('a failed fdatasync ends the process with one log line, and the server can be started again', async () => {
  const environment = { NODE_OPTIONS: `--import=${FAILING_SYNC}`, TANHUA_BOOTSTRAP_RULES: 'standard' };
  await using server = await startServer(environment);
  const flag = join(server.dataDir, 'fail');
  writeFileSync(flag, '');
  // A background write may fail first. In that case, the server stops before it responds to this request.
  const user = { userName: 'ann' };
  const answer = await scimClient(server.scimUrl, server.key)
    .post('/Users', user)
    .catch(() => undefined);
  if (answer !== undefined) expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  while (isRunning(server.pid)) await sleep(50);
  const fatal = server
    .log()
    .split('\n')
    .filter((line) => line.includes('the disk did not store'));
  expect(fatal).toEqual([expect.stringContaining(server.dataDir)]);
  rmSync(flag);
  await using again = await server.restart('SIGTERM');
  expect((await scimClient(again.scimUrl, again.key).post('/Users', { userName: 'bob' })).status).toBe(201);
});
