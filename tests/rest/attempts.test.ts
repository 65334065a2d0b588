import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '../support/http-client.ts';
import { startPostgres, TEST_ROLE, postgresUnavailableReason } from '../support/postgres-cluster.ts';
import { skipWithout } from '../support/skip-without.ts';
import { startServer, TEST_KEY, type RunningServer } from '../support/start-server.ts';

/** Limits on failed attempts, tested with the started program and clients that all have the same address. */

const password = 'correct horse battery staple';
const FAILURES = 31;
/** A database server and two servers of the directory start within this time, even on a busy machine. */
const START_MAX_MS = 180_000;
type Target = Pick<RunningServer, 'url'>;

const json = { 'content-type': 'application/json' };
const post = (server: Target, path: string, body: object, headers: Record<string, string> = {}) =>
  call(`${server.url}${path}`, { method: 'POST', headers: { ...json, ...headers }, body });
const signIn = (server: Target, secret: string, more: { email?: string; headers?: Record<string, string> } = {}) =>
  post(server, '/api/auth/sign-in', { email: more.email ?? 'admin@localhost', password: secret }, more.headers);

interface Client {
  readonly id: string;
  readonly key: string;
}
const exchange = (server: Target, { id, key }: Client) =>
  post(server, '/oauth2/token', { grant_type: 'client_credentials', client_id: id, client_secret: key });

/** Fails to sign in with a different name each time, so that the limit per address is exceeded, but not the limit per name. */
async function failSignIns(server: Target, headers: Record<string, string> = {}): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let count = 0; count < FAILURES; count += 1) {
    statuses.push((await signIn(server, 'wrong', { email: `stranger${count}@example.com`, headers })).status);
  }
  return statuses;
}

const cookiesOf = (answer: { readonly headers: { readonly 'set-cookie'?: string[] | undefined } }) =>
  (answer.headers['set-cookie'] ?? []).map((one) => one.split(';', 1)[0] ?? '');

async function newClient(server: RunningServer): Promise<Client> {
  return JSON.parse((await server.cli('key', 'create', '--integration', 'Entra ID', '--name', 'c', '--json')).stdout);
}

describe('failed attempts from one address', () => {
  let server: RunningServer;
  let client: Client;

  beforeAll(async () => {
    server = await startServer({ TANHUA_BOOTSTRAP_PASSWORD: password });
    client = await newClient(server);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('at sign-in do not block a correct sign-in, a link page or client credentials', async () => {
    const user = { username: 'ann', email: 'ann@example.com' };
    const { body: created } = await post(server, '/api/systemusers', user, { 'x-api-key': TEST_KEY });
    await post(server, '/api/systemusers/reactivate', { models: [{ _id: created._id }] }, { 'x-api-key': TEST_KEY });
    const mails = JSON.parse((await server.cli('mail', 'list', '--json')).stdout);
    const { link } = JSON.parse((await server.cli('mail', 'show', mails[0].id, '--json')).stdout);
    expect(new Set(await failSignIns(server))).toEqual(new Set([401]));
    expect((await signIn(server, password)).status).toBe(200);
    expect((await call(link)).status).toBe(200);
    expect((await exchange(server, client)).status).toBe(200);
  });

  test('at the token endpoint are refused with 429 after the first 30, without blocking correct credentials', async () => {
    for (let count = 0; count < 35; count += 1) expect((await exchange(server, client)).status).toBe(200);
    const statuses = [];
    for (let count = 0; count < FAILURES; count += 1) {
      statuses.push((await exchange(server, { ...client, key: 'wrong' })).status);
    }
    expect(statuses.slice(0, -1).every((status) => status === 401)).toBe(true);
    expect(statuses.at(-1)).toBe(429);
    expect((await exchange(server, client)).status).toBe(200);
    expect((await signIn(server, password)).status).toBe(200);
  });

  test('may come from several clients behind an untrusted proxy, so the log and doctor each report the proxy once', async () => {
    const forwarded = { 'x-forwarded-for': '198.51.100.7' };
    for (let count = 0; count < 3; count += 1) await call(`${server.url}/healthz`, { headers: forwarded });
    const advice = 'Requests with X-Forwarded-For come from 127.0.0.1, which TANHUA_TRUSTED_PROXIES does not name';
    await expect.poll(() => server.log().split(advice).length - 1).toBe(1);
    const findings = async () => JSON.parse((await server.cli('doctor', '--json')).stdout) as { detail: string }[];
    await expect
      .poll(async () => (await findings()).filter(({ detail }) => detail.startsWith(advice)).length, {
        timeout: 30_000,
      })
      .toBe(1);
  });
});

describe('ten wrong passwords for admin@localhost', () => {
  test('make a new device wait, but not a known device or a session', async () => {
    await using server = await startServer({ TANHUA_BOOTSTRAP_PASSWORD: password });
    const first = await signIn(server, password);
    const device = cookiesOf(first).find((pair) => pair.startsWith('tanhua_device='));
    const { token } = first.body;
    for (let count = 0; count < 10; count += 1) expect((await signIn(server, 'wrong')).status).toBe(401);
    const refused = await signIn(server, password);
    expect([refused.status, Number(refused.headers['retry-after']) > 0]).toEqual([429, true]);
    expect((await signIn(server, password, { headers: { cookie: device ?? '' } })).status).toBe(200);
    const session = { authorization: `Bearer ${token}` };
    expect((await call(`${server.url}/api/systemusers`, { headers: session })).status).toBe(200);
    expect((await post(server, '/api/keys', { name: 'k', password }, session)).status).toBe(201);
  });
});

describe.skipIf(skipWithout(postgresUnavailableReason()))('servers that share one PostgreSQL database', () => {
  test(
    'count failed attempts together, in all processes of all servers',
    async () => {
      await using opened = new AsyncDisposableStack();
      const cluster = opened.use(await startPostgres());
      await cluster.administer(`create database tanhua owner ${TEST_ROLE}`);
      const environment = { TANHUA_DATABASE_URL: cluster.urlOf('tanhua'), TANHUA_BOOTSTRAP_PASSWORD: password };
      const two = opened.use(await startServer(environment));
      const one = opened.use(await startServer({ ...environment, TANHUA_PROCESSES: '2' }));
      const client = await newClient(one);
      const wrong = { ...client, key: 'wrong' };
      const statuses = [];
      for (let count = 0; count < FAILURES; count += 1) {
        statuses.push((await exchange(count % 3 === 0 ? two : one, wrong)).status);
      }
      expect(statuses.filter((status) => status === 401)).toHaveLength(FAILURES - 1);
      expect(statuses.at(-1)).toBe(429);
      expect((await exchange(two, client)).status).toBe(200);
      for (let count = 0; count < 10; count += 1) await signIn(count % 3 === 0 ? two : one, 'wrong');
      expect([(await signIn(one, password)).status, (await signIn(two, password)).status]).toEqual([429, 429]);
    },
    START_MAX_MS,
  );
});
