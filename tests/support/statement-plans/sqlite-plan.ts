import { sql, CompiledQuery } from 'kysely';
import type { Database } from '#database/database.ts';
import type { ObservedStatement } from '#database/statement-observer.ts';
import type { Plan, TableAccess } from './table-access.ts';

/** Matches aliases such as `users as person` and `"api_keys" as "key"`. Plans contain the alias instead of the name of the table. */
const aliases = /"?(\w+)"?\s+as\s+"?(\w+)"?/gi;

/** Returns the plan of SQLite for a statement, with the planner statistics of the database. */
export async function sqlitePlan(
  database: Database,
  statement: ObservedStatement,
  tables: ReadonlySet<string>,
): Promise<Plan> {
  const query = CompiledQuery.raw(`explain query plan ${statement.sql}`, [...statement.parameters]);
  const { rows } = await database.executeQuery<{ detail: string }>(query);
  // The pattern also matches aliases of columns, which are ignored here.
  const tablesByAlias = new Map(
    [...statement.sql.matchAll(aliases)].flatMap(([, table = '', alias = '']) =>
      tables.has(table) ? [[alias, table]] : [],
    ),
  );
  const details = rows.map((row) => row.detail);
  return {
    accesses: details.flatMap((detail) => accessOf(detail, tablesByAlias, tables) ?? []),
    sorts: details.includes('USE TEMP B-TREE FOR ORDER BY'),
    text: details.join('\n'),
  };
}

export async function tableNames(database: Database): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ name: string }>`select name from sqlite_schema where type = 'table'`.execute(database);
  return new Set(rows.map((row) => row.name));
}

const access =
  /^(SCAN|SEARCH) (\w+)(?: EXISTS)?(?: USING (?:AUTOMATIC )?(?:PARTIAL )?(?:COVERING )?(INTEGER PRIMARY KEY|PRIMARY KEY|INDEX \w+|INDEX))?(?: \((.*)\))?/;

function accessOf(
  detail: string,
  tablesByAlias: ReadonlyMap<string, string>,
  tables: ReadonlySet<string>,
): TableAccess | undefined {
  const [, verb, name = '', by = '', conditions = ''] = access.exec(detail) ?? [];
  const table = tablesByAlias.get(name) ?? name;
  if (verb === undefined || !tables.has(table)) return undefined;
  const compared = [...conditions.matchAll(/"?(\w+)"?\s*[=<>]/g)].map(([, column = '']) => column);
  const equal = [...conditions.matchAll(/"?(\w+)"?=/g)].map(([, column = '']) => column);
  const index = by === '' ? undefined : by.replace('INDEX ', '');
  // A search always compares the first column of its index.
  return { table, index: verb === 'SCAN' ? undefined : index, leading: compared[0], equal, compared };
}
