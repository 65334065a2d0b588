import pg from 'pg';
import { systemClock } from '#base/clock.ts';
import { ServerPool, type ServerSession } from '#database/postgres/server-pool.ts';
import type { StatementObserver } from '#database/statement-observer.ts';
import { leavesOnlyRows } from './leaves-only-rows.ts';
import { CONNECTIONS_MAX, copyOfTemplate, overSocket, portOfServer } from './template-database.ts';

/** A copy with a larger table is dropped, because the deleted rows in the table would slow down the next tests. */
const TABLE_BYTES_MAX = 4_000_000;

/** Removes all rows, inserts the rows of the template again, and returns whether a table has become too large. */
const RESET = `set session_replication_role = replica;
do $$ declare one record; begin
  for one in select oid::regclass as name from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and pg_relation_size(oid) > 0 loop
    execute format('delete from %s', one.name);
  end loop;
  for one in select relname as name from pg_class where relkind = 'r' and relnamespace = 'kept'::regnamespace loop
    execute format('insert into public.%1$I overriding system value select * from kept.%1$I', one.name);
  end loop;
  for one in select format('%I.%I', schemaname, sequencename)::regclass as name from pg_sequences
    where schemaname = 'public' and last_value is not null loop
    perform setval(one.name, 1, false);
  end loop;
end $$;
select coalesce(max(pg_relation_size(oid)), 0) > ${TABLE_BYTES_MAX} as "isLarge" from pg_class
  where relkind = 'r' and relnamespace = 'public'::regnamespace`;

/** Saves the rows that the migrations have written, in the schema `kept`. */
const KEEP = `create schema kept;
do $$ declare one record; has_rows boolean; begin
  for one in select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace loop
    execute format('select exists (select from public.%I)', one.name) into has_rows;
    if has_rows then execute format('create table kept.%1$I as select * from public.%1$I', one.name); end if;
  end loop;
end $$`;

/** A copy of the template database, and the connections to the copy. One test at a time uses it. */
interface Copy {
  readonly pool: ServerPool;
  readonly administrator: pg.Client;
  readonly drop: () => Promise<void>;
}

/** Copies that no test is using. A worker keeps them, because a new copy with its connections takes a quarter of a second. */
const free: Copy[] = [];

/** Borrows a copy of the template for one test. When the test ends, it closes the pool and gives the copy back. */
export async function borrowCopy(
  observe: StatementObserver,
): Promise<{ readonly pool: ServerPool; readonly giveBack: () => Promise<void> }> {
  const copy = free.pop() ?? (await createCopy());
  const borrowed = new BorrowedPool(copy.pool, observe);
  return {
    pool: borrowed,
    giveBack: async () => {
      let isKept = false;
      try {
        isKept = borrowed.isReusable && (await reset(copy));
      } finally {
        // If the reset fails, the error is thrown, and the copy is dropped.
        if (isKept) free.push(copy);
        else await dropCopy(copy);
      }
    },
  };
}

async function createCopy(): Promise<Copy> {
  const { url: overTcp, drop } = await copyOfTemplate();
  const url = overSocket(overTcp);
  const administrator = new pg.Client({ connectionString: url.replace('//tanhua@', '//postgres@') });
  // If the server ends while the connection is idle, an error event without a listener would end the worker. The next query throws.
  administrator.on('error', () => {});
  await administrator.connect();
  await administrator.query(KEEP);
  const pool = new ServerPool({ url, connectionsMax: CONNECTIONS_MAX, setting: 'the test' }, systemClock);
  return { pool, administrator, drop };
}

/** Resets the copy. Returns false if it has become too large to keep. */
async function reset({ administrator }: Copy): Promise<boolean> {
  const results = (await administrator.query(RESET)) as unknown as readonly pg.QueryResult<{
    readonly isLarge: boolean;
  }>[];
  return results.at(-1)?.rows[0]?.isLarge === false;
}

async function dropCopy({ pool, administrator, drop }: Copy): Promise<void> {
  await pool.close();
  await administrator.end();
  await drop();
}

/** The pool of a copy for one test. After the test, it refuses connections to code that still runs in the background. */
class BorrowedPool extends ServerPool {
  readonly #pool: ServerPool;
  #acquired = 0;
  #changedMoreThanRows = false;
  #isClosed = false;

  constructor(pool: ServerPool, observe: StatementObserver) {
    const note: StatementObserver = (statement) => {
      if (!leavesOnlyRows(statement.sql)) this.#changedMoreThanRows = true;
      observe(statement);
    };
    // The pool of the superclass never connects.
    const url = `postgres://127.0.0.1:${portOfServer()}/lent`;
    super({ url, connectionsMax: 1, setting: 'the test', observe: note }, systemClock);
    this.#pool = pool;
  }

  /** True if the test has changed nothing but rows, which a reset removes, and no connection is in use. */
  get isReusable(): boolean {
    return !this.#changedMoreThanRows && this.#acquired === 0;
  }

  override async acquire(organization: string): Promise<ServerSession> {
    if (this.#isClosed) throw new Error('The test that this database belonged to has ended.');
    this.#acquired += 1;
    try {
      return await this.#pool.acquire(organization);
    } catch (error) {
      this.#acquired -= 1;
      throw error;
    }
  }

  override release(session: ServerSession, error?: unknown): void {
    this.#acquired -= 1;
    this.#pool.release(session, error);
  }

  override async close(): Promise<void> {
    this.#isClosed = true;
    await super.close();
  }
}
