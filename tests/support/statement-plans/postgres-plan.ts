import pg from 'pg';
import { sessionSettings } from '#database/postgres/server-pool.ts';
import type { ObservedStatement } from '#database/statement-observer.ts';
import { broadColumns } from './plan-tables.ts';
import type { Plan, TableAccess } from './table-access.ts';

/** The database that plan-database.ts fills. */
export const PLAN_DATABASE = 'tanhua_plans';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Presorted Key'?: readonly string[];
  readonly 'One-Time Filter'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** Explains statements with generic plans, which the server uses for all values of the parameters. */
export class PostgresPlans implements AsyncDisposable {
  readonly #client: pg.Client;
  #leading: ReadonlyMap<string, { readonly table: string; readonly column: string }> | undefined;

  constructor(port: number) {
    this.#client = new pg.Client({ host: '127.0.0.1', port, user: 'tanhua', database: PLAN_DATABASE });
  }

  async planOf({ sql }: ObservedStatement): Promise<Plan> {
    this.#leading ??= await this.#open();
    const count = Math.max(0, ...[...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
    const values = count === 0 ? '' : `(${Array.from({ length: count }, () => 'null').join(', ')})`;
    // Three statements in a single round trip. The next call deallocates the statement that this call prepares.
    const [, , { rows }] = (await this.#client.query(
      `deallocate all; prepare planned as ${sql}; explain (format json) execute planned${values}`,
    )) as unknown as readonly [unknown, unknown, pg.QueryResult];
    const [{ Plan: root }] = rows[0]['QUERY PLAN'] as readonly [{ readonly Plan: PlanNode }];
    const nodes = flatten(root);
    return {
      accesses: nodes.flatMap((node) => this.#accessOf(node) ?? []),
      sorts: nodes.some(sortsMany),
      text: nodes.map(lineOf).join('\n'),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#leading !== undefined) await this.#client.end();
  }

  async #open() {
    await this.#client.connect();
    // With these joins, the random sample of `analyze` would decide whether two small tables are read completely or rows are looked up.
    const joins = 'set enable_hashjoin = off; set enable_mergejoin = off';
    await this.#client.query(`${sessionSettings('set')}; ${joins}; set tanhua.organization_id = '*'`);
    const { rows } = await this.#client
      .query(`select indexrelid::regclass::text as name, indrelid::regclass::text as table,
      pg_get_indexdef(indexrelid, 1, true) as column from pg_index`);
    return new Map(rows.map((row) => [row.name as string, { table: String(row.table), column: String(row.column) }]));
  }

  #accessOf(node: PlanNode): TableAccess | undefined {
    const type = node['Node Type'];
    if (type === 'Seq Scan') {
      const table = node['Relation Name'] ?? '';
      return { table, index: undefined, leading: undefined, equal: [], compared: [] };
    }
    const index = node['Index Name'];
    if (index === undefined) return undefined;
    const { table, column } = this.#leading?.get(index) ?? { table: '', column: undefined };
    const condition = node['Index Cond'] ?? '';
    const columnsOf = (operator: string) =>
      [...condition.matchAll(new RegExp(`(?<![.$\\w'])(\\w+)\\)*(?:::\\w+)? (?:${operator})`, 'g'))].map(
        ([, one = '']) => one,
      );
    return {
      table: table.replaceAll('"', ''),
      index,
      leading: column?.replaceAll('"', ''),
      equal: columnsOf('= '),
      compared: columnsOf('= |<|>|IS '),
    };
  }
}

function flatten(node: PlanNode): readonly PlanNode[] {
  // The server does not run the nodes below a condition that is never true.
  if (node['One-Time Filter'] === 'false') return [node];
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}

/** True if the node sorts many rows. An incremental sort by a column with many distinct values sorts only a few rows at a time. */
function sortsMany(node: PlanNode): boolean {
  if (node['Node Type'] === 'Sort') return true;
  const presorted = node['Presorted Key']?.map((column) => column.split('.').at(-1) ?? '') ?? [];
  return node['Node Type'] === 'Incremental Sort' && presorted.every((column) => broadColumns.has(column));
}

function lineOf(node: PlanNode): string {
  const names = ['Node Type', 'Relation Name', 'Index Name', 'Index Cond'] as const;
  return names.flatMap((name) => node[name] ?? []).join(' ');
}
