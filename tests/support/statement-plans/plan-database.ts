import pg from 'pg';
import { broadColumns, fewForEachOrganization, smallTables } from './plan-tables.ts';

/** Number of rows of each growing table. One row in a thousand belongs to the small organization, and all others to the large one. */
const ROWS = 6_000;
/** Number of rows of the tables that are read for lists. With fewer rows, the planner would not choose an index across organizations. */
const LISTED_ROWS = 20_000;
const listedTables: ReadonlySet<string> = new Set(['users', 'groups', 'events', 'memberships']);
const FEW_ROWS = 40;
const SMALL_SHARE = 1_000;
/** The number of groups, of jobs, and of cycles. In the growing tables, each of them has the same number of rows. */
const BROAD_VALUES = 400;

interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  /** True if no two rows share a value. */
  readonly isUnique: boolean;
}

/**
 * Fills every growing table of a migrated database with rows of two organizations in the ratio 1,000 : 1, so that PostgreSQL chooses
 * the same plans as in a large installation. The rows have no meaning: constraints and triggers are off, and the values are derived
 * from the names of the columns.
 */
export async function fillPlanDatabase(port: number, database: string): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database });
  await client.connect();
  try {
    await client.query(`set session_replication_role = replica; set synchronous_commit = off;
      set default_statistics_target = 100`);
    await client.query(`do $$ declare one record; begin
      for one in select conname, conrelid::regclass as relation from pg_constraint
        where contype = 'c' and connamespace = 'public'::regnamespace loop
        execute format('alter table %s drop constraint %I', one.relation, one.conname);
      end loop; end $$`);
    for (const [table, columns] of await columnsByTable(client)) {
      if (Object.hasOwn(smallTables, table) || table.startsWith('kysely_')) continue;
      const names = columns.map(({ name }) => `"${name}"`).join(', ');
      await client.query(`insert into "${table}" (${names})
        select ${columns.map(valueOf).join(', ')} 
        from generate_series(1, ${rowsOf(table)}) as n`);
    }
    // Also updates the visibility map, without which no plan would use an index-only scan.
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

function rowsOf(table: string): number {
  if (Object.hasOwn(fewForEachOrganization, table)) return FEW_ROWS;
  return listedTables.has(table) ? LISTED_ROWS : ROWS;
}

async function columnsByTable(client: pg.Client): Promise<ReadonlyMap<string, readonly Column[]>> {
  const { rows } = await client.query(`select table_name as "table", column_name as name, udt_name as type,
      is_nullable = 'YES' as nullable,
      exists (select from pg_index where indrelid = quote_ident(table_name)::regclass and indisunique and indnkeyatts = 1
        and pg_get_indexdef(indexrelid, 1, true) = column_name) as "isUnique"
    from information_schema.columns join information_schema.tables using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE' and is_generated = 'NEVER' and is_identity = 'NO'
    order by ordinal_position`);
  return Map.groupBy(rows as (Column & { readonly table: string })[], (row) => row.table);
}

const small = `n % ${SMALL_SHARE} = 0`;

/** SQL expressions for the values of text columns by column name. The first match is used. */
const texts: readonly (readonly [name: RegExp, value: string])[] = [
  [/^(organization|tenant)_id$/, `case when ${small} then 'small' else 'large' end`],
  [/^awaited_key$/, `case when n % 100 = 1 then 'v' || n end`],
  [/^target_id$/, `case when n % 10 <> 0 then 'v' || n end`],
  [/^state$/, `case when n % 50 = 0 then 'waiting' else 'ACTIVATED' end`],
  [/(^|_)(state|kind|type|status|action|stage|purpose|source)$/, `'v' || n % 4`],
  [/^(application|job|group|cycle)_id$/, `case when ${small} then 'small' else 'v' || n % ${BROAD_VALUES} end`],
];

/** Returns a SQL expression for the values of a column. Only the number of rows per value has to be realistic for the planner. */
function valueOf({ name, type, nullable, isUnique }: Column): string {
  if (type === 'jsonb') return `'{}'::jsonb`;
  if (type === 'xid8') return `n::text::xid8`;
  if (type === 'int8') return nullable ? numberOf(name) : `coalesce(${numberOf(name)}, n)`;
  if (isUnique) return `'v' || n`;
  const known = texts.find(([pattern]) => pattern.test(name))?.[1];
  if (known !== undefined) return nullable ? known : `coalesce(${known}, 'v' || n)`;
  return nullable && !/_(id|key|value)$/.test(name) ? `case when n % 10 = 0 then 'v' || n end` : `'v' || n`;
}

function numberOf(name: string): string {
  // Few rows are deleted or locked.
  if (/^(deleted|locked)_at$/.test(name)) return `case when n % 100 = 1 then n end`;
  return broadColumns.has(name) || /_(expired|locked)$/.test(name) ? '1' : 'n';
}
