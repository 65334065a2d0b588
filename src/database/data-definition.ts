import type { ColumnDataType, QueryExecutorProvider, RawBuilder } from 'kysely';

/** What happens to a row, for a trigger. */
export type RowEvent = 'insert' | 'delete' | `update of ${string}`;

export interface TriggerDefinition {
  readonly name: string;
  readonly table: string;
  readonly event: RowEvent;
  /** On the rows `new` and `old`; without one the trigger fires always. */
  readonly when?: RawBuilder<boolean>;
  /** One statement, without parameters. */
  readonly statement: RawBuilder<unknown>;
}

/** What migrations need to know about an engine. */
export interface DataDefinition {
  /** Text in the order of code points. */
  readonly text: ColumnDataType | RawBuilder<unknown>;
  /** 64 bits: milliseconds, versions, and 0 or 1 for flags. */
  readonly integer: ColumnDataType;
  /** JSON that is searched. */
  readonly json: ColumnDataType;
  /** The type of `sequence`, and how rows get it: in the order of their creation. */
  readonly sequence: ColumnDataType | RawBuilder<unknown>;
  /** Before VALUES of an INSERT that gives the sequence itself. */
  readonly keepSequence: RawBuilder<unknown>;
  /** After such an INSERT: the next row comes behind all that are there. */
  readonly resumeSequence: (database: QueryExecutorProvider, table: string) => Promise<void>;
  /** How CREATE TABLE ends; a table that is read by its primary key alone need not have rows of its own. */
  readonly endOfTable: (rows?: 'by key') => RawBuilder<unknown>;
  /** Columns that an index on a list's order ends in. SQLite's do end in the row's sequence. */
  readonly indexTail: readonly string[];
  /** Columns that an index keeps beside those that it is sorted by, where the engine can. */
  readonly including: (columns: readonly string[]) => RawBuilder<unknown>;
  /** Whether ALTER TABLE can change constraints; else a table is made anew. */
  readonly altersConstraints: boolean;
  readonly createTrigger: (database: QueryExecutorProvider, trigger: TriggerDefinition) => Promise<void>;
  /** Before a migration, which may take as long as it takes. */
  readonly beforeMigration: (database: QueryExecutorProvider) => Promise<void>;
  /** After all migrations of a version. */
  readonly tunePlanner: (database: QueryExecutorProvider) => Promise<void>;
  /** After a later migration that changes indexes, on a database that may be full. */
  readonly retunePlanner: (database: QueryExecutorProvider) => Promise<void>;
  /** A second wall between organizations: the database itself refuses rows of another one. */
  readonly separateOrganizations: (database: QueryExecutorProvider, table: string, column: string) => Promise<void>;
}
