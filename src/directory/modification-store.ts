import { sql, type RawBuilder } from 'kysely';

/**
 * Returns the modification time for a change: `now`, or one millisecond after the previous modification if the clock was set back
 * or has not advanced since. Thus `meta.lastModified` never goes backward, and each version has a different time.
 */
export function nextModification(previous: Date, now: Date): Date {
  return previous.getTime() < now.getTime() ? now : new Date(previous.getTime() + 1);
}

/** Like `nextModification`, but as an SQL expression for the row that a statement updates; `nowMs` is the current time. */
export function nextModificationOfRow(nowMs: number): RawBuilder<number> {
  return sql<number>`case when modified_at < ${nowMs} then ${nowMs} else modified_at + 1 end`;
}
