import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';

/**
 * A position in the order in which the transactions of one table were committed, as a text that only the engine reads. The sequence of
 * a row cannot be used for this on an engine that runs transactions concurrently: a row with a smaller sequence may be committed later.
 */
export type CommitPosition = string;

/** A column of the table, or an expression with a name. */
export type CommittedColumn = string | { readonly name: string; readonly value: RawBuilder<unknown> };

/** Which rows of a table to read, for `CommitOrder.read`. The table needs `DataDefinition.recordCommitOrder`. */
export interface CommittedQuery {
  readonly table: 'events' | 'requests';
  /** The columns to read besides the position and the organization: names, or expressions with a name. */
  readonly columns: readonly CommittedColumn[];
  readonly organizationIds: readonly string[];
  /** Only rows that were not committed yet at this position. */
  readonly after: CommitPosition;
  /** Only rows that were committed at this position; it must not be before `after`. Without it, all rows that are committed now. */
  readonly until?: CommitPosition | undefined;
  /** The maximum number of rows of each organization. */
  readonly limit: number;
}

export interface CommittedRow {
  readonly organizationId: string;
  /** The position after this row, from which a later read continues with the next row. */
  readonly position: CommitPosition;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface CommittedRows {
  /** The rows of each organization, in the order of their positions. */
  readonly rows: readonly CommittedRow[];
  /** The position after all rows that were committed when the table was read, or `until`. */
  readonly position: CommitPosition;
  /** Organizations with more rows than the limit; `rows` contains only their first rows. */
  readonly exceeded: ReadonlySet<string>;
}

/** Some of the rows of an organization after a position. */
export interface CommittedPart {
  /** True for the rows of the part, which are also after the position. */
  readonly isPart: RawBuilder<boolean>;
  /** The position after the part. */
  readonly position: CommitPosition;
  /** True if the part has as many rows as it may have, so that more rows may follow. */
  readonly isFull: boolean;
}

/** A position of one organization. */
export interface OwnPosition {
  readonly table: CommittedQuery['table'];
  readonly organizationId: string;
  readonly position: CommitPosition;
}

/** Reads the rows of a table in the order of commits, so that no row is missed and none is read twice. */
export interface CommitOrder {
  /** True if a text has the form of a position. A position that a client sends has to be checked. */
  readonly isPosition: (text: string) => boolean;
  /** Returns the position after all rows that are committed now. */
  readonly newest: (database: QueryExecutorProvider, table: CommittedQuery['table']) => Promise<CommitPosition>;
  /** Returns undefined if the position `after` is not one of this database, or no longer identifies a row of it. */
  readonly read: (database: QueryExecutorProvider, query: CommittedQuery) => Promise<CommittedRows | undefined>;
  /** The position before the first row. */
  readonly first: CommitPosition;
  /** True for rows after a position of their organization. An index on the organization serves the condition. */
  readonly isAfter: (position: CommitPosition) => RawBuilder<boolean>;
  /**
   * Returns the next rows of an organization after a position, at most `rowsMax` of those that are committed now; undefined if the
   * position is not one of this database.
   */
  readonly partAfter: (
    database: QueryExecutorProvider,
    query: Omit<OwnPosition, 'position'> & { readonly after: CommitPosition; readonly rowsMax: number },
  ) => Promise<CommittedPart | undefined>;
  /**
   * Makes the rows of a table readable that were restored from a dump of another server: their order refers to that server. Runs when the
   * server starts. Removes the totals of the organizations of these rows; the rows count as committed now.
   */
  readonly adoptRestoredRows: (database: QueryExecutorProvider, table: CommittedQuery['table']) => Promise<void>;
  /** Returns the position to use instead of a position of an organization, after rows of the organization were deleted. */
  readonly afterDeletion: (database: QueryExecutorProvider, own: OwnPosition) => Promise<CommitPosition>;
}

/** Returns the expression of a column, and the name of its value in a row. */
export function columnParts(column: CommittedColumn): { readonly value: RawBuilder<unknown>; readonly name: string } {
  return typeof column === 'string' ? { value: sql.ref(column), name: column } : column;
}
