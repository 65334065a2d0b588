import type { CompiledQuery, DatabaseConnection, IsolationLevel, QueryResult } from 'kysely';
import type { QueryConfig, QueryResult as ServerResult } from 'pg';
import { assert } from '#base/errors.ts';
import { statementInfoOf } from '../prepared-statement-info.ts';
import { ORGANIZATION_SETTING } from './postgres-definition.ts';
import { isConnectionLost, isOrganizationMoving, isTimeout, unavailable, toStorageError } from './postgres-errors.ts';
import { withoutSequence } from './without-sequence.ts';
import { sessionSettings, STATEMENT_TIMEOUT_MS, type ServerPool, type ServerSession } from './server-pool.ts';

/** Matches statements, in the form that Kysely writes, that change tables with rows that are cached in each process. */
const configurationWrite =
  /^(insert into|update|delete from) "(api_keys|administrators|integrations|organizations|placements|roles|schemas)"/;
const rollbackToSavepoint = /^rollback to savepoint /;
const readOnlyStatement = /^\s*(select|with)\b/i;
/** The maximum number of attempts for a read-only statement, each time on another connection. */
const READ_ATTEMPTS_MAX = 3;
/** The form of the ids that Tanhua creates. Any other text in its place could be an SQL injection. */
const ORGANIZATION_PATTERN = /^[0-9a-z*]+$/i;
const ROWS_PER_FETCH = 500;

/** A connection for one query or one transaction of Kysely. It holds a connection of the pool only while it runs. */
export class ServerConnection implements DatabaseConnection {
  readonly #pool: ServerPool;
  readonly #organization: string;
  readonly #noteConfigurationWrite: () => void;
  /** True if inserts must not take numbers from sequences, because the transaction is only an evaluation. */
  readonly #isEvaluation: boolean;
  #session: ServerSession | undefined;
  #configurationWritten = false;
  /** The results of statements that were sent without waiting for them. `#failure` is the first error of any of them. */
  #pending: Promise<unknown>[] = [];
  #failure: Error | undefined;

  constructor(pool: ServerPool, organization: string, noteConfigurationWrite: () => void, isEvaluation = false) {
    this.#isEvaluation = isEvaluation;
    this.#pool = pool;
    this.#organization = organization;
    this.#noteConfigurationWrite = noteConfigurationWrite;
  }

  async begin(isolationLevel?: IsolationLevel): Promise<void> {
    const session = await this.#pool.acquire(this.#organization);
    this.#session = session;
    this.#sendWithoutWaiting(session.client.query(this.#beginStatement(session, isolationLevel)));
  }

  async commit(): Promise<void> {
    const session = this.#end();
    try {
      const { command } = await session.client.query('commit');
      await Promise.all(this.#pending);
      // The server answers the commit of a failed transaction with ROLLBACK and not with an error.
      if (command === 'ROLLBACK') throw new Error('A statement of the transaction failed, and it was rolled back.');
    } catch (error) {
      this.#pool.release(session, error);
      if (isOrganizationMoving(this.#failure)) throw organizationMoving(this.#failure);
      // A statement failed before the commit, so the commit rolled the transaction back.
      if (this.#failure !== undefined && !isConnectionLost(this.#failure)) throw toStorageError(this.#failure);
      if (!isConnectionLost(error)) throw toStorageError(error, 'unknown');
      throw unavailable((database) => database.commitUnconfirmed, error);
    }
    this.#pool.release(session);
    if (this.#configurationWritten) this.#noteConfigurationWrite();
  }

  /** Rolls back. An error is ignored if the connection is lost, because the server rolls back when the session ends. */
  async rollback(): Promise<void> {
    if (this.#session === undefined) return;
    const session = this.#end();
    try {
      await session.client.query('rollback');
      await Promise.all(this.#pending);
      this.#pool.release(session);
    } catch (error) {
      this.#pool.release(session, error);
    }
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const writesConfiguration = configurationWrite.test(query.sql);
    this.#pool.observe?.({ ...query, isPrepared: statementInfoOf(query) !== undefined });
    try {
      if (this.#session !== undefined) {
        this.#configurationWritten ||= writesConfiguration;
        const result = this.#session.client.query(this.#configOf(this.#session, query));
        if (statementInfoOf(query)?.isCommand !== true) {
          const answered = resultOf<Row>(await result);
          // The failed statement was rolled back: it must not be reported as the cause of a later failure.
          if (rollbackToSavepoint.test(query.sql)) this.#failure = undefined;
          return answered;
        }
        this.#sendWithoutWaiting(result);
        return { rows: [] };
      }
      const result = await this.#runSingle<Row>(query);
      if (writesConfiguration) this.#noteConfigurationWrite();
      return result;
    } catch (caught) {
      // After one statement has failed, the errors of the transaction's other statements only say that it is aborted.
      const error = this.#failure ?? caught;
      if (isOrganizationMoving(error)) throw organizationMoving(error);
      if (!isTimeout(error)) throw toStorageError(error);
      throw unavailable((database) => database.tooSlow(STATEMENT_TIMEOUT_MS / 1_000), error);
    }
  }

  /** Uses a cursor of the server, so that not all rows are in memory at the same time. */
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

  /** Runs a statement outside a transaction. Retries a read-only statement if the connection broke. */
  async #runSingle<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
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
        if (readOnlyStatement.test(query.sql) && attempt < READ_ATTEMPTS_MAX) continue;
        throw unavailable((database) => database.connectionLost, error);
      }
    }
  }

  /** Runs a statement behind a pooler in transaction mode, where settings only apply to one transaction. */
  async #runPooled(session: ServerSession, query: CompiledQuery): Promise<ServerResult> {
    const { client } = session;
    await client.query(this.#beginStatement(session));
    try {
      const result = await client.query(this.#configOf(session, query));
      await client.query('commit');
      return result;
    } catch (error) {
      if (!isConnectionLost(error)) await client.query('rollback');
      throw error;
    }
  }

  #beginStatement({ isDirect }: ServerSession, isolationLevel?: IsolationLevel): string {
    const begin = isolationLevel === undefined ? 'begin' : `begin isolation level ${isolationLevel}`;
    if (isDirect) return begin;
    assert(ORGANIZATION_PATTERN.test(this.#organization), 'an id has no quotes');
    return `${begin}; ${sessionSettings('set local')}; set local ${ORGANIZATION_SETTING} = '${this.#organization}'`;
  }

  #configOf({ isDirect }: ServerSession, query: CompiledQuery): QueryConfig {
    const values = query.parameters as unknown[];
    if (this.#isEvaluation) return { text: withoutSequence(query.sql), values };
    const name = isDirect ? statementInfoOf(query)?.preparedName : undefined;
    return { text: query.sql, values, ...(name !== undefined && { name }) };
  }

  #sendWithoutWaiting(result: Promise<unknown>): void {
    this.#pending.push(
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

function organizationMoving(cause: unknown): Error {
  return unavailable((database) => database.organizationMoving, cause);
}
