import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type PostgresCluster,
  startPostgres,
  TEST_ROLE,
  postgresUnavailableReason,
} from '../support/postgres-cluster.ts';
import { skipWithout } from '../support/skip-without.ts';
import { startServer, TEST_KEY, type RunningServer } from '../support/start-server.ts';

/** Much longer than a revocation takes, so that the test does not fail on a busy machine. */
const REVOCATION_TIMEOUT_MS = 20_000;
const WRITERS = 8;
/** Pause of each writer after each answer, so that writes are continuous but leave processor time for the database. */
const WRITE_PAUSE_MS = 50;
/** Default number of database connections of one process. */
const CONNECTIONS = 10;
const DOWN_MS = 1_500;

describe.skipIf(skipWithout(postgresUnavailableReason()))('the program on PostgreSQL', () => {
  let cluster: PostgresCluster;
  let url: string;

  beforeAll(async () => {
    cluster = await startPostgres();
    await cluster.administer(`create database tanhua owner ${TEST_ROLE}`);
    url = cluster.urlOf('tanhua');
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  const start = (environment = {}) =>
    startServer({ TANHUA_DATABASE_URL: url, TANHUA_BOOTSTRAP_RULES: 'standard', ...environment });

  async function send(
    { scimUrl }: Pick<RunningServer, 'scimUrl'>,
    method: string,
    path: string,
    body?: object,
    key = TEST_KEY,
  ) {
    const answer = await fetch(`${scimUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      retryAfter: answer.headers.get('retry-after'),
      body: text === '' ? {} : JSON.parse(text),
    };
  }

  test('two servers serve the same directory, and a revoked key stops working on both', async () => {
    // Both start at once, and one of them creates the first organization.
    const [one, two] = await Promise.all([start(), start()]);
    await using opened = new AsyncDisposableStack();
    opened.use(one);
    opened.use(two);
    const { body: user } = await send(one, 'POST', '/Users', { userName: 'ann@x.example' });
    expect((await send(two, 'GET', `/Users/${user.id}`)).body).toMatchObject({ userName: 'ann@x.example' });
    expect((await send(two, 'POST', '/Users', { userName: 'ANN@x.example' })).status).toBe(409);

    const created = await one.cli('key', 'create', '--integration', 'Entra ID', '--name', 'second', '--json');
    const { key, id } = JSON.parse(created.stdout);
    for (const server of [one, two])
      expect((await send(server, 'GET', '/Users?count=0', undefined, key)).status).toBe(200);
    expect((await one.cli('key', 'revoke', id)).code).toBe(0);
    // How soon a revocation takes effect is tested in src/access/credentials.test.ts, without a real clock.
    for (const server of [one, two]) {
      const statusOf = async () => (await send(server, 'GET', '/Users?count=0', undefined, key)).status;
      await expect.poll(statusOf, { timeout: REVOCATION_TIMEOUT_MS }).toBe(401);
    }
    const doctor = await one.cli('doctor', '--json');
    expect(JSON.parse(doctor.stdout).map((finding: { status: string }) => finding.status)).not.toContain('fault');
  });

  test('a sign-out or the revocation of a key ends sessions and access tokens on both servers immediately', async () => {
    const secrets = { TANHUA_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') };
    const [one, two] = await Promise.all([start(secrets), start(secrets)]);
    await using opened = new AsyncDisposableStack();
    opened.use(one);
    opened.use(two);
    const statusOf = async (server: RunningServer, path: string, token: string) =>
      (await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } })).status;

    const client = JSON.parse((await one.cli('key', 'create', '--json')).stdout);
    const basic = Buffer.from(`${client.id}:${client.key}`).toString('base64');
    const granted = await fetch(`${one.url}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token: access } = (await granted.json()) as { access_token: string };
    for (const server of [one, two]) expect(await statusOf(server, '/scim/v2/Users?count=0', access)).toBe(200);
    await one.cli('key', 'revoke', client.id);
    for (const server of [one, two]) expect(await statusOf(server, '/scim/v2/Users?count=0', access)).toBe(401);

    const email = 'session@contoso.example';
    await one.cli('admin', 'create', email, '--role', 'Administrator');
    const link = JSON.parse((await one.cli('admin', 'reset-password', email, '--json')).stdout);
    const post = async (path: string, body: object) => {
      const answer = await fetch(`${one.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return (await answer.json()) as { token: string };
    };
    const password = 'a heron waits in the mist';
    await post('/api/auth/reset', { token: new URL(link.url).searchParams.get('token'), password });
    const { token } = await post('/api/auth/sign-in', { email, password });
    for (const server of [one, two]) expect(await statusOf(server, '/api/auth/session', token)).toBe(200);
    await one.cli('admin', 'sign-out', email);
    for (const server of [one, two]) expect(await statusOf(server, '/api/auth/session', token)).toBe(401);
  });

  test('an event of one server reaches listeners of the other server, until the session ends or the server stops', async () => {
    const secrets = { TANHUA_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') };
    const [one, two] = await Promise.all([start(secrets), start(secrets)]);
    await using opened = new AsyncDisposableStack();
    opened.use(one);
    opened.use(two);
    const email = 'live@contoso.example';
    const headersOf = async () => {
      const link = JSON.parse((await one.cli('admin', 'reset-password', email, '--json')).stdout);
      const password = 'a heron waits in the mist';
      const post = async (path: string, body: object) =>
        await fetch(`${one.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      await post('/api/auth/reset', { token: new URL(link.url).searchParams.get('token'), password });
      const { token } = (await (await post('/api/auth/sign-in', { email, password })).json()) as { token: string };
      return { cookie: `tanhua_session=${token}` };
    };
    await one.cli('admin', 'create', email, '--role', 'Administrator');
    const headers = await headersOf();
    const listener = await listenTo(two, headers);
    const follow = one.spawnCli('event', 'follow', '--type', 'user_create', '--json');
    let created = 0;
    const create = async (server: RunningServer) => {
      created += 1;
      const userName = `live${created}@x.example`;
      expect((await send(server, 'POST', '/Users', { userName })).status).toBe(201);
      return userName;
    };
    await listener.received(await create(one));
    const id = [...listener.text().matchAll(/^id: (?<id>.+)$/gm)].at(-1)?.groups?.['id'] ?? '';
    await listener.received(await create(two));
    // The other server continues after the message with this id.
    const resumed = await listenTo(one, { ...headers, 'last-event-id': id });
    await resumed.received('live2@x.example');
    expect(resumed.text()).not.toContain('live1@x.example');
    // The command has started when it prints one of these events.
    const followed = async () => {
      await create(one);
      return follow.output();
    };
    await expect.poll(followed, { timeout: 60_000 }).toContain('"event_type":"user_create"');
    follow.kill('SIGTERM');
    expect(await follow.result).toMatchObject({ code: 0, stderr: '' });
    for (const line of follow.output().trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ success: true });

    await one.cli('admin', 'sign-out', email);
    for (const { received, ended } of [listener, resumed]) {
      await received('event: end');
      await ended;
    }
    const last = await listenTo(two, await headersOf());
    await two[Symbol.asyncDispose]();
    expect(last.text()).toContain('The server is stopping');
    await last.ended;
  });

  test('several processes serve one port, and a process that dies is replaced', async () => {
    await using server = await start({ TANHUA_PROCESSES: '2' });
    const { body: user } = await send(server, 'POST', '/Users', { userName: 'many@x.example' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(server, 'GET', `/Users/${user.id}`)));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    const pids = () => new Set([...server.log().matchAll(/"pid":(\d+)/g)].map(([, pid]) => Number(pid)));
    expect(pids().size).toBe(2);
    const [victim] = pids();
    process.kill(victim ?? 0, 'SIGKILL');
    await expect.poll(() => server.log(), { timeout: 60_000 }).toContain('another one replaces it');
    await expect
      .poll(
        async () => {
          const some = await Promise.allSettled(
            Array.from({ length: 10 }, () => send(server, 'GET', `/Users/${user.id}`)),
          );
          return some.every((one) => one.status === 'fulfilled' && one.value.status === 200) && pids().size > 3;
        },
        { timeout: 60_000 },
      )
      .toBe(true);
  });

  test('a restart of the database loses no acknowledged user and no event', async () => {
    await using server = await start();
    const acknowledged = new Set<string>();
    const refused: { status: number; retryAfter: string | null; detail: string }[] = [];
    const stop = new AbortController();
    let number = 0;
    const write = async () => {
      while (!stop.signal.aborted) {
        number += 1;
        const userName = `restart${number}@x.example`;
        const { status, retryAfter, body } = await send(server, 'POST', '/Users', {
          userName,
          emails: [{ value: userName }],
        });
        if (status === 201) acknowledged.add(userName);
        else refused.push({ status, retryAfter, detail: body.detail });
        await sleep(WRITE_PAUSE_MS);
      }
    };
    const writers = Array.from({ length: WRITERS }, write);
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
      const before = acknowledged.size;
      await expect.poll(() => acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(before + 20);
      await cluster.stop(signal);
      await sleep(DOWN_MS);
      await cluster.start();
    }
    const before = acknowledged.size;
    await expect.poll(() => acknowledged.size, { timeout: 60_000 }).toBeGreaterThan(before + 20);
    stop.abort();
    await Promise.all(writers);
    for (const one of refused) expect(one).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    // Only a request that was using a broken connection is refused immediately. The other requests wait for the database.
    const atOnce = refused.filter(({ detail }) => !detail.startsWith('The database cannot be reached.'));
    for (const { detail } of atOnce) expect(detail).toMatch(/^The connection to the database was lost /);
    expect(atOnce.length).toBeLessThanOrEqual(2 * CONNECTIONS);
    const found: string[] = [];
    for (let startIndex = 1; ; startIndex += 100) {
      const { body } = await send(
        server,
        'GET',
        `/Users?filter=userName sw "restart"&startIndex=${startIndex}&count=100`,
      );
      found.push(...body.Resources.map((user: { userName: string }) => user.userName));
      if (startIndex + 100 > body.totalResults) break;
    }
    expect(new Set(found).isSupersetOf(acknowledged)).toBe(true);
    const events = await server.cli('event', 'list', '--type', 'user_create', '--limit', '1000', '--json');
    expect(JSON.parse(events.stdout).length).toBeGreaterThanOrEqual(Math.min(1_000, found.length));
    expect((await server.cli('doctor')).code).toBe(0);
  });

  test('/readyz returns 503 while the database is down, and requests succeed once the database is back', async () => {
    await using server = await start();
    await cluster.stop('SIGINT');
    await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status, { timeout: 60_000 }).toBe(503);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    await cluster.start();
    await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status, { timeout: 60_000 }).toBe(200);
    expect((await send(server, 'GET', '/Users?count=1')).status).toBe(200);
  });

  test('a start with a wrong database URL fails with an error that does not contain the password', async () => {
    const wrong = `postgres://nobody:a-secret@127.0.0.1:${cluster.port}/tanhua`;
    await expect(startServer({ TANHUA_DATABASE_URL: wrong })).rejects.toThrow(/TANHUA_DATABASE_URL/);
    await expect(startServer({ TANHUA_DATABASE_URL: wrong })).rejects.not.toThrow(/a-secret/);
    await expect(startServer({ TANHUA_PROCESSES: '2' })).rejects.toThrow(/TANHUA_DATABASE_URL/);
  });
});

/** Opens a stream of live updates, and resolves when it has begun. */
async function listenTo({ url }: RunningServer, headers: Readonly<Record<string, string>>) {
  const answer = await fetch(`${url}/api/live?kinds=events`, { headers });
  expect(answer.status).toBe(200);
  let text = '';
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const part of answer.body ?? []) text += decoder.decode(part, { stream: true });
  })();
  const received = async (part: string) =>
    await expect.poll(() => text, { timeout: 60_000, message: part }).toContain(part);
  await received('id: ');
  return { text: () => text, received, ended };
}
