import type SqliteDatabase from 'better-sqlite3';

/**
 * The maximum number of prepared statements that a connection caches. The limit is needed because clients can send any number of
 * different filters.
 */
const STATEMENTS_MAX = 500;

/** Caches prepared statements, because preparing a statement takes longer than running most of ours. */
export class StatementCache {
  readonly #sqlite: SqliteDatabase.Database;
  /** The statements by SQL, in order of last use. */
  readonly #statements = new Map<string, SqliteDatabase.Statement>();

  constructor(sqlite: SqliteDatabase.Database) {
    this.#sqlite = sqlite;
  }

  prepare(sql: string): SqliteDatabase.Statement {
    const known = this.#statements.get(sql);
    const statement = known ?? this.#sqlite.prepare(sql);
    if (known === undefined) this.#makeRoom();
    else this.#statements.delete(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #makeRoom(): void {
    if (this.#statements.size < STATEMENTS_MAX) return;
    const [oldest] = this.#statements.keys();
    if (oldest !== undefined) this.#statements.delete(oldest);
  }
}
