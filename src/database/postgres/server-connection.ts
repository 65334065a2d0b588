import type { CompiledQuery, DatabaseConnection, IsolationLevel, QueryResult } from 'kysely';
import type { QueryConfig, QueryResult as ServerResult } from 'pg';
import { assert } from '#base/errors.ts';
import { preparedMarkOf } from '../prepared-mark.ts';
import { ORGANIZATION_SETTING } from './postgres-definition.ts';
import { isConnectionLost, isMoved, isTimeout, unavailable, withStorageFault } from './postgres-errors.ts';
import { sessionSettings, STATEMENT_TIMEOUT_MS, type ServerPool, type ServerSession } from './server-pool.ts';

/** Tables whose rows requests keep in memory, as Kysely writes them. */
const configurationWrite =
  /^(insert into|update|delete from) "(api_keys|administrators|integrations|organizations|placements|roles|schemas)"/;
const undoing = /^rollback to savepoint /;
const reads = /^\s*(select|with)\b/i;
/** How often a statement that only reads is asked of another connection. */
const READ_ATTEMPTS_MAX = 3;
/** Ids are ours; whatever else stood here would be a way into the statement. */
const ORGANIZATION_PATTERN = /^[0-9a-z*]+$/i;
const ROWS_PER_FETCH = 500;

/** What one query or one transaction of Kysely runs on: a connection of the pool, for as long as it takes. */
export class ServerConnection implements DatabaseConnection {
  readonly #pool: ServerPool;
  readonly #organization: string;
  readonly #noteConfigurationWrite: () => void;
  #session: ServerSession | undefined;
  #configurationWritten = false;
  /** What was sent and not waited for, and the first failure of it. */
  #unawaited: Promise<unknown>[] = [];
  #failure: Error | undefined;

  constructor(pool: ServerPool, organization: string, noteConfigurationWrite: () => void) {
    this.#pool = pool;
    this.#organization = organization;
    this.#noteConfigurationWrite = noteConfigurationWrite;
  }

  async begin(isolationLevel?: IsolationLevel): Promise<void> {
    const session = await this.#pool.acquire(this.#organization);
    this.#session = session;
    this.#send(session.client.query(this.#beginning(session, isolationLevel)));
  }

