import type { CompiledQuery } from 'kysely';

interface Named {
  readonly preparedName: string;
}

/** Gives a statement that is run again and again the name under which a server can keep it. */
export function withPreparedName<Row>(query: CompiledQuery<Row>, name: string): CompiledQuery<Row> {
  return Object.assign({ ...query }, { preparedName: name } satisfies Named);
}

export function preparedNameOf(query: CompiledQuery): string | undefined {
  return 'preparedName' in query ? (query as CompiledQuery & Named).preparedName : undefined;
}
