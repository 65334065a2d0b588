import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Database } from '#database/database.ts';
import { openPostgres } from '#database/postgres/open-postgres.ts';
import { DATABASE_FILE, openSqlite } from '#database/sqlite/open-sqlite.ts';
import type { StatementObserver } from '#database/statement-observer.ts';
import { checkPlans } from './statement-plans/check-plans.ts';
import { CheckedStatements } from './statement-plans/checked-statements.ts';
import { StatementRecorder } from './statement-plans/statement-recorder.ts';

export const TEMPLATE_DATABASE = 'tanhua_template';
const CONNECTIONS_MAX = 10;

export type TestEngine = 'sqlite' | 'postgres';

/** A migrated database that is gone when it is disposed of. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: Database;
}

/** The engine that the tests at hand run on: each project of vitest.config.ts says its own. */
export function testEngine(): TestEngine {
  return process.env['TEST_ENGINE'] === 'postgres' ? 'postgres' : 'sqlite';
}

export interface TestDatabaseOptions {
  /** Without it the engine of the project. */
  readonly engine?: TestEngine;
  /** The port of a pooler in front of the server. */
  readonly poolerPort?: number;
  /** Receives every statement, those of the test too. */
  readonly observe?: StatementObserver;
}

export async function openTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { engine = testEngine() } = options;
  return engine === 'postgres' ? await openOnServer(options) : await openEmbedded(options);
}

async function openEmbedded({ observe }: TestDatabaseOptions): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-unit-'));
  copyFileSync(settingOf('TEST_SQLITE_TEMPLATE'), join(folder, DATABASE_FILE));
  // The disk's durability has tests of its own.
  const checked = new CheckedStatements('sqlite');
  const recorder = new StatementRecorder(checked);
  const database = openSqlite(folder, 'process', both(recorder.observe, observe));
  return {
    database,
    [Symbol.asyncDispose]: async () => {
      try {
        checked.add(await checkPlans(recorder, database, portOfServer));
      } finally {
        await database.destroy();
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

function both(one: StatementObserver, other: StatementObserver | undefined): StatementObserver {
  if (other === undefined) return one;
  return (statement) => {
    one(statement);
    other(statement);
  };
}

/** A copy of the template, on the server that postgres-setup.ts started. */
async function openOnServer({ poolerPort, observe }: TestDatabaseOptions): Promise<TestDatabase> {
  const { url: direct, drop } = await copyOfTemplate();
  const url = poolerPort === undefined ? direct : direct.replace(`:${portOfServer()}/`, `:${poolerPort}/`);
  const checked = new CheckedStatements('postgres');
  const recorder = new StatementRecorder(checked);
  const database = openPostgres({ url, connectionsMax: CONNECTIONS_MAX, observe: both(recorder.observe, observe) });
  return {
    database,
    [Symbol.asyncDispose]: async () => {
      try {
        checked.add(await checkPlans(recorder, database, portOfServer));
      } finally {
        await database.destroy();
        await drop();
      }
    },
  };
}

/** A new database on the server of the tests; `template` false makes an empty one. */
export async function copyOfTemplate(
  template = true,
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const name = `tanhua_${randomBytes(8).toString('hex')}`;
  const source = template ? `template ${TEMPLATE_DATABASE}` : 'template template0';
  await administer(`create database ${name} owner tanhua ${source} strategy file_copy`);
  return {
    url: `postgres://tanhua@127.0.0.1:${portOfServer()}/${name}`,
    drop: () => administer(`drop database ${name} with (force)`),
  };
}

export function portOfServer(): number {
  return Number(settingOf('TEST_POSTGRES_PORT'));
}

/** What the global set-up of the project left for its tests. */
function settingOf(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is missing: vitest.config.ts sets it up for tests that open a database.`);
  return value;
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port: portOfServer(), user: 'postgres', database: 'postgres' });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
