import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** The number of rows that are read, written, and compared together. */
export const ROWS_PER_BATCH = 200;

export interface CopiedTable {
  readonly name: keyof Tables;
  /** The columns that identify a row, even after it has been copied to another database. */
  readonly key: readonly [string, ...string[]];
  /** The columns by which rows of all organizations are read in the order of an index, if that is not the key. */
  readonly order?: readonly string[];
  /** The generated columns, which are not copied. */
  readonly computed?: readonly string[];
  /** The JSON columns. They are parsed before a comparison, because each engine formats the same value differently. */
  readonly json?: readonly string[];
  /** True if the table has the column `sequence`, in which the database numbers the rows in order of creation. */
  readonly hasSequence?: true;
}

export type Row = Readonly<Record<string, unknown>>;

/**
 * All tables with rows of an organization. A table comes after the tables that it refers to. `resource_counts` is missing because
 * triggers fill it, the totals of events, because a position refers to one database, and `user_terms`, because it is computed again
 * after a copy. Also missing are leases, the configuration version, and the tables of a move, because they belong to a running
 * installation.
 */
export const organizationTables: readonly CopiedTable[] = [
  { name: 'organizations', key: ['id'] },
  { name: 'roles', key: ['id'] },
  { name: 'administrators', key: ['id'] },
  { name: 'administrator_links', key: ['administrator_id', 'linked_organization_id'] },
  { name: 'integrations', key: ['id'] },
  { name: 'schemas', key: ['organization_id', 'id_key'] },
  { name: 'users', key: ['id'], computed: ['active'], json: ['search'], hasSequence: true },
  { name: 'groups', key: ['id'], json: ['search'], hasSequence: true },
  { name: 'user_emails', key: ['organization_id', 'value_key', 'user_id'] },
  { name: 'memberships', key: ['group_id', 'member_id'] },
  { name: 'api_keys', key: ['id'] },
  { name: 'ended_keys', key: ['id'] },
  { name: 'user_security', key: ['user_id'] },
  { name: 'ssh_keys', key: ['id'] },
  { name: 'passkeys', key: ['id'] },
  { name: 'sessions', key: ['id'] },
  { name: 'one_time_tokens', key: ['id'] },
  { name: 'state_changes', key: ['id'] },
  { name: 'mails', key: ['id'] },
  { name: 'mail_templates', key: ['organization_id', 'kind', 'language'] },
  { name: 'jobs', key: ['id'] },
  { name: 'job_results', key: ['id'] },
  { name: 'entra_tenants', key: ['id'] },
  { name: 'entra_users', key: ['id'] },
  { name: 'entra_groups', key: ['id'] },
  { name: 'entra_group_members', key: ['group_id', 'member_id'] },
  { name: 'entra_changes', key: ['tenant_id', 'number'] },
  { name: 'entra_applications', key: ['id'] },
  { name: 'entra_assignments', key: ['id'] },
  { name: 'entra_jobs', key: ['id'] },
  { name: 'entra_links', key: ['job_id', 'source_id'] },
  { name: 'entra_linked_members', key: ['job_id', 'group_id', 'member_id'] },
  { name: 'entra_escrows', key: ['job_id', 'source_id', 'stage'] },
  { name: 'entra_logs', key: ['id'] },
  { name: 'radius_servers', key: ['id'] },
  { name: 'radius_clients', key: ['id'] },
  { name: 'radius_server_groups', key: ['server_id', 'group_id'] },
  { name: 'radius_replies', key: ['group_id', 'position'] },
  { name: 'radius_bindings', key: ['user_id', 'tenant_id'] },
  { name: 'radius_wifi_passwords', key: ['user_id'] },
  { name: 'events', key: ['id'], computed: ['transaction_id'], hasSequence: true },
  { name: 'event_names', key: ['event_id', 'name_key'] },
  {
    name: 'requests',
    key: ['id'],
    order: ['organization_id', 'at', 'sequence'],
    computed: ['transaction_id'],
    hasSequence: true,
  },
  { name: 'refused_people', key: ['id'] },
];

/** Returns the column that holds the id of the organization that owns a row. */
export function ownerColumn({ name }: CopiedTable): string {
  return name === 'organizations' ? 'id' : 'organization_id';
}

/**
 * Yields the rows of a table in order, in batches of ROWS_PER_BATCH, without the generated columns.
 *
 * @param organizationId Limits the rows to one organization; without it, the rows of all organizations are read.
 */
export async function* readRowBatches(
  database: Database,
  table: CopiedTable,
  organizationId?: string,
): AsyncGenerator<readonly Row[], undefined> {
  // Rows of one organization are read in order of their sequence. For all organizations, PostgreSQL has no index for this order.
  const order = table.hasSequence === true && organizationId !== undefined ? ['sequence'] : (table.order ?? table.key);
  const sortKey = sql.join(order.map((column) => sql.ref(column)));
  const owned =
    organizationId === undefined ? sql`true` : sql<boolean>`${sql.ref(ownerColumn(table))} = ${organizationId}`;
  let last: Row | undefined;
  for (;;) {
    const after =
      last === undefined
        ? sql``
        : sql`and (${sortKey}) > (${sql.join(order.map((column) => sql.val(last?.[column])))})`;
    const { rows } = await sql<Row>`select * from ${sql.table(table.name)}
      where ${owned} ${after} order by ${sortKey} limit ${ROWS_PER_BATCH}`.execute(database);
    if (rows.length === 0) return undefined;
    last = rows.at(-1);
    yield rows.map((row) => withoutColumns(row, table.computed ?? []));
  }
}

/** Returns a copy of a row without the given columns. */
export function withoutColumns(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !columns.includes(name)));
}

/** Returns a row with its JSON parsed, so that it can be compared with a copy on either engine. */
export function comparable(table: CopiedTable, row: Row | undefined): Row {
  return Object.fromEntries(
    Object.entries(row ?? {}).map(([name, value]) => [
      name,
      table.json?.includes(name) === true ? JSON.parse(String(value)) : value,
    ]),
  );
}
