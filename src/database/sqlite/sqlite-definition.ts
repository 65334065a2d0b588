import { sql } from 'kysely';
import type { DataDefinition } from '../data-definition.ts';
import { writePlannerStatistics } from './planner-statistics.ts';

export const sqliteDefinition: DataDefinition = {
  text: 'text',
  integer: 'integer',
  json: 'text',
  sequence: 'integer',
  keepSequence: sql``,
  resumeSequence: async () => {},
  endOfTable: (rows) => (rows === 'by key' ? sql`strict, without rowid` : sql`strict`),
  indexTail: [],
  // Empty, because SQLite skips the rows before a page without reading them from the table.
  including: () => sql``,
  altersConstraints: false,
  createTrigger: async (database, { name, table, event, when, statement }) => {
    const condition = when === undefined ? sql`` : sql`when ${when}`;
    await sql`create trigger ${sql.table(name)} after ${sql.raw(event)} on ${sql.table(table)}
      ${condition} begin ${statement}; end`.execute(database);
  },
  recordCommitOrder: async (database, table) => {
    // The sequence, which every index ends in, is the order of commits.
    await sql`create index ${sql.table(`${table}_commit_order`)} on ${sql.table(table)} (organization_id)`.execute(
      database,
    );
  },
  beforeMigration: async () => {},
  tunePlanner: writePlannerStatistics,
  // SQLite has no users and no row-level security.
  separateOrganizations: async () => {},
};
