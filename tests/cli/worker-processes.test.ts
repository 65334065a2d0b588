import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { endWithFile } from '../support/child-process.ts';
import { cleanEnvironment } from '../support/in-process.ts';

const fixture = fileURLToPath(new URL('worker-processes.fixture.ts', import.meta.url));

/** Sends a request over a new connection. `ended` resolves when the response has arrived or the connection is closed. */
function request(port: number): { readonly connected: Promise<unknown>; readonly ended: Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  socket.on('data', () => resolve('answered'));
  socket.on('error', () => undefined);
  socket.on('close', () => resolve('closed'));
  socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  return { connected: once(socket, 'connect'), ended };
}

test('every connection gets a response or is closed, even if the worker process for it is killed before accepting it', async () => {
  const first = endWithFile(
    spawn(process.execPath, [fixture], { env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  try {
    const [line] = (await once(createInterface(first.stdout), 'line')) as [string];
    const { port, pid } = JSON.parse(line) as { port: number; pid: number };
    // The stopped worker accepts no connections, but the primary process still sends the first connection to it.
    process.kill(pid, 'SIGSTOP');
    const requests = [request(port), request(port), request(port)];
    await Promise.all(requests.map(({ connected }) => connected));
    process.kill(pid, 'SIGKILL');
    // The other worker responds on the connections that were sent to it.
    const results = await Promise.all(requests.map(({ ended }) => ended));
    expect(results.filter((result) => result === 'answered').length).toBeGreaterThanOrEqual(2);
  } finally {
    const ended = once(first, 'exit');
    first.kill('SIGTERM');
    await ended;
  }
});
