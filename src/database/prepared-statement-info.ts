import type { CompiledQuery } from 'kysely';

/** What a driver needs to know about a statement that is built once and run many times. */
export interface PreparedStatementInfo {
  /** The name under which a server can keep the prepared statement. */
  readonly preparedName: string;
  /** True if no caller needs the result before the transaction ends. */
  readonly isCommand: boolean;
}

/** Returns a copy of a query that carries the information. */
export function withStatementInfo<Row>(query: CompiledQuery<Row>, mark: PreparedStatementInfo): CompiledQuery<Row> {
  return Object.assign({ ...query }, mark);
}

/** Returns the information that a query carries; undefined for a query that Kysely built for one call. */
export function statementInfoOf(query: CompiledQuery): PreparedStatementInfo | undefined {
  return 'preparedName' in query ? (query as CompiledQuery & PreparedStatementInfo) : undefined;
}
