import { sql, type RawBuilder } from 'kysely';

/**
 * When a resource was modified, by the time now: a millisecond after its last modification where the clock was set back, or
 * has not moved since, so that `meta.lastModified` never goes backwards and each version has a time of its own.
 */
export function nextModification(previous: Date, now: Date): Date {
  return previous.getTime() < now.getTime() ? now : new Date(previous.getTime() + 1);
}

/** The same in a statement, for the row that it changes: `nowMs` is the time now. */
export function nextModificationOfRow(nowMs: number): RawBuilder<number> {
  return sql<number>`case when modified_at < ${nowMs} then ${nowMs} else modified_at + 1 end`;
}
