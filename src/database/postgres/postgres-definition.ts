import { sql } from 'kysely';
import type { DataDefinition } from '../data-definition.ts';
import { updatePlannerStatistics } from './planner-statistics.ts';

/** The setting with the id of the organization whose rows a connection may see; ALL_ORGANIZATIONS to see all rows. */
export const ORGANIZATION_SETTING = 'tanhua.organization_id';
export const ALL_ORGANIZATIONS = '*';

export const postgresDefinition: DataDefinition = {
  text: sql`text collate "C"`,
  integer: 'bigint',
  json: 'jsonb',
  sequence: sql`bigint generated always as identity`,
  keepSequence: sql`overriding system value`,
  resumeSequence: async (database, table) => {
    await sql`select setval(pg_get_serial_sequence(${sql.lit(table)}, 'sequence'),
      coalesce((select max(sequence) from ${sql.table(table)}), 0) + 1, false)`.execute(database);
  },
  endOfTable: () => sql``,
  indexTail: ['sequence'],
  including: (columns) => sql`include (${sql.join(columns.map((column) => sql.ref(column)))})`,
  altersConstraints: true,
  createTrigger: async (database, { name, table, event, when, statement }) => {
    const condition = when === undefined ? sql`` : sql`when (${when})`;
    await sql`create function ${sql.table(name)}() returns trigger language plpgsql as
      $trigger$ begin ${statement}; return null; end $trigger$`.execute(database);
    await sql`create trigger ${sql.table(name)} after ${sql.raw(event)} on ${sql.table(table)}
      for each row ${condition} execute function ${sql.table(name)}()`.execute(database);
  },
  recordCommitOrder: async (database, table) => {
    // Inside a savepoint too, this is the id of the whole transaction, which snapshots contain.
    await sql`alter table ${sql.table(table)}
      add column transaction_id xid8 not null default pg_current_xact_id()`.execute(database);
    await sql`create index ${sql.table(`${table}_commit_order`)} on ${sql.table(table)}
      (organization_id, transaction_id, sequence)`.execute(database);
  },
  beforeMigration: async (database) => {
    await sql`set local statement_timeout = 0`.execute(database);
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(database);
  },
  tunePlanner: updatePlannerStatistics,
  separateOrganizations: async (database, table, column) => {
    // Row-level security is forced, because the server connects as the owner of the tables. The subquery makes a statement read the
    // setting only once.
    const setting = sql`(select current_setting(${sql.lit(ORGANIZATION_SETTING)}, true))`;
    await sql`alter table ${sql.table(table)} enable row level security`.execute(database);
    await sql`alter table ${sql.table(table)} force row level security`.execute(database);
    await sql`create policy ${sql.table(`${table}_organization`)} on ${sql.table(table)}
      using (${sql.ref(column)} = ${setting} or ${setting} = ${sql.lit(ALL_ORGANIZATIONS)})`.execute(database);
  },
};
