import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';
import { openPostgres } from '#database/postgres/open-postgres.ts';
import { ServerDialect } from '#database/postgres/server-dialect.ts';
import { DATABASE_FILE, openSqlite } from '#database/sqlite/open-sqlite.ts';
import type { StatementObserver } from '#database/statement-observer.ts';
import type { Tables } from '#database/tables.ts';
import { folderPrefix } from './memory-folder.ts';
import { borrowCopy } from './reused-copies.ts';
import { CONNECTIONS_MAX, copyOfTemplate, portOfServer, settingOf } from './template-database.ts';
import { checkPlans } from './statement-plans/check-plans.ts';
import { CheckedStatements } from './statement-plans/checked-statements.ts';
import { recordRun } from './statement-plans/ran-statements.ts';
import { StatementRecorder } from './statement-plans/statement-recorder.ts';

export type TestEngine = 'sqlite' | 'postgres';

/** A migrated database that is removed when this object is disposed of. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: Database;
}

/** Returns the engine on which the current tests run. Each project in vitest.config.ts that opens databases sets it. */
export function testEngine(): TestEngine {
  return process.env['TEST_ENGINE'] === 'postgres' ? 'postgres' : 'sqlite';
}

/** Returns how many cases a property test tries: on PostgreSQL a third of `onSqlite`, because each statement takes several times longer. */
export function propertyRuns(onSqlite: number): number {
  return testEngine() === 'postgres' ? Math.ceil(onSqlite / 3) : onSqlite;
}

export interface TestDatabaseOptions {
  /** The engine; by default that of the current vitest project. */
  readonly engine?: TestEngine;
  /** The port of a connection pooler, through which the test connects to the server. */
  readonly poolerPort?: number;
  /** Called with every statement, including statements of the test itself. */
  readonly observe?: StatementObserver;
}

/**
 * Opens a migrated database for one test. When it is disposed of, the plans of the statements that the program ran are checked.
 *
 * @example
 * await using opened = await openTestDatabase();
 * await sql`select 1`.execute(opened.database);
 */
export async function openTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { engine = testEngine() } = options;
  return engine === 'postgres' ? await openOnServer(options) : await openEmbedded(options);
}

async function openEmbedded({ observe }: TestDatabaseOptions): Promise<TestDatabase> {
  const folder = mkdtempSync(folderPrefix());
  copyFileSync(settingOf('TEST_SQLITE_TEMPLATE'), join(folder, DATABASE_FILE));
  // This database need not survive a power failure: other tests check the durability on disk.
  const checked = new CheckedStatements('sqlite');
  const recorder = new StatementRecorder(checked);
  const database = openSqlite(folder, 'process', both(recorder.observe, observe));
  return {
    database,
    [Symbol.asyncDispose]: async () => {
      try {
        await check(checked, recorder, database);
      } finally {
        await database.destroy();
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

async function check(checked: CheckedStatements, recorder: StatementRecorder, database: Database): Promise<void> {
  recordRun(engineOf(database).name, recorder.statements);
  checked.add(await checkPlans(recorder, database, portOfServer));
}

function both(one: StatementObserver, other: StatementObserver | undefined): StatementObserver {
  if (other === undefined) return one;
  return (statement) => {
    one(statement);
    other(statement);
  };
}

/** Opens a copy of the template on the server that postgres-setup.ts has started. */
async function openOnServer({ poolerPort, observe }: TestDatabaseOptions): Promise<TestDatabase> {
  const checked = new CheckedStatements('postgres');
  const recorder = new StatementRecorder(checked);
  const observeAll = both(recorder.observe, observe);
  const { database, giveBack } =
    poolerPort === undefined ? await openBorrowed(observeAll) : await openPooled(poolerPort, observeAll);
  return {
    database,
    [Symbol.asyncDispose]: async () => {
      try {
        await check(checked, recorder, database);
      } finally {
        await database.destroy();
        await giveBack();
      }
    },
  };
}

async function openBorrowed(observe: StatementObserver) {
  const { pool, giveBack } = await borrowCopy(observe);
  return { database: new Kysely<Tables>({ dialect: new ServerDialect(pool) }), giveBack };
}

/** Opens a new copy of the template through a pooler. The copy is not reused for another test. */
async function openPooled(poolerPort: number, observe: StatementObserver) {
  const { url: direct, drop } = await copyOfTemplate();
  const url = direct.replace(`:${portOfServer()}/`, `:${poolerPort}/`);
  return { database: openPostgres({ url, connectionsMax: CONNECTIONS_MAX, observe }), giveBack: drop };
}
