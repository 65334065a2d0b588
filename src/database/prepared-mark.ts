import type { CompiledQuery } from 'kysely';

/** How a statement that is run again and again is to be run. */
export interface PreparedMark {
  /** The name under which a server can keep it. */
  readonly preparedName: string;
  /** Whether nobody waits for its result before the transaction ends. */
  readonly isCommand: boolean;
}

export function withPreparedMark<Row>(query: CompiledQuery<Row>, mark: PreparedMark): CompiledQuery<Row> {
  return Object.assign({ ...query }, mark);
}

export function preparedMarkOf(query: CompiledQuery): PreparedMark | undefined {
  return 'preparedName' in query ? (query as CompiledQuery & PreparedMark) : undefined;
}
