import type { Permission } from '#admins/roles.ts';
import type { Language } from '#base/words/language.ts';
import type { CommitPosition, CommittedQuery } from '#database/commit-order.ts';
import type { Database } from '#database/database.ts';
import { engineOf } from '#database/engine.ts';

/** A row that live updates send. */
export interface LiveRow {
  readonly organizationId: string;
  /** The position after this row. */
  readonly position: CommitPosition;
  /** The type by which a listener can filter, such as `user_create`. */
  readonly type: string;
  /** The id of the integration that the row belongs to; null without one. */
  readonly source: string | null;
  /** Returns the JSON of the row on one line, in the format of the list of these rows, in one of the languages of the query. */
  readonly data: (language: Language) => string;
}

export interface LiveRows {
  readonly rows: readonly LiveRow[];
  /** The position after all rows that were read. */
  readonly position: CommitPosition;
  /** Organizations with more than LIVE_ROWS_MAX new rows. */
  readonly exceeded: ReadonlySet<string>;
}

export interface LiveQuery {
  readonly organizationIds: readonly string[];
  readonly after: CommitPosition;
  readonly until?: CommitPosition | undefined;
  /** The languages in which the rows are sent. Default: English. */
  readonly languages?: readonly Language[];
}

/** A table whose new rows are sent as live updates. */
export interface LiveSource {
  /** The name of the message (`event:` of Server-Sent Events). */
  readonly message: string;
  /** The permission that a listener needs. */
  readonly permission: Permission;
  readonly table: CommittedQuery['table'];
  /** Returns undefined if the position `after` is unknown. */
  readonly read: (database: Database, query: LiveQuery) => Promise<LiveRows | undefined>;
}

/**
 * The maximum number of rows of one organization that a single read sends. If more rows were committed since the last read, listeners
 * get the message `reset`, because a list shows so many rows faster.
 */
export const LIVE_ROWS_MAX = 500;

/** True if a text has the form of a position in a table of the database. */
export function isPosition(database: Database, text: string): boolean {
  return engineOf(database).commitOrder.isPosition(text);
}

/** Returns the position after all rows of a source that are committed now. */
export async function newestPosition(database: Database, { table }: LiveSource): Promise<CommitPosition> {
  return await engineOf(database).commitOrder.newest(database, table);
}

/** Returns a function that renders a row once for each language. */
export function inEachLanguage(render: (language: Language) => string): LiveRow['data'] {
  const rendered = new Map<Language, string>();
  return (language) => {
    const text = rendered.get(language) ?? render(language);
    rendered.set(language, text);
    return text;
  };
}
