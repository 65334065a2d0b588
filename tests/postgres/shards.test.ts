import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type PostgresCluster,
  startPostgres,
  TEST_ROLE,
  postgresUnavailableReason,
} from '../support/postgres-cluster.ts';
import { endWithFile, hasEnded } from '../support/child-process.ts';
import { programArguments, programEnvironment } from '../support/program.ts';
import { skipWithout } from '../support/skip-without.ts';
import { runCli, startServer, type RunningServer } from '../support/start-server.ts';

/** Tests organizations on two PostgreSQL clusters. One organization is moved during writes, and the process that moves it is killed. */

const WRITERS = 6;
/** Pause between two rounds of a writer, so that changes are continuous but leave processor time for the move. */
const LOAD_PAUSE_MS = 200;
/** Pause between two queries for the progress of a move. */
const POLL_PAUSE_MS = 3;
/** The maximum number of moves that may complete before the test can kill one: on a busy machine, the query for the progress is late. */
const LATE_MAX = 20;

/**
 * Stages of a move, each with the rows that exist once the move has reached the stage. Only rows written since transaction $2 count,
 * because moves that were killed earlier have left older rows. In the last two stages, changes to the organization wait until it is
 * served from the target shard.
 */
const progress: Readonly<Record<string, { readonly in: 'main' | 'other'; readonly rows: string }>> = {
  begun: { in: 'main', rows: `moves as one where state = 'copying'` },
  'copying users': { in: 'other', rows: 'users as one where true' },
  'noting changes': {
    in: 'main',
    rows: `changed_rows as one join moves using (organization_id) where state = 'copying' and moves.xmin::text::bigint >= $2`,
  },
  'copying events': { in: 'other', rows: 'events as one where true' },
  switching: { in: 'main', rows: `placements as one where state = 'leaving'` },
  arriving: { in: 'main', rows: `placements as one where state = 'arriving'` },
};

interface Acknowledged {
  /** The displayName of each user by id; null for a deleted user. */
  readonly users: Map<string, string | null>;
  readonly refusals: string[];
}

