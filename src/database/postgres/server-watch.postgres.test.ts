import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { copyOfTemplate, portOfServer } from '../../../tests/support/template-database.ts';
import { inTransaction } from '../database.ts';
import { openPostgres } from './open-postgres.ts';

/** Starts a proxy in front of PostgreSQL that hangs on request: it accepts connections but transfers no data. */
async function startHangingProxy() {
  const sockets = new Set<Socket>();
  let isHanging = false;
  const set = (socket: Socket) => (isHanging ? socket.pause() : socket.resume());
  const server = createServer((near) => {
    const far = connect(portOfServer(), '127.0.0.1');
    for (const [one, other] of [[near, far] as const, [far, near] as const]) {
      sockets.add(one);
      one.on('data', (chunk) => other.write(chunk));
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      set(one);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    accepted: once(server, 'connection'),
    hang: (hangs: boolean) => {
      isHanging = hangs;
      for (const socket of sockets) set(socket);
    },
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test('requests to a hanging server fail before the statement timeout, and succeed again when it answers', async () => {
  using proxy = await startHangingProxy();
  const { url, drop } = await copyOfTemplate();
  try {
    await using database = openPostgres({ url: url.replace(/:\d+\//, `:${proxy.port}/`), connectionsMax: 2 });
    await sql`select 1`.execute(database);
    proxy.hang(true);
    const reading = sql`select 1`.execute(database).catch((error: unknown) => error);
    const writing = inTransaction(database, (transaction) => sql`select 1`.execute(transaction)).catch(
      (error: unknown) => error,
    );
    for (const error of await Promise.all([reading, writing])) {
      expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('Nothing was changed') });
    }
    const refused = await sql`select 1`.execute(database).catch((error: unknown) => error);
    expect(refused).toMatchObject({ operatorText: expect.stringContaining('does not answer') });
    proxy.hang(false);
    for (;;) {
      const answer = await sql`select 1`.execute(database).catch(() => undefined);
      if (answer !== undefined) break;
      await sleep(100);
    }
  } finally {
    await drop();
  }
});

test('a connection pool can be closed during a transaction even if the server hangs', async () => {
  using proxy = await startHangingProxy();
  const { url, drop } = await copyOfTemplate();
  try {
    const database = openPostgres({ url: url.replace(/:\d+\//, `:${proxy.port}/`), connectionsMax: 2 });
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: hung, resolve: hang } = Promise.withResolvers<void>();
    const writing = inTransaction(database, async (transaction) => {
      await sql`select 1`.execute(transaction);
      begin();
      await hung;
    }).catch((error: unknown) => error);
    await begun;
    proxy.hang(true);
    // The commit is sent, but never answered.
    hang();
    await database.destroy();
    expect(await writing).toMatchObject({ code: 'unavailable' });
  } finally {
    await drop();
  }
});

test('a connection pool can be closed while it is opening a connection that gets no answer', async () => {
  using proxy = await startHangingProxy();
  proxy.hang(true);
  const database = openPostgres({ url: `postgres://nobody@127.0.0.1:${proxy.port}/none`, connectionsMax: 2 });
  const reading = sql`select 1`.execute(database).catch((error: unknown) => error);
  await proxy.accepted;
  await database.destroy();
  // The pool cut the connection, before the wait for a connection ended.
  expect(await reading).toMatchObject({ operatorText: expect.stringContaining('does not answer') });
});

test('a slow statement is not cut off if the server still answers', async () => {
  const { url, drop } = await copyOfTemplate();
  try {
    await using database = openPostgres({ url, connectionsMax: 2 });
    await expect(sql`select pg_sleep(6)`.execute(database)).resolves.toBeDefined();
  } finally {
    await drop();
  }
});
