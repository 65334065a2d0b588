import { describe, test } from 'vitest';
import { testEngine } from './test-database.ts';

/** Replaces `test` and `describe` on PostgreSQL. It defines no test, because a skipped test would fail the run in CI. */
const nothing = Object.assign(() => {}, { for: () => () => {}, each: () => () => {} });
const isSqlite = testEngine() === 'sqlite';

/**
 * Like `test`, for a test that would prove nothing more on PostgreSQL, because this process computes what it tests and other tests run
 * the same statements on both engines. Do not use it for a race, a lock, a unique index, or a result that the database computes, such as
 * a filter, an order, a number or a limit of the engine. A complete run fails if all statements of a function ran only on SQLite
 * (tools/both-engines-reporter.ts), but not if only one of several statements of a function did.
 */
export const testOnSqlite = isSqlite ? test : (nothing as unknown as typeof test);

/** Like `describe`, for a group in which every test meets the condition of {@link testOnSqlite}. */
export const describeOnSqlite = isSqlite ? describe : (nothing as unknown as typeof describe);
