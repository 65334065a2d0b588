/** A statement as a database is about to run it. */
export interface ObservedStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Whether it was built once by `prepared`, and not by Kysely for this call. */
  readonly isPrepared: boolean;
}

/** Receives every statement of a database. Tests use it to check the plans of all statements. */
export type StatementObserver = (statement: ObservedStatement) => void;
