import {
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  Kysely,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type MigrationLockOptions,
  type QueryCompiler,
  type TransactionSettings,
} from 'kysely';
import { AppError } from '#base/errors.ts';
import type { Engine, EngineAdapter } from '../engine.ts';
import type { Tables } from '../tables.ts';
import { ALL_ORGANIZATIONS } from './postgres-definition.ts';
import { isConnectionLost, isSerializationFailure, isTimeout } from './postgres-errors.ts';
import { postgresEngine } from './postgres-engine.ts';
import { ServerConnection } from './server-connection.ts';
import type { ServerPool } from './server-pool.ts';

/** The maximum number of waits for the migration of another process, each up to the statement timeout: ten minutes in total. */
export const MIGRATION_WAITS_MAX = 20;

/** The maximum number of organizations whose scoped database is cached. Creating another one is cheap. */
const SCOPES_MAX = 1_000;

/** A Kysely dialect on a pool of connections to PostgreSQL, limited to the rows of one organization or of all organizations. */
export class ServerDialect implements Dialect {
  readonly #pool: ServerPool;
  readonly #organization: string;
  readonly #adapter: ServerAdapter;

  readonly #isEvaluation: boolean;

  constructor(
    pool: ServerPool,
    organization = ALL_ORGANIZATIONS,
    adapter = new ServerAdapter(pool),
    isEvaluation = false,
  ) {
    this.#pool = pool;
    this.#organization = organization;
    this.#adapter = adapter;
    this.#isEvaluation = isEvaluation;
  }

  createDriver(): Driver {
    return new ServerDriver(this.#pool, this.#organization, this.#adapter, this.#isEvaluation);
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler();
  }

  createAdapter(): ServerAdapter {
    return this.#adapter;
  }

  createIntrospector(database: Kysely<unknown>): DatabaseIntrospector {
    return new PostgresIntrospector(database);
  }
}

/** The adapter that all scoped views of a database share, so that statements are built once for all organizations. */
class ServerAdapter extends PostgresAdapter implements EngineAdapter {
  readonly engine: Engine = postgresEngine;
  writes = 0;
  readonly #pool: ServerPool;
  readonly #scopes = new Map<string, Kysely<Tables>>();

  constructor(pool: ServerPool) {
    super();
    this.#pool = pool;
  }

  scopeTo(_database: Kysely<Tables>, organizationId: string): Kysely<Tables> {
    const known = this.#scopes.get(organizationId);
    if (known !== undefined) return known;
    const scoped = new Kysely<Tables>({ dialect: new ServerDialect(this.#pool, organizationId, this) });
    const [oldest] = this.#scopes.keys();
    if (this.#scopes.size >= SCOPES_MAX && oldest !== undefined) this.#scopes.delete(oldest);
    this.#scopes.set(organizationId, scoped);
    return scoped;
  }

  readonly forEvaluation = (organizationId: string): Kysely<Tables> =>
    new Kysely<Tables>({ dialect: new ServerDialect(this.#pool, organizationId, this, true) });

  /** After a statement timeout, waits again, because the migration of another process may take longer than one statement may wait. */
  override async acquireMigrationLock(database: Kysely<unknown>, options: MigrationLockOptions): Promise<void> {
    for (let wait = 1; ; wait += 1) {
      try {
        await super.acquireMigrationLock(database, options);
        return;
      } catch (error) {
        if (wait === MIGRATION_WAITS_MAX || !(error instanceof AppError) || !isTimeout(error.cause)) throw error;
      }
    }
  }

  isTransient(error: unknown): boolean {
    return isSerializationFailure(error) || isConnectionLost(error);
  }
}

class ServerDriver implements Driver {
  readonly #pool: ServerPool;
  readonly #organization: string;
  readonly #adapter: ServerAdapter;
  readonly #isEvaluation: boolean;

  constructor(pool: ServerPool, organization: string, adapter: ServerAdapter, isEvaluation: boolean) {
    this.#pool = pool;
    this.#organization = organization;
    this.#adapter = adapter;
    this.#isEvaluation = isEvaluation;
  }

  async init(): Promise<void> {
    // Connections are opened when they are needed.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new ServerConnection(this.#pool, this.#organization, () => (this.#adapter.writes += 1), this.#isEvaluation);
  }

  async beginTransaction(connection: DatabaseConnection, { isolationLevel }: TransactionSettings): Promise<void> {
    await (connection as ServerConnection).begin(isolationLevel);
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ServerConnection).commit();
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ServerConnection).rollback();
  }

  async releaseConnection(): Promise<void> {
    // The connection of the pool was released at the end of the statement or transaction.
  }

  async destroy(): Promise<void> {
    if (this.#organization === ALL_ORGANIZATIONS) await this.#pool.close();
  }
}
