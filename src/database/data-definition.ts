import type { ColumnDataType, QueryExecutorProvider, RawBuilder } from 'kysely';

/** The change to a row that fires a trigger. */
export type RowEvent = 'insert' | 'delete' | `update of ${string}`;

export interface TriggerDefinition {
  readonly name: string;
  readonly table: string;
  readonly event: RowEvent;
  /** A condition on the rows `new` and `old`. Without one, the trigger always fires. */
  readonly when?: RawBuilder<boolean>;
  /** One statement, without parameters. */
  readonly statement: RawBuilder<unknown>;
}

/** The parts of the schema definition that differ between engines. Migrations use them. */
export interface DataDefinition {
  /** Text that is compared and sorted by code point. */
  readonly text: ColumnDataType | RawBuilder<unknown>;
  /** A 64-bit integer, for milliseconds, versions, and flags (0 or 1). */
  readonly integer: ColumnDataType;
  /** JSON that queries search. */
  readonly json: ColumnDataType;
  /** The type of the column `sequence`, which the database fills with numbers in order of creation. */
  readonly sequence: ColumnDataType | RawBuilder<unknown>;
  /** The clause before VALUES that lets an INSERT supply the values of the column `sequence`. */
  readonly keepSequence: RawBuilder<unknown>;
  /** Makes the sequence of the next row continue after the highest one. Run it after an INSERT that set the sequence. */
  readonly resumeSequence: (database: QueryExecutorProvider, table: string) => Promise<void>;
  /**
   * The options at the end of CREATE TABLE. `by key` is for a table that is only read by its primary key and therefore needs no row
   * ids.
   */
  readonly endOfTable: (rows?: 'by key') => RawBuilder<unknown>;
  /**
   * The last columns of an index that serves the order of a list. Empty for SQLite, whose indexes always end in the rowid, which is the
   * sequence.
   */
  readonly indexTail: readonly string[];
  /** The clause that adds non-key columns to an index; empty on an engine that has no such clause. */
  readonly including: (columns: readonly string[]) => RawBuilder<unknown>;
  /** True if ALTER TABLE can change constraints. Otherwise a migration has to recreate the table. */
  readonly altersConstraints: boolean;
  readonly createTrigger: (database: QueryExecutorProvider, trigger: TriggerDefinition) => Promise<void>;
  /**
   * Makes the rows of a table readable by `CommitOrder`. The table has the columns `sequence`, `id` and `organization_id`. Rows that exist
   * already count as committed now.
   */
  readonly recordCommitOrder: (database: QueryExecutorProvider, table: string) => Promise<void>;
  /** Runs before each migration, and removes the time limits on statements. */
  readonly beforeMigration: (database: QueryExecutorProvider) => Promise<void>;
  /** Runs after the last migration, and gives the planner statistics: the tables may be empty, or contain many rows. */
  readonly tunePlanner: (database: QueryExecutorProvider) => Promise<void>;
  /** Makes the database itself refuse rows of other organizations, in addition to the conditions in the statements. */
  readonly separateOrganizations: (database: QueryExecutorProvider, table: string, column: string) => Promise<void>;
}
