import type SqliteDatabase from 'better-sqlite3';

/** Prepared statements of one connection. A filter of many values makes a statement of its own, so there is a limit. */
const STATEMENTS_MAX = 500;

/** Keeps what was prepared, since preparing costs more than most of our statements take to run. */
export class StatementCache {
  readonly #sqlite: SqliteDatabase.Database;
  /** In the order of their last use. */
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
