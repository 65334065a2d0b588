import { randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programArguments, programEnvironment } from '../tests/support/program.ts';
import { systemClock } from '#base/clock.ts';
import { readConfig } from '#base/config.ts';
import { createSecretBox } from '#base/secret-box.ts';
import { migrate } from '#database/migrate.ts';
import { openDatabase } from '#database/open-database.ts';
import { findSettings, listOrganizations, updateSettings } from '#organizations/organization-store.ts';
import type { Settings } from '#organizations/settings.ts';
import { standardSchemas } from '#schemas/organization-schemas.ts';
import { bootstrap } from '../src/bootstrap.ts';
import { fillUsers } from './fill-users.ts';

/** The password of the administrator admin@localhost. */
export const BENCH_PASSWORD = 'Amber-lantern-47-orchard';
export const BENCH_KEY = 'a-key-of-the-bench-with-more-than-32-characters';
/** Much longer than a start takes, because the machine may be busy. */
const START_TIMEOUT_MS = 300_000;

/** A new directory that is filled with users and served by the real program. */
export interface ServedDirectory {
  readonly users: number;
  readonly url: string;
  /** The id of the server process. */
  readonly pid: number | undefined;
  /** The data folder, which contains the database unless the directory uses PostgreSQL. */
  readonly folder: string;
  readonly readyMs: number;
  /** Returns the resident memory of the server in MB; 0 if the system has no /proc. */
  readonly residentMegabytes: () => number;
  /** Stops the server and removes the folder. */
  readonly close: () => Promise<void>;
}

/** Creates a directory with SQLite in a new folder, or in the PostgreSQL database at a URL, fills it with users, and serves it. */
export async function openServed(
  users: number,
  databaseUrl?: string,
  history?: Parameters<typeof fillUsers>[3],
  settings: Partial<Settings> = {},
): Promise<ServedDirectory> {
  const folder = await mkdtemp(join(tmpdir(), 'tanhua-bench-'));
  await prepare(folder, databaseUrl, settings);
  const startMs = performance.now();
  await fillUsers(folder, users, databaseUrl, history);
  console.log(`${users} users written in ${((performance.now() - startMs) / 1_000).toFixed(1)} s`);
  const started = performance.now();
  const { child, url } = await startTanhua(folder, databaseUrl);
  return {
    users,
    url,
    pid: child.pid,
    folder,
    readyMs: performance.now() - started,
    residentMegabytes: () => residentMegabytes(child),
    close: async () => {
      await stop(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function settingsOf(folder: string, databaseUrl: string | undefined): Readonly<Record<string, string>> {
  return {
    TANHUA_DATA_DIR: folder,
    ...(databaseUrl !== undefined && { TANHUA_DATABASE_URL: databaseUrl }),
    TANHUA_PORT: '0',
    TANHUA_BOOTSTRAP_API_KEY: BENCH_KEY,
    TANHUA_BOOTSTRAP_PASSWORD: BENCH_PASSWORD,
    TANHUA_BOOTSTRAP_RULES: 'standard',
    TANHUA_LOG_LEVEL: 'error',
  };
}

/** Creates the directory as the first start of the program does, but faster than by starting it. */
export async function prepare(
  folder: string,
  databaseUrl: string | undefined,
  settings: Partial<Settings> = {},
): Promise<void> {
  const config = readConfig({ ...process.env, ...settingsOf(folder, databaseUrl) });
  const database = openDatabase(config);
  try {
    await migrate(database);
    const secrets = createSecretBox(randomBytes(32));
    await bootstrap({ database, clock: systemClock, schemas: standardSchemas, secrets }, config);
    for (const { id } of await listOrganizations(database)) {
      await updateSettings(database, id, { ...(await findSettings(database, id)), ...settings });
    }
  } finally {
    await database.destroy();
  }
}

export async function startTanhua(
  folder: string,
  databaseUrl: string | undefined,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [...programArguments(), 'start', '--json'], {
    env: { ...process.env, ...programEnvironment(), ...settingsOf(folder, databaseUrl) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await firstLine(child);
  return { child, url: String((JSON.parse(line) as { readonly url: unknown }).url) };
}

/** Returns the first line that a program prints. The servers of the benchmarks print it when they are ready. */
export async function firstLine(child: ChildProcess): Promise<string> {
  return await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The program was not ready in time.')), START_TIMEOUT_MS);
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf('\n');
      if (end < 0) return;
      clearTimeout(timer);
      resolve(text.slice(0, end));
    });
    child.once('exit', () => reject(new Error('The program ended before it was ready.')));
  });
}

export async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

function residentMegabytes(child: ChildProcess): number {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
  } catch {
    return 0;
  }
}
