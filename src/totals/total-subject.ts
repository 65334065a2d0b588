import type { RawBuilder } from 'kysely';
import type { CommittedQuery } from '#database/commit-order.ts';
import type { Database } from '#database/database.ts';

/** The properties of a row by which totals are kept. */
export type TotalProperty = 'outcome' | 'type' | 'source' | 'reason';

/** A table whose rows are counted, and the only definition of what is counted. */
export interface TotalSubject {
  /** The table. It has the columns `organization_id` and `at`, and is readable in the order of commits. */
  readonly table: CommittedQuery['table'];
  /** The SQL text of each property of a row; empty, and never null, for a row without it. It must not change after the row is written. */
  readonly properties: (database: Database) => Readonly<Record<TotalProperty, RawBuilder<string>>>;
  /** The SQL number that a row counts. */
  readonly weight: RawBuilder<number>;
}

/** The lengths of the intervals that totals are kept for: a minute and a quarter-hour. Every longer interval is a sum of these. */
export const MINUTE_MS = 60_000;
export const QUARTER_HOUR_MS = 900_000;
