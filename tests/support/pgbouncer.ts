import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithFile, hasEnded, stopChild } from './child-process.ts';
import { freePort, TEST_ROLE, unprivilegedUser } from './postgres-cluster.ts';
import { waitUntil } from './wait-until.ts';

/** Where Debian installs PgBouncer. */
const PROGRAM = '/usr/sbin/pgbouncer';

/** Returns why PgBouncer cannot be started on this machine; undefined if it can. */
export function pgBouncerUnavailableReason(): string | undefined {
  return existsSync(PROGRAM) ? undefined : 'PgBouncer is not installed (on Debian: apt-get install pgbouncer)';
}

/** Starts PgBouncer in transaction mode: each transaction of a client connection may use a different connection to the server. */
export async function startPgBouncer(serverPort: number): Promise<{ readonly port: number } & AsyncDisposable> {
  // If the start fails, its process and its folder are removed.
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-pgbouncer-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const owner = unprivilegedUser();
  const port = await freePort();
  const users = join(folder, 'users.txt');
  const configuration = join(folder, 'pgbouncer.ini');
  writeFileSync(users, `"${TEST_ROLE}" ""\n`);
  writeFileSync(
    configuration,
    [
      '[databases]',
      `* = host=127.0.0.1 port=${serverPort}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = trust',
      `auth_file = ${users}`,
      'pool_mode = transaction',
      'default_pool_size = 5',
    ].join('\n'),
  );
  if (owner !== undefined) for (const path of [folder, users, configuration]) chownSync(path, owner.uid, owner.gid);
  const child = endWithFile(spawn(PROGRAM, [configuration], { ...owner, cwd: folder, stdio: 'ignore' }));
  opened.defer(() => stopChild(child, 'SIGINT'));
  const hasStarted = async () => {
    const isAnswered = await answers(port);
    if (hasEnded(child)) throw new Error('PgBouncer did not start.');
    return isAnswered;
  };
  await waitUntil(hasStarted, { failure: () => 'PgBouncer did not start in time.' });
  const stack = opened.move();
  return { port, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
