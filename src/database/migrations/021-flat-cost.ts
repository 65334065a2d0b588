import { sql, type Kysely, type RawBuilder } from 'kysely';
import { engineOf } from '../engine.ts';
import { memberEvents, namedEvents } from '../event-conditions.ts';

type Schema = Kysely<unknown>;

/**
 * Adds indexes with which the cost of a request or a purge does not grow with the directory, nor with other organizations in the same
 * database. Drops indexes that no statement uses, because each index costs every write a page of the disk.
 */
export async function up(db: Schema): Promise<void> {
  await keyByOrganization(db);
  await reshapeEvents(db);
  await indexPeople(db);
  await indexEntra(db);
}

/**
 * Adds the organization to the primary key. If the sequence alone is the key, PostgreSQL's planner may use it to read the rows of all
 * organizations in the order of a list, and to skip the rows of other organizations one by one. SQLite's planner does not do this,
 * although its rows are in the order of the sequence.
 */
async function keyByOrganization(db: Schema): Promise<void> {
  if (!engineOf(db).definition.altersConstraints) return;
  for (const table of ['users', 'groups', 'events']) {
    const key = sql.ref(`${table}_pkey`);
    await sql`alter table ${sql.table(table)} drop constraint ${key},
      add constraint ${key} primary key (organization_id, sequence)`.execute(db);
  }
}

/**
 * Reduces the number of indexes in which a new event is written at a random position: for a change to a user, from three of five
 * indexes to one.
 */
async function reshapeEvents(db: Schema): Promise<void> {
  const { indexTail } = engineOf(db).definition;
  for (const name of ['events_at', 'events_request_id', 'events_target_id', 'events_target_key']) {
    await db.schema.dropIndex(name).execute();
  }
  await index(db, 'events', 'events_at', ['organization_id', 'at', ...indexTail]);
  await index(db, 'events', 'events_target_id', ['organization_id', 'target_id', ...indexTail]);
  await index(db, 'events', 'events_target_key', ['organization_id', 'target_key', ...indexTail], namedEvents);
  await index(db, 'events', 'events_members', ['organization_id', ...indexTail], memberEvents);
}

async function indexPeople(db: Schema): Promise<void> {
  const { indexTail, including } = engineOf(db).definition;
  const isWaiting = sql<boolean>`state = 'waiting'`;
  // The index includes the id, so that the rows before a page can be skipped without reading them from the table.
  for (const table of ['users', 'groups']) {
    await db.schema.dropIndex(`${table}_living`).execute();
    await sql`create index ${sql.table(`${table}_living`)} on ${sql.table(table)}
      (${sql.join(['organization_id', ...indexTail].map((column) => sql.ref(column)))}) ${including(['id'])}
      where deleted_at is null`.execute(db);
  }
  // Few groups are members of other groups. This index finds them without reading all other memberships.
  const isNested = sql<boolean>`member_type = 'Group'`;
  await index(db, 'memberships', 'memberships_nested', ['organization_id', 'group_id', 'member_id'], isNested);
  const isDeleted = sql<boolean>`deleted_at is not null`;
  await index(db, 'users', 'users_deleted_name', ['organization_id', 'user_name_key'], isDeleted);
  await index(db, 'groups', 'groups_deleted_name', ['organization_id', 'display_name_key'], isDeleted);
  await index(
    db,
    'administrators',
    'administrators_role',
    ['custom_role_id'],
    sql<boolean>`custom_role_id is not null`,
  );
  await index(db, 'state_changes', 'state_changes_next', ['organization_id', 'at', 'id']);
  await index(db, 'state_changes', 'state_changes_job', ['organization_id', 'job_id']);
  await index(db, 'administrators', 'administrators_created_at', ['organization_id', 'created_at', 'id']);
  await index(db, 'administrator_links', 'administrator_links_linked', ['linked_organization_id']);
  await index(db, 'api_keys', 'api_keys_created_at', ['organization_id', 'created_at', 'id']);
  await index(db, 'api_keys', 'api_keys_administrator', ['administrator_id']);
  await index(db, 'sessions', 'sessions_key', ['key_id'], sql<boolean>`key_id is not null`);
  await db.schema.dropIndex('mails_waiting').execute();
  await index(db, 'mails', 'mails_waiting', ['next_attempt_at', 'id'], isWaiting);
  await index(db, 'mails', 'mails_done', ['created_at'], sql<boolean>`state <> 'waiting'`);
  await index(
    db,
    'mails',
    'mails_handed_over',
    ['claimed_until'],
    sql<boolean>`state = 'waiting' and handed_over_at is not null`,
  );
  await index(db, 'jobs', 'jobs_created_at', ['organization_id', 'created_at', 'id']);
  await index(db, 'jobs', 'jobs_unfinished', ['created_at', 'id'], sql<boolean>`state in ('waiting', 'running')`);
  await index(db, 'jobs', 'jobs_finished_at', ['finished_at'], sql<boolean>`finished_at is not null`);
}

async function indexEntra(db: Schema): Promise<void> {
  await index(db, 'entra_applications', 'entra_applications_app_id', ['tenant_id', 'app_id']);
  await index(db, 'entra_applications', 'entra_applications_created_at', ['tenant_id', 'created_at', 'id']);
  await index(db, 'entra_assignments', 'entra_assignments_created_at', ['application_id', 'created_at', 'id']);
  await index(db, 'entra_assignments', 'entra_assignments_tenant', ['tenant_id']);
  await index(db, 'entra_jobs', 'entra_jobs_tenant', ['tenant_id']);
  await index(db, 'entra_jobs', 'entra_jobs_due', ['schedule_state', 'next_run_at', 'id']);
  await index(db, 'entra_group_members', 'entra_group_members_tenant', ['tenant_id']);
  await index(db, 'entra_logs', 'entra_logs_cycle', ['cycle_id', 'number']);
  await index(db, 'entra_logs', 'entra_logs_change', ['change_id']);
  await index(db, 'entra_logs', 'entra_logs_target', ['target_id']);
  await index(db, 'entra_escrows', 'entra_escrows_first_at', ['job_id', 'first_at', 'source_id']);
  await db.schema.dropIndex('entra_users_deleted_at').execute();
  const isDeleted = sql<boolean>`deleted_at is not null`;
  await index(db, 'entra_users', 'entra_users_deleted_at', ['tenant_id', 'deleted_at', 'id'], isDeleted);
  await index(db, 'entra_users', 'entra_users_deleted_upn', ['tenant_id', 'upn_key'], isDeleted);
  await index(
    db,
    'entra_groups',
    'entra_groups_dynamic',
    ['tenant_id', 'id'],
    sql<boolean>`membership_rule is not null`,
  );
}

async function index(
  db: Schema,
  table: string,
  name: string,
  columns: readonly string[],
  where?: RawBuilder<boolean>,
): Promise<void> {
  await db.schema
    .createIndex(name)
    .on(table)
    .columns([...columns])
    .$call((builder) => (where === undefined ? builder : builder.where(where)))
    .execute();
}
