import { sql } from 'kysely';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** Rows that are read, written and compared at a time. */
export const ROWS_PER_STEP = 200;

export interface CopiedTable {
  readonly name: keyof Tables;
  /** Columns that tell the rows apart, in every database that they come to. */
  readonly key: readonly [string, ...string[]];
  /** Columns that the database computes. */
  readonly computed?: readonly string[];
  /** Columns of JSON: each engine writes the same value its own way. */
  readonly json?: readonly string[];
  /** Whether the database numbers the rows, in the order of their creation. */
  readonly hasSequence?: true;
}

export type Row = Readonly<Record<string, unknown>>;

/**
 * Every table whose rows are an organization's, those first that others refer to. Counts are kept by triggers; leases, the
 * number of the configuration and what a move needs belong to a running installation.
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
  { name: 'mail_templates', key: ['organization_id', 'kind'] },
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
  { name: 'events', key: ['id'], hasSequence: true },
  { name: 'event_names', key: ['event_id', 'name_key'] },
];

/** The column of a table that says whose a row is. */
export function ownerColumn({ name }: CopiedTable): string {
  return name === 'organizations' ? 'id' : 'organization_id';
}

/** The rows of a table in order, some at a time, without what the database computes; of one organization, or all. */
export async function* steps(
  database: Database,
  table: CopiedTable,
  organizationId?: string,
): AsyncGenerator<readonly Row[], undefined> {
  // The sequence orders the rows of one organization; on PostgreSQL no index has it without the organization.
  const order = table.hasSequence === true && organizationId !== undefined ? ['sequence'] : table.key;
  const place = sql.join(order.map((column) => sql.ref(column)));
  const owned =
    organizationId === undefined ? sql`true` : sql<boolean>`${sql.ref(ownerColumn(table))} = ${organizationId}`;
  let last: Row | undefined;
  for (;;) {
    const after =
      last === undefined ? sql`` : sql`and (${place}) > (${sql.join(order.map((column) => sql.val(last?.[column])))})`;
    const { rows } = await sql<Row>`select * from ${sql.table(table.name)}
      where ${owned} ${after} order by ${place} limit ${ROWS_PER_STEP}`.execute(database);
    if (rows.length === 0) return undefined;
    last = rows.at(-1);
    yield rows.map((row) => without(row, table.computed ?? []));
  }
}

/** A row without some of its columns. */
export function without(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !columns.includes(name)));
}

/** A row as it is compared with its copy, on whichever engine that is. */
export function comparable(table: CopiedTable, row: Row | undefined): Row {
  return Object.fromEntries(
    Object.entries(row ?? {}).map(([name, value]) => [
      name,
      table.json?.includes(name) === true ? JSON.parse(String(value)) : value,
    ]),
  );
}
