import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDatabase, testEngine } from '../../tests/support/test-database.ts';
import type { Database } from '#database/database.ts';
import type { ObservedStatement } from '#database/statement-observer.ts';
import { listWriteHeads } from './write-store.ts';

const OWN = 3;
const OTHERS = 400;

test('reads only the rows of its integration among those of others', async () => {
  const observed: ObservedStatement[] = [];
  await using opened = await openTestDatabase({ observe: (statement) => observed.push(statement) });
  const { database } = opened;
  await fill(database);
  const heads = await database.transaction().execute(async (transaction) => {
    const before = await rowsRead(transaction);
    const found = await listWriteHeads(transaction, 'o', 'own', 10_000);
    if (testEngine() === 'postgres') expect((await rowsRead(transaction)) - before).toBe(OWN);
    return found;
  });
  expect(heads.map(({ id }) => id)).toEqual(['r300', 'r200', 'r100']);
  const statement = observed.find((one) => one.sql.startsWith('select "id", "at", "kind"'));
  if (testEngine() === 'sqlite') expect(await columnsBeforeTheRow(database, statement)).toContain('integration_id');
});

async function fill(database: Database) {
  await sql`insert into organizations (id, name, created_at, settings) values ('o', 'Contoso', 1, '{}')`.execute(
    database,
  );
  const rows = Array.from({ length: OTHERS }, (_, index) => ({
    id: `r${index}`,
    organization_id: 'o',
    at: 1_000 + index,
    integration_id: index > 0 && index % 100 === 0 ? 'own' : ['other', null, 'third'][index % 3],
    kind: 'create' as const,
    method: 'POST',
    resource_type: 'User' as const,
    outcome: 'accepted' as const,
    status: 201,
    request_id: `r${index}`,
    count: 1,
    size: 9,
    detail: '{}',
  }));
  await database.insertInto('requests').values(rows).execute();
}

/** The number of rows of requests that the transaction has read so far; 0 on SQLite, which does not count them. */
async function rowsRead(transaction: Database): Promise<number> {
  if (testEngine() === 'sqlite') return 0;
  const { rows } = await sql<{ read: string }>`select idx_tup_fetch + seq_tup_read as read
    from pg_stat_xact_user_tables where relname = 'requests'`.execute(transaction);
  return Number(rows[0]?.read);
}

interface Instruction {
  readonly opcode: string;
  readonly p1: number;
  readonly p2: number;
  readonly p3: number;
}

/** The columns of the index that SQLite compares before it reads anything of the row, for which it has to find the row in the table. */
async function columnsBeforeTheRow(database: Database, statement: ObservedStatement | undefined) {
  if (statement === undefined) throw new Error('the statement was not observed');
  const { sql: text } = statement;
  const parameters = [...statement.parameters];
  const bound = text
    .split('?')
    .flatMap((part, index) => (index === 0 ? [sql.raw(part)] : [sql`${parameters[index - 1]}`, sql.raw(part)]));
  const { rows } = await sql<Instruction>`explain ${sql.join(bound, sql``)}`.execute(database);
  const seek = rows.find(({ opcode }) => opcode === 'DeferredSeek');
  const first = rows.findIndex(({ opcode, p1 }) => opcode === 'Column' && p1 === seek?.p3);
  const { rows: columns } = await sql<{ name: string }>`select name from pragma_index_info('requests_at')`.execute(
    database,
  );
  return rows
    .slice(0, first)
    .filter(({ opcode, p1 }) => opcode === 'Column' && p1 === seek?.p1)
    .map(({ p2 }) => columns[p2]?.name);
}
