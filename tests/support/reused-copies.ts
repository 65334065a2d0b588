import pg from 'pg';
import { systemClock } from '#base/clock.ts';
import { ServerPool, type ServerSession } from '#database/postgres/server-pool.ts';
import type { StatementObserver } from '#database/statement-observer.ts';
import { leavesOnlyRows } from './leaves-only-rows.ts';
import { CONNECTIONS_MAX, copyOfTemplate, portOfServer } from './template-database.ts';

/** A copy with a larger table than this is dropped: the rows that were deleted would stay in everyone's way. */
const TABLE_BYTES_MAX = 4_000_000;

/** Removes the rows of a test, and puts back those of the template. Says whether a table has become too large. */
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

/** Keeps the rows that the migrations have written. */
const KEEP = `create schema kept;
do $$ declare one record; has_rows boolean; begin
  for one in select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace loop
    execute format('select exists (select from public.%I)', one.name) into has_rows;
    if has_rows then execute format('create table kept.%1$I as select * from public.%1$I', one.name); end if;
  end loop;
end $$`;

/** A database with the tables of the template, and the connections to it, which one test after the other uses. */
interface Copy {
  readonly pool: ServerPool;
  readonly administrator: pg.Client;
  readonly drop: () => Promise<void>;
}

/** Copies that no test uses now. A worker keeps them: another copy and its connections take a quarter of a second. */
const free: Copy[] = [];

/** A copy of the template for one test: its pool is closed when the test is done, and the copy is given back. */
export async function borrowCopy(
  observe: StatementObserver,
): Promise<{ readonly pool: ServerPool; readonly giveBack: () => Promise<void> }> {
  const copy = free.pop() ?? (await makeCopy());
  const lent = new LentPool(copy.pool, observe);
  return {
    pool: lent,
    giveBack: async () => {
      let isKept = false;
      try {
        isKept = lent.isAsBefore && (await reset(copy));
      } finally {
        // A reset that fails is reported, and its copy serves no other test.
        if (isKept) free.push(copy);
        else await dropCopy(copy);
      }
    },
  };
}

async function makeCopy(): Promise<Copy> {
  const { url, drop } = await copyOfTemplate();
  const administrator = new pg.Client({ connectionString: url.replace('//tanhua@', '//postgres@') });
  // It waits between two tests: without a listener a server that ends meanwhile would end the worker. The next query fails.
  administrator.on('error', () => {});
  await administrator.connect();
  await administrator.query(KEEP);
  const pool = new ServerPool({ url, connectionsMax: CONNECTIONS_MAX, setting: 'the test' }, systemClock);
  return { pool, administrator, drop };
}

/** False when the copy is not worth keeping. */
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

/** The pool of a copy, as one test has it: after the test it refuses whatever still runs in the background. */
class LentPool extends ServerPool {
  readonly #pool: ServerPool;
  #held = 0;
  #leftMore = false;
  #isClosed = false;

  constructor(pool: ServerPool, observe: StatementObserver) {
    const note: StatementObserver = (statement) => {
      if (!leavesOnlyRows(statement.sql)) this.#leftMore = true;
      observe(statement);
    };
    // Its own pool never connects.
    const url = `postgres://127.0.0.1:${portOfServer()}/lent`;
    super({ url, connectionsMax: 1, setting: 'the test', observe: note }, systemClock);
    this.#pool = pool;
  }

  /** Whether the next test finds no more than rows, which can be removed, and no connection is in use. */
  get isAsBefore(): boolean {
    return !this.#leftMore && this.#held === 0;
  }

  override async acquire(organization: string): Promise<ServerSession> {
    if (this.#isClosed) throw new Error('The test that this database belonged to has ended.');
    this.#held += 1;
    try {
      return await this.#pool.acquire(organization);
    } catch (error) {
      this.#held -= 1;
      throw error;
    }
  }

  override release(session: ServerSession, error?: unknown): void {
    this.#held -= 1;
    this.#pool.release(session, error);
  }

  override async close(): Promise<void> {
    this.#isClosed = true;
    await super.close();
  }
}