describe.skipIf(skipWithout(postgresUnavailableReason()))('shards', () => {
  const opened = new AsyncDisposableStack();
  let main: PostgresCluster;
  let other: PostgresCluster;
  let environment: Readonly<Record<string, string>>;
  let servers: RunningServer[];
  let movedId: string;
  let movedKey: string;

  beforeAll(async () => {
    main = opened.use(await startPostgres({ fsync: 'off' }));
    other = opened.use(await startPostgres({ fsync: 'off' }));
    for (const cluster of [main, other]) await cluster.administer(`create database directory owner ${TEST_ROLE}`);
    environment = {
      TANHUA_DATABASE_URL: main.urlOf('directory'),
      TANHUA_SHARD_URLS: `eu=${other.urlOf('directory')}`,
    };
    const first = opened.use(await startServer({ ...environment, TANHUA_BOOTSTRAP_RULES: 'standard' }));
    servers = [first, opened.use(await startServer(environment))];
    const created = await runCli(['organization', 'create', 'Contoso', '--rules', 'standard', '--json'], environment);
    movedId = JSON.parse(created.stdout).id;
    const key = await runCli(['key', 'create', '--json'], { ...environment, TANHUA_ORGANIZATION: 'contoso' });
    movedKey = JSON.parse(key.stdout).key;
  });
  afterAll(() => opened.disposeAsync());

  const send = async (
    server: RunningServer | undefined,
    method: string,
    path: string,
    body?: object,
    key = movedKey,
  ) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' };
    const answer = await fetch(`${server?.scimUrl}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const replace = (path: string, value: unknown) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path, value }],
  });

  const rowsIn = async (cluster: PostgresCluster, table: string) => {
    await using client = await connect(cluster);
    const column = table === 'organizations' ? 'id' : 'organization_id';
    const { rows } = await client.query(`select count(*)::int as n from ${table} where ${column} = $1`, [movedId]);
    return rows[0].n as number;
  };

  /** Creates, renames and deletes users through both servers until `stop` is called. */
  const startLoad = (name: string) => {
    const acknowledged: Acknowledged = { users: new Map(), refusals: [] };
    const stop = new AbortController();
    const write = async (writer: number) => {
      for (let round = 0; !stop.signal.aborted; round += 1, await sleep(LOAD_PAUSE_MS)) {
        const userName = `${name}-${writer}-${round}@x.example`;
        const server = () => servers[(writer + round) % 2];
        const created = await send(server(), 'POST', '/Users', { userName, displayName: 'new' });
        const id: string = created.body.id;
        if (created.status !== 201) {
          acknowledged.refusals.push(`${created.status} ${created.body.detail}`);
          continue;
        }
        acknowledged.users.set(id, 'new');
        const renamed = await send(server(), 'PATCH', `/Users/${id}`, replace('displayName', userName));
        if (renamed.status === 200) acknowledged.users.set(id, userName);
        else acknowledged.refusals.push(`${renamed.status} ${renamed.body.detail}`);
        // The other server must also return the acknowledged change.
        const seen = await send(servers[(writer + round + 1) % 2], 'GET', `/Users/${id}`);
        if (seen.status !== 200) acknowledged.refusals.push(`${seen.status} ${seen.body.detail}`);
        else if (renamed.status === 200) expect(seen.body.displayName).toBe(userName);
        if (round % 5 === 4) {
          const deleted = await send(server(), 'DELETE', `/Users/${id}`);
          if (deleted.status === 204) acknowledged.users.set(id, null);
          else acknowledged.refusals.push(`${deleted.status} ${deleted.body.detail}`);
        }
      }
    };
    const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer));
    return {
      acknowledged,
      stop: async () => {
        stop.abort();
        await Promise.all(writers);
      },
    };
  };

  const expectAllStored = async ({ users }: Acknowledged) => {
    for (const [id, displayName] of users) {
      const answer = await send(servers[0], 'GET', `/Users/${id}`);
      expect(answer.status, id).toBe(displayName === null ? 404 : 200);
      if (displayName !== null) expect(answer.body.displayName).toBe(displayName);
    }
  };

  test('moving an organization to another shard and back while clients write to it neither refuses nor loses changes', async () => {
    const people: string[] = [];
    for (const name of ['ann', 'bob']) {
      people.push((await send(servers[0], 'POST', '/Users', { userName: `${name}@x.example` })).body.id);
    }
    const group = { displayName: 'Team', members: people.map((value) => ({ value })) };
    const { id: groupId } = (await send(servers[0], 'POST', '/Groups', group)).body;
    const load = startLoad('moved');
    await expect.poll(() => load.acknowledged.users.size, { timeout: 60_000 }).toBeGreaterThan(WRITERS);
    const there = await runCli(['organization', 'move', 'Contoso', '--to', 'eu', '--json'], environment);
    expect(there, there.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(there.stdout)).toMatchObject({ from: 'main', to: 'eu', verified: true });
    // Writes continue after the move.
    const moved = load.acknowledged.users.size;
    await expect.poll(() => load.acknowledged.users.size, { timeout: 60_000 }).toBeGreaterThan(moved + WRITERS);
    await load.stop();
    // Changes had to wait, but no change was refused.
    expect(load.acknowledged.refusals, servers.flatMap(failuresOf).join('\n')).toEqual([]);
    await expectAllStored(load.acknowledged);
    for (const table of ['organizations', 'users', 'groups', 'events', 'moves', 'changed_rows', 'resource_counts']) {
      expect(await rowsIn(main, table), table).toBe(0);
    }
    expect(await rowsIn(other, 'moves')).toBe(0);
    const active = [...load.acknowledged.users.values()].filter((name) => name !== null).length + people.length;
    expect((await send(servers[1], 'GET', '/Users?count=0')).body.totalResults).toBe(active);
    expect((await send(servers[1], 'GET', `/Groups/${groupId}`)).body.members).toHaveLength(2);

    const back = await runCli(['organization', 'move', movedId, '--to', 'main', '--json'], environment);
    expect(JSON.parse(back.stdout)).toMatchObject({ from: 'eu', to: 'main', verified: true });
    await expectAllStored(load.acknowledged);
    const listed = await runCli(['organization', 'list', '--json'], environment);
    expect(JSON.parse(listed.stdout)).toContainEqual({ id: movedId, name: 'Contoso', shard: 'main' });
    const events = await runCli(['event', 'list', '--type', 'organization_move', '--json'], {
      ...environment,
      TANHUA_ORGANIZATION: movedId,
    });
    expect(events.stdout).toContain('organization_move');
  });

  /** Starts a move and kills its process at the stage. If the move completes first, moves the organization back and tries again. */
  const killMoverAt = async (stage: string) => {
    const { in: place, rows } = progress[stage] ?? expect.fail(`Unknown stage: ${stage}.`);
    await using client = await connect(place === 'main' ? main : other);
    const statement = `select from ${rows} and organization_id = $1 and one.xmin::text::bigint >= $2 limit 1`;
    for (let late = 0; late < LATE_MAX; late += 1) {
      const next = await client.query('select pg_snapshot_xmax(pg_current_snapshot())::text as id');
      const child = endWithFile(
        spawn(process.execPath, [...programArguments(), 'organization', 'move', 'Contoso', '--to', 'eu'], {
          env: { ...process.env, ...programEnvironment(), ...environment },
          stdio: 'ignore',
        }),
      );
      const ended = once(child, 'close');
      let isReached = false;
      while (!isReached && !hasEnded(child)) {
        isReached = (await client.query(statement, [movedId, next.rows[0].id])).rowCount === 1;
        if (!isReached) await sleep(POLL_PAUSE_MS);
      }
      child.kill('SIGKILL');
      await ended;
      await expireMove(main);
      if (isReached && child.signalCode === 'SIGKILL') return;
      const back = await runCli(['organization', 'move', 'Contoso', '--to', 'main'], environment);
      expect(back, back.stderr).toMatchObject({ code: 0 });
    }
    expect.fail(`No move was seen ${stage}.`);
  };

  test('a move that is killed at any stage loses no acknowledged change, and the next move completes', async () => {
    const load = startLoad('killed');
    try {
      for (const stage of Object.keys(progress)) await killMoverAt(stage);
    } finally {
      await load.stop();
    }
    const failures = servers.flatMap(failuresOf).join('\n');
    for (const refusal of load.acknowledged.refusals)
      expect(refusal, failures).toMatch(/^503 The organization is being moved/);
    const finished = await runCli(['organization', 'move', 'Contoso', '--to', 'eu', '--json'], environment);
    expect(finished, finished.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(finished.stdout)).toMatchObject({ to: 'eu' });
    await expectAllStored(load.acknowledged);
    for (const table of ['organizations', 'users', 'events', 'moves']) expect(await rowsIn(main, table), table).toBe(0);
  });

  test('a shard that is down affects only its own organizations, even on a server that starts in the meantime', async () => {
    await runCli(['organization', 'move', 'Contoso', '--to', 'eu', '--json'], environment);
    const alone = servers[0]?.key;
    await other.stop('SIGINT');
    try {
      // A server that starts in the meantime serves the organizations on the reachable shards.
      const late = startServer(environment).then(async (server) => {
        await using started = server;
        return await send(started, 'GET', '/Users?count=1', undefined, alone);
      });
      const answers = await Promise.all([
        send(servers[0], 'GET', '/Users?count=1', undefined, alone),
        send(servers[0], 'GET', '/Users?count=1'),
        late,
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 503, 200]);
    } finally {
      await other.start();
    }
    expect((await send(servers[0], 'GET', '/Users?count=1')).status).toBe(200);
  });

  test('a move rejects an unknown shard and an unknown organization, and a new organization needs a unique name', async () => {
    const nowhere = await runCli(['organization', 'move', 'Contoso', '--to', 'us'], environment);
    expect(nowhere).toMatchObject({ code: 3, stderr: expect.stringContaining('The shards are: "main", "eu".') });
    const unknown = await runCli(['organization', 'move', 'Fabrikam', '--to', 'eu'], environment);
    expect(unknown).toMatchObject({ code: 3, stderr: expect.stringContaining('There is no organization "Fabrikam"') });
    const twice = await runCli(['organization', 'create', 'CONTOSO', '--shard', 'eu'], environment);
    expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining('already') });
  });
});

/** The level at which pino logs an error. */
const PINO_ERROR = 50;

/** Returns the log lines of a server at the level error. */
function failuresOf(server: RunningServer): readonly string[] {
  return server
    .log()
    .split('\n')
    .filter((line) => line.includes(`"level":${PINO_ERROR},`));
}

/** Deletes the lease of a killed move and ends the time for which changes wait for it, so that the next move can start immediately. */
async function expireMove(cluster: PostgresCluster): Promise<void> {
  await using client = await connect(cluster);
  await client.query(`delete from leases where name like 'move %'`);
  await client.query(`update placements set expires_at = 0 where state <> 'served'`);
}

async function connect({ port }: PostgresCluster): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'directory' });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}
