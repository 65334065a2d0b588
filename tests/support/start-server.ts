import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DATABASE_FILE } from '#database/sqlite/open-sqlite.ts';
import { sqliteEngine } from '#database/sqlite/sqlite-engine.ts';
import { endWithFile, hasEnded, stopChild } from './child-process.ts';
import { cleanEnvironment, runInProcess, type CommandResult } from './in-process.ts';
import { programArguments, programEnvironment, type ProgramForm } from './program.ts';

const START_TIMEOUT_MS = 120_000;
/** After a command in this process, wait this long: a server on SQLite then knows its changes. A new process takes longer to start. */
const COMMAND_END_MS = sqliteEngine.configurationAgeMaxMs + 5;

export const TEST_KEY = 'a-key-of-the-tests-with-more-than-32-characters';

export interface RunningServer extends AsyncDisposable {
  /** The base URL of the server, without a trailing slash. */
  readonly url: string;
  readonly scimUrl: string;
  readonly key: string;
  readonly dataDir: string;
  readonly pid: number;
  /** The JSON that the server printed at its start. Only the first start of a directory prints secrets. */
  readonly started: Readonly<Record<string, string | null>>;
  /** Runs the command line on the directory of this server. */
  readonly cli: (...args: readonly string[]) => Promise<CommandResult>;
  /** Like `cli`, for a command that reads a text from the standard input. */
  readonly cliWithInput: (input: string, ...args: readonly string[]) => Promise<CommandResult>;
  /** Starts a command as a process, without waiting until the command ends. */
  readonly spawnCli: (...args: readonly string[]) => RunningCommand;
  /** Ends the process and starts a new one on the same data. */
  readonly restart: (signal: 'SIGTERM' | 'SIGKILL') => Promise<RunningServer>;
  /** Returns the log so far. */
  readonly log: () => string;
}

export interface RunningCommand {
  readonly pid: number;
  readonly kill: (signal: 'SIGTERM' | 'SIGKILL') => void;
  readonly hasEnded: () => boolean;
  /** Returns what the command has written to standard output so far. */
  readonly output: () => string;
  readonly result: Promise<CommandResult>;
}

type Environment = Readonly<Record<string, string>>;

/**
 * Starts the real program as a child process, on a free port and with a new data folder. Resolves when it serves requests.
 *
 * @example
 * await using server = await startServer({ TANHUA_BOOTSTRAP_RULES: 'standard' });
 * const client = scimClient(server.scimUrl, server.key);
 * const { stdout } = await server.cli('user', 'list', '--json');
 */
export async function startServer(environment: Environment = {}, form?: ProgramForm): Promise<RunningServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tanhua-test-'));
  await using opened = new AsyncDisposableStack();
  opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  const template = process.env['TEST_SQLITE_TEMPLATE'];
  // Migrating an empty database takes a quarter of the time of a start. The program from its sources starts as on a new machine.
  if (template !== undefined && form !== 'sources' && environment['TANHUA_DATABASE_URL'] === undefined) {
    await copyFile(template, join(dataDir, DATABASE_FILE));
  }
  const server = await launch(dataDir, { TANHUA_BOOTSTRAP_API_KEY: TEST_KEY, ...environment }, form);
  // From here on, the folder is removed when the server is disposed of.
  opened.move();
  return server;
}

async function launch(dataDir: string, environment: Environment, form?: ProgramForm): Promise<RunningServer> {
  const child = endWithFile(
    spawn(process.execPath, [...programArguments(form), 'start', '--json'], {
      env: {
        ...cleanEnvironment(),
        ...programEnvironment(),
        TANHUA_PORT: '0',
        TANHUA_DATA_DIR: dataDir,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const started = await firstLine(child, () => log).catch(async (error: unknown) => {
    await stopChild(child, 'SIGKILL');
    throw error;
  });
  const url = started['url'] ?? '';
  return {
    url,
    scimUrl: `${url}/scim/v2`,
    key: environment['TANHUA_BOOTSTRAP_API_KEY'] ?? '',
    dataDir,
    pid: child.pid ?? 0,
    started,
    log: () => log,
    cli: (...args) => runCli(args, databaseOf(dataDir, environment)),
    cliWithInput: (input, ...args) => spawnCli(args, databaseOf(dataDir, environment), input).result,
    spawnCli: (...args) => spawnCli(args, databaseOf(dataDir, environment)),
    restart: async (signal) => {
      await stopChild(child, signal);
      return await launch(dataDir, environment, form);
    },
    [Symbol.asyncDispose]: async () => {
      await stopChild(child, 'SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The settings that name the database of a server. */
function databaseOf(
  dataDir: string,
  { TANHUA_DATABASE_URL: url, TANHUA_SHARD_URLS: shards }: Environment,
): Environment {
  return {
    TANHUA_DATA_DIR: dataDir,
    ...(url !== undefined && { TANHUA_DATABASE_URL: url }),
    ...(shards !== undefined && { TANHUA_SHARD_URLS: shards }),
  };
}

/**
 * Runs a command of the program in this process. Commands that serve requests or that a test kills need their own process: see
 * `startServer` and `spawnCli`.
 */
export async function runCli(args: readonly string[], environment: Environment = {}): Promise<CommandResult> {
  const result = await runInProcess(args, environment);
  await sleep(COMMAND_END_MS);
  return result;
}

/** Runs a command as a process of the real program, and waits until it ends. With `sources`, the program runs as in README.md. */
export async function startCli(
  args: readonly string[],
  environment: Environment,
  form: ProgramForm,
): Promise<CommandResult> {
  return await spawnCli(args, environment, '', form).result;
}

/** Starts a command as a process of the real program, which reads `input`, without waiting until the command ends. */
export function spawnCli(
  args: readonly string[],
  environment: Environment,
  input = '',
  form?: ProgramForm,
): RunningCommand {
  const child = endWithFile(
    spawn(process.execPath, [...programArguments(form), ...args], {
      env: { ...cleanEnvironment(), ...programEnvironment(), ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  );
  // A command that ends without reading its input closes the pipe, which is not an error.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const result = once(child, 'close').then(() => ({ code: child.exitCode, stdout, stderr }));
  return {
    pid: child.pid ?? 0,
    kill: (signal) => child.kill(signal),
    hasEnded: () => hasEnded(child),
    output: () => stdout,
    result,
  };
}

async function firstLine(child: ChildProcess, log: () => string): Promise<Record<string, string | null>> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (text.includes('\n')) resolve(text);
  });
  child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it was ready:\n${log()}`)));
  const timer = setTimeout(() => reject(new Error(`The server was not ready in time:\n${log()}`)), START_TIMEOUT_MS);
  try {
    return JSON.parse(await promise);
  } finally {
    clearTimeout(timer);
  }
}
