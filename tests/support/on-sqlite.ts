import { describe, test } from 'vitest';
import { testEngine } from './test-database.ts';

/** Replaces `test` and `describe` on PostgreSQL and defines nothing: a skipped test would fail the run in CI. */
const nothing = Object.assign(() => {}, { for: () => () => {}, each: () => () => {} });
const isSqlite = testEngine() === 'sqlite';

/**
 * `test`, for one that proves nothing on PostgreSQL that it does not prove on SQLite: what it is about is decided in this process,
 * and the tests beside it run the same statements on both. Not for a race, a lock, a unique index, or what a statement itself
 * finds: a filter, an order, a number, a limit of the engine. At the end of a whole run a function all of whose statements ran on
 * SQLite alone fails it (tools/both-engines-reporter.ts); one of several statements of a function is not noticed.
 */
export const testOnSqlite = isSqlite ? test : (nothing as unknown as typeof test);

/** `describe`, for a group of such tests alone. */
export const describeOnSqlite = isSqlite ? describe : (nothing as unknown as typeof describe);