  async commit(): Promise<void> {
    const session = this.#end();
    try {
      const { command } = await session.client.query('commit');
      await Promise.all(this.#unawaited);
      // To the server it is no error that the transaction had failed.
      if (command === 'ROLLBACK') throw new Error('A statement of the transaction failed, and it was rolled back.');
    } catch (error) {
      this.#pool.release(session, error);
      if (isMoved(this.#failure)) throw moved(this.#failure);
      // A statement failed before the commit, which then rolled back.
      if (this.#failure !== undefined && !isConnectionLost(this.#failure)) throw withStorageFault(this.#failure);
      if (!isConnectionLost(error)) throw withStorageFault(error, 'unknown');
      throw unavailable(
        'The database went away before it confirmed the change: it was made whole, or not at all. Read the resource before you send the change again.',
        error,
      );
    }
    this.#pool.release(session);
    if (this.#configurationWritten) this.#noteConfigurationWrite();
  }

  /** What cannot be told to the server any more has left nothing there. */
  async rollback(): Promise<void> {
    if (this.#session === undefined) return;
    const session = this.#end();
    try {
      await session.client.query('rollback');
      await Promise.all(this.#unawaited);
      this.#pool.release(session);
    } catch (error) {
      this.#pool.release(session, error);
    }
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const writesConfiguration = configurationWrite.test(query.sql);
    this.#pool.observe?.({ ...query, isPrepared: preparedMarkOf(query) !== undefined });
    try {
      if (this.#session !== undefined) {
        this.#configurationWritten ||= writesConfiguration;
        const result = this.#session.client.query(this.#configOf(this.#session, query));
        if (preparedMarkOf(query)?.isCommand !== true) {
          const answered = resultOf<Row>(await result);
          // What failed before is undone: it must not be taken for the cause of a later failure.
          if (undoing.test(query.sql)) this.#failure = undefined;
          return answered;
        }
        this.#send(result);
        return { rows: [] };
      }
      const result = await this.#runAlone<Row>(query);
      if (writesConfiguration) this.#noteConfigurationWrite();
      return result;
    } catch (caught) {
      // Once a statement failed, the others of its transaction only say that one did.
      const error = this.#failure ?? caught;
      if (isMoved(error)) throw moved(error);
      if (!isTimeout(error)) throw withStorageFault(error);
      throw unavailable(
        `The database took longer than ${STATEMENT_TIMEOUT_MS / 1_000} seconds. Nothing was changed: ask for less, or try again.`,
        error,
      );
    }
  }

  /** By a cursor of the server, so that the rows are never in memory together. */
  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    this.#pool.observe?.({ ...query, isPrepared: false });
    await this.begin();
    try {
      const { client } = this.#requireSession();
      await client.query(`declare rows no scroll cursor for ${query.sql}`, [...query.parameters]);
      for (;;) {
        const { rows } = await client.query(`fetch ${ROWS_PER_FETCH} from rows`);
        if (rows.length === 0) break;
        yield { rows };
      }
    } finally {
      await this.rollback();
    }
  }

  /** A single statement. One that only reads is asked again where the connection broke. */
  async #runAlone<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    for (let attempt = 1; ; attempt += 1) {
      const session = await this.#pool.acquire(this.#organization);
      try {
        const result = session.isDirect
          ? await session.client.query(this.#configOf(session, query))
          : await this.#runPooled(session, query);
        this.#pool.release(session);
        return resultOf<Row>(result);
      } catch (error) {
        this.#pool.release(session, error);
        if (!isConnectionLost(error)) throw error;
        if (reads.test(query.sql) && attempt < READ_ATTEMPTS_MAX) continue;
        throw unavailable(
          'The database went away in the middle of a statement: the change may or may not have been done. Read the resource before you send it again.',
          error,
        );
      }
    }
  }

  /** Behind a pooler in transaction mode, settings hold for a transaction. */
  async #runPooled(session: ServerSession, query: CompiledQuery): Promise<ServerResult> {
    const { client } = session;
    await client.query(this.#beginning(session));
    try {
      const result = await client.query(this.#configOf(session, query));
      await client.query('commit');
      return result;
    } catch (error) {
      if (!isConnectionLost(error)) await client.query('rollback');
      throw error;
    }
  }

  #beginning({ isDirect }: ServerSession, isolationLevel?: IsolationLevel): string {
    const begin = isolationLevel === undefined ? 'begin' : `begin isolation level ${isolationLevel}`;
    if (isDirect) return begin;
    assert(ORGANIZATION_PATTERN.test(this.#organization), 'an id has no quotes');
    return `${begin}; ${sessionSettings('set local')}; set local ${ORGANIZATION_SETTING} = '${this.#organization}'`;
  }

  #configOf({ isDirect }: ServerSession, query: CompiledQuery): QueryConfig {
    const name = isDirect ? preparedMarkOf(query)?.preparedName : undefined;
    return { text: query.sql, values: query.parameters as unknown[], ...(name !== undefined && { name }) };
  }

  #send(result: Promise<unknown>): void {
    this.#unawaited.push(
      result.catch((error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new Error(String(error));
      }),
    );
  }

  #requireSession(): ServerSession {
    assert(this.#session, 'the transaction has begun');
    return this.#session;
  }

  #end(): ServerSession {
    const session = this.#requireSession();
    this.#session = undefined;
    return session;
  }
}

function resultOf<Row>({ rows, rowCount, command }: ServerResult): QueryResult<Row> {
  const changes = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' || command === 'MERGE';
  return { rows: rows as Row[], ...(changes && { numAffectedRows: BigInt(rowCount ?? 0) }) };
}

function moved(cause: unknown): Error {
  return unavailable('The organization is being moved to another database. Nothing was changed: try again.', cause);
}
