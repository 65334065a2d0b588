import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, TEST_ROLE, unprivilegedUser } from './postgres-cluster.ts';

/** Where Debian keeps it. */
const PROGRAM = '/usr/sbin/pgbouncer';
const START_TIMEOUT_MS = 120_000;

export function hasPgBouncer(): boolean {
  return existsSync(PROGRAM);
}

/** PgBouncer in transaction mode in front of a server: a connection of ours is another one of the server's each time. */
export async function startPgBouncer(serverPort: number): Promise<{ readonly port: number } & AsyncDisposable> {
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-pgbouncer-'));
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
  const child = spawn(PROGRAM, [configuration], { ...owner, cwd: folder, stdio: 'ignore' });
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await answers(port))) {
    if (performance.now() > deadline || child.exitCode !== null) throw new Error('PgBouncer did not start.');
    await sleep(50);
  }
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(child, 'close');
      child.kill('SIGINT');
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
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
