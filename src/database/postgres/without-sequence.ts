/** The tables whose column `sequence` PostgreSQL fills from a sequence. */
export const sequencedTables = ['users', 'groups', 'events', 'requests', 'changed_rows'] as const;

const insertion = new RegExp(`^\\s*insert into "(?:${sequencedTables.join('|')})" \\(`);

/** A number that no row has: sequences count up from 1. It is random, so that concurrent evaluations do not wait for each other. */
const UNUSED_NUMBER = '-1 - floor(random() * 9e15)::bigint';

/**
 * Returns an INSERT, in the form that Kysely writes, that does not take the number of the new row from the sequence of the table: a
 * number that a sequence has given stays used when the transaction is rolled back. Returns any other statement unchanged.
 *
 * @example
 * withoutSequence('insert into "users" ("id") values ($1)');
 * // 'insert into "users" ("sequence", "id") overriding system value values (-1 - floor(random() * 9e15)::bigint, $1)'
 */
export function withoutSequence(statement: string): string {
  const [head] = insertion.exec(statement) ?? [];
  if (head === undefined) return statement;
  const rest = statement.slice(head.length);
  const [columns = '', values = ''] = rest.split(/\) values \(/, 2);
  const rows = values.replaceAll('), (', `), (${UNUSED_NUMBER}, `);
  return `${head}"sequence", ${columns}) overriding system value values (${UNUSED_NUMBER}, ${rows}`;
}
