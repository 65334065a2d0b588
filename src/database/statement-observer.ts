/** A statement that a database is about to run. */
export interface ObservedStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** True if `prepared` built the statement once; false if Kysely built it for this call. */
  readonly isPrepared: boolean;
}

/** Receives every statement that runs on a database. Tests use it to check the query plans of all statements. */
export type StatementObserver = (statement: ObservedStatement) => void;
