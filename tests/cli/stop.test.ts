import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'vitest';
import { endWithFile } from '../support/child-process.ts';
import { cleanEnvironment } from '../support/in-process.ts';

/**
 * Returns the path of a Node version before 24; undefined if none is installed. Such a version cannot replace its own process, so
 * `bin/tanhua.mjs` remains the parent process of the server.
 */
function olderNode(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(':')
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .find((path) => existsSync(path) && Number(/^v(\d+)/.exec(execFileSync(path, ['-v']).toString())?.[1]) < 24);
}

interface Launched extends AsyncDisposable {
  readonly dataDir: string;
  readonly child: ChildProcess;
  /** The output and the log so far. */
  readonly output: () => string;
}

function migratedFolder(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'tanhua-stop-'));
  copyFileSync(process.env['TEST_SQLITE_TEMPLATE'] ?? '', join(dataDir, 'tanhua.sqlite'));
  return dataDir;
}

/** Starts the server with a command from the README or the guides, and waits until it is ready. */
async function launch(command: readonly string[]): Promise<Launched> {
  const dataDir = migratedFolder();
  const env = { ...cleanEnvironment(), TANHUA_PORT: '0', TANHUA_DATA_DIR: dataDir, TANHUA_LOG_LEVEL: 'info' };
  const [program = '', ...args] = command;
  // The program gets its own process group, so that nothing keeps running when a test fails.
  const child = endWithFile(spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true }), {
    isGroup: true,
  });
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('Tanhua is ready')) resolve();
    });
  }
  child.once('exit', (code) => reject(new Error(`${command.join(' ')} ended with ${String(code)}:\n${text}`)));
  await ready;
  return {
    dataDir,
    child,
    output: () => text,
    [Symbol.asyncDispose]: async () => {
      if (child.pid !== undefined) endGroup(child.pid);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Every process of the group has already ended.
  }
}

/** Signals only the launched process, and waits until no process has the output open. Returns the exit code of the launched process. */
async function signalAndWait({ child }: Launched, signal: NodeJS.Signals): Promise<number | null> {
  // 'close' is emitted when the last process that writes to the pipes has ended: the server, if it outlives its launcher.
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
  return child.exitCode;
}

/** True if the server closed its database: SQLite then removes the write-ahead log, which remains if the server is killed. */
function hasClosedDatabase({ dataDir }: Launched): boolean {
  return existsSync(join(dataDir, 'tanhua.sqlite')) && !existsSync(join(dataDir, 'tanhua.sqlite-wal'));
}

const node = olderNode();
const ways = [
  { how: 'npm start', command: ['npm', 'start'] },
  { how: 'npx tanhua start', command: ['npx', 'tanhua', 'start'] },
  { how: 'node bin/tanhua.mjs start', command: [process.execPath, 'bin/tanhua.mjs', 'start'] },
  ...(node === undefined
    ? []
    : [{ how: 'node bin/tanhua.mjs start on an older Node', command: [node, 'bin/tanhua.mjs', 'start'] }]),
];

test.concurrent.for(ways)(
  'SIGTERM stops a server that was started by $how, and a second SIGTERM does not interrupt it',
  async ({ command }, { expect }) => {
    await using launched = await launch(command);
    launched.child.kill('SIGTERM');
    const code = await signalAndWait(launched, 'SIGTERM');
    expect(hasClosedDatabase(launched)).toBe(true);
    expect(launched.output()).toContain('"msg":"stopped"');
    // npm and npx choose their own exit codes.
    if (command[1] === 'bin/tanhua.mjs') expect(code).toBe(0);
  },
);

// A Node version that can replace its own process leaves no launcher to kill.
const launchers = ways.filter(({ command }) => command[0] !== process.execPath);
test.concurrent.for(launchers)(
  'a server that was started by $how closes its database and ends when its launcher is killed',
  async ({ command }, { expect }) => {
    await using launched = await launch(command);
    await signalAndWait(launched, 'SIGKILL');
    expect(hasClosedDatabase(launched)).toBe(true);
    expect(launched.output()).toContain('"msg":"stopped"');
  },
);

test.concurrent.for(ways)('$how exits with an error if the port is in use', async ({ command }, { expect }) => {
  const dataDir = migratedFolder();
  const taken = createServer();
  await once(taken.listen(0, '127.0.0.1'), 'listening');
  const { port } = taken.address() as AddressInfo;
  const [program = '', ...args] = command;
  const env = { ...cleanEnvironment(), TANHUA_PORT: `${port}`, TANHUA_DATA_DIR: dataDir };
  const child = endWithFile(spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true }), {
    isGroup: true,
  });
  try {
    const [output] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect(output).toContain(`Port ${port} of 127.0.0.1 is in use`);
    expect(child.exitCode).toBeGreaterThan(0);
  } finally {
    if (child.pid !== undefined) endGroup(child.pid);
    taken.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
