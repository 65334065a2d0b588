import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newRequestId } from '#base/request-ids.ts';
import type { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { openSqlite } from '../sqlite/open-sqlite.ts';
import { up as initial } from './001-initial.ts';
import { up as organizationSettings } from './002-organization-settings.ts';
import { up as userTokens } from './003-user-tokens.ts';
import { up as resourceCounts } from './004-resource-counts.ts';
import { up as awaitedMembers } from './005-awaited-members.ts';
import { up as configurationVersion } from './006-configuration-version.ts';
import { up as schemas } from './007-schemas.ts';
import { up as separateOrganizations } from './008-separate-organizations.ts';
import { up as leases } from './009-leases.ts';
import { up as shards } from './010-shards.ts';
import { up as people } from './011-people.ts';
import { up as entra } from './013-entra.ts';
import { up as keyLimits } from './017-key-limits.ts';
import { up as secretsNeeded } from './018-secrets-needed.ts';
import { up as attempts } from './019-attempts.ts';
import { up as adoptions } from './020-adoptions.ts';
import { up as flatCost } from './021-flat-cost.ts';
import { up as installationPermissions } from './023-installation-permissions.ts';
import { up as searchForms } from './044-search-forms.ts';
import { up as requestsByTime } from './045-requests-by-time.ts';
import { up as mailLanguages } from './049-mail-languages.ts';
import { up as organizationNames } from './050-organization-names.ts';

let folder: string;
let database: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tanhua-migrations-'));
  database = openSqlite(folder);
});
afterEach(async () => {
  await database.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const run = async (...migrations: readonly Migration['up'][]) => {
  for (const up of migrations) await database.transaction().execute((transaction) => up(transaction));
};
const keys = async () =>
  (await sql<Record<string, unknown>>`select * from api_keys order by id`.execute(database)).rows;

test('migrating from the first version keeps keys and organizations', async () => {
  await run(initial);
  await sql`insert into organizations (id, name, created_at) values ('o', 'Contoso', 1)`.execute(database);
  await sql`insert into administrators (id, organization_id, email, email_key, name, role, created_at)
    values ('a', 'o', 'a@x', 'a@x', 'A', 'Manager', 2)`.execute(database);
  await sql`insert into integrations (id, organization_id, name, name_key, rules, created_at)
    values ('i', 'o', 'Entra ID', 'entra id', '{}', 3)`.execute(database);
  const columns = sql.raw(
    'id, organization_id, kind, administrator_id, integration_id, name, prefix, hash, created_at, expires_at, revoked_at, last_used_at',
  );
  await sql`insert into api_keys (${columns}) values
    ('1', 'o', 'administrator', 'a', null, 'one', 'tnh_1', 'h1', 4, 5, 6, 7),
    ('2', 'o', 'administrator', 'a', 'i', 'two', 'tnh_2', 'h2', 8, null, null, null),
    ('3', 'o', 'integration', null, 'i', 'three', 'tnh_3', 'h3', 9, null, 10, 11)`.execute(database);
  const before = await keys();
  await run(organizationSettings, userTokens);
  expect(await keys()).toEqual(before.map((row) => ({ ...row, user_id: null })));
  expect(await database.selectFrom('organizations').selectAll().execute()).toEqual([
    { id: 'o', name: 'Contoso', created_at: 1, settings: '{}' },
  ]);
  // The constraints of the old table also apply to the new one.
  const insert = (values: string) =>
    sql`insert into api_keys (${columns}) values (${sql.raw(values)})`.execute(database);
  const tail = "'x', 'tnh_x', 'h4', 1, null, null, null";
  await expect(insert(`'4', 'o', 'integration', null, null, ${tail}`)).rejects.toThrow(/CHECK/);
  await expect(insert(`'4', 'o', 'user', null, null, ${tail}`)).rejects.toThrow(/CHECK/);
  await expect(insert(`'4', 'o', 'robot', 'a', null, ${tail}`)).rejects.toThrow(/CHECK/);
  await expect(insert(`'4', 'o', 'integration', null, 'nobody', ${tail}`)).rejects.toThrow(/FOREIGN KEY/);
  await expect(insert(`'4', 'o', 'integration', null, 'i', 'x', 'x', 'h1', 1, null, null, null`)).rejects.toThrow(
    /UNIQUE/,
  );
  await database.deleteFrom('administrators').where('id', '=', 'a').execute();
  expect((await keys()).map((row) => row['id'])).toEqual(['3']);
});

test('migrating keeps the addresses of administrators and assigns users from SCIM without an owner to the first integration', async () => {
  await run(initial, organizationSettings, userTokens, resourceCounts, awaitedMembers, configurationVersion, schemas);
  await run(separateOrganizations, leases, shards, people, entra, keyLimits);
  await sql`insert into organizations (id, name, created_at) values ('o', 'Contoso', 1), ('p', 'Fabrikam', 1)`.execute(
    database,
  );
  await sql`insert into administrators (id, organization_id, email, email_key, name, role, created_at)
    values ('a', 'o', 'A@x', 'a@x', 'A', 'Administrator With Billing', 2)`.execute(database);
  await sql`insert into integrations (id, organization_id, name, name_key, rules, created_at)
    values ('later', 'o', 'Two', 'two', '{}', 4), ('first', 'o', 'One', 'one', '{}', 3)`.execute(database);
  for (const [id, source, owner] of [
    ['scim', 'tanhua:scim', null],
    ['hand', 'tanhua:api', null],
    ['owned', 'tanhua:scim', 'later'],
  ] as const) {
    await sql`insert into users (id, organization_id, integration_id, creation_source, user_name, user_name_key, username,
      username_key, document, search, state, version, created_at, modified_at)
      values (${id}, 'o', ${owner}, ${source}, ${id}, ${id}, ${id}, ${id}, '{}', '{}', 'ACTIVATED', 1, 5, 5)`.execute(
      database,
    );
  }
  await run(secretsNeeded, attempts, adoptions, flatCost, installationPermissions);
  const users = await database.selectFrom('users').select(['id', 'integration_id', 'adoption_unconfirmed']).execute();
  expect(Object.fromEntries(users.map((user) => [user.id, [user.integration_id, user.adoption_unconfirmed]]))).toEqual({
    scim: ['first', 0],
    hand: [null, 0],
    owned: ['later', 0],
  });
  const columns = ['email', 'email_key', 'organization_email_key', 'creates_organizations'] as const;
  expect(await database.selectFrom('administrators').select(columns).execute()).toEqual([
    { email: 'A@x', email_key: 'a@x', organization_email_key: 'o a@x', creates_organizations: 0 },
  ]);
  const insert = (id: string, organizationId: string) =>
    sql`insert into administrators (id, organization_id, email, email_key, organization_email_key, name, role, created_at)
      values (${id}, ${organizationId}, 'a@x', 'a@x', ${`${organizationId} a@x`}, 'B', 'Manager', 6)`.execute(database);
  await insert('b', 'p');
  await expect(insert('c', 'o')).rejects.toThrow(/UNIQUE/);
});

test('migration 044 folds the names of refused people, replaces apostrophes in their terms, and marks all users as not indexed', async () => {
  await migrate(database);
  await sql`alter table refused_people drop column name_key`.execute(database);
  await sql`delete from unindexed_people`.execute(database);
  await sql`insert into organizations (id, name, created_at) values ('o', 'Contoso', 1)`.execute(database);
  for (const [id, name, terms] of [
    ['a', 'Ann O’Neill', '\nann\no’neill'],
    ['b', null, '\nbob'],
  ] as const) {
    await sql`insert into refused_people (id, organization_id, source_id, name, error_code, message, event_id, refusals, first_at,
      last_at, terms, initials) values (${id}, 'o', '', ${name}, 'emailRequired', 'x', 'e', 1, 1, 1, ${terms}, 0)`.execute(
      database,
    );
  }
  await run(searchForms);
  const rows = await database.selectFrom('refused_people').select(['name_key', 'terms']).orderBy('id').execute();
  expect(rows).toEqual([
    { name_key: 'ann o’neill', terms: "\nann\no'neill" },
    { name_key: null, terms: '\nbob' },
  ]);
  expect(await database.selectFrom('unindexed_people').selectAll().execute()).toEqual([
    { organization_id: 'o', next_sequence: 0 },
  ]);
});

test('migration 045 keeps the requests, gives each the time in its id, and removes the index on the ids', async () => {
  await migrate(database);
  const definitionsNow = async () =>
    (
      await sql<{ type: string; sql: string }>`select type, sql from sqlite_schema
        where tbl_name = 'requests' and sql is not null order by type desc, name`.execute(database)
    ).rows;
  const after = await definitionsNow();
  // The table as it was before the migration.
  await sql`drop table requests`.execute(database);
  for (const { sql: text } of after) {
    await sql.raw(text.replace('"id" text not null', '"id" text not null unique')).execute(database);
  }
  await sql`insert into organizations (id, name, created_at) values ('o', 'Contoso', 1)`.execute(database);
  const at = Date.UTC(2026, 0, 5, 9);
  const [id, operation] = [newRequestId(new Date(at)), `${newRequestId(new Date(at + 1))}:3`];
  for (const [sequence, own] of [
    [7, id],
    [8, operation],
    [9, 'from-elsewhere'],
  ] as const) {
    await sql`insert into requests (sequence, id, organization_id, at, kind, method, outcome, status, request_id, count, size)
      values (${sequence}, ${own}, 'o', ${at + 5}, 'create', 'POST', 'accepted', 201, ${own}, 1, 0)`.execute(database);
  }
  await run(requestsByTime);
  expect(await database.selectFrom('requests').select(['sequence', 'id', 'at']).orderBy('sequence').execute()).toEqual([
    { sequence: 7, id, at },
    { sequence: 8, id: operation, at: at + 1 },
    { sequence: 9, id: 'from-elsewhere', at: at + 5 },
  ]);
  expect(await definitionsNow()).toEqual(after);
});

test('migration 049 keeps custom texts of emails for the readers who had them: Chinese ones in both languages, all others in English', async () => {
  await migrate(database);
  await sql`drop table mail_templates`.execute(database);
  await sql`create table mail_templates (organization_id text not null references organizations (id) on delete cascade,
    kind text not null, template text not null, primary key (organization_id, kind)) strict, without rowid`.execute(
    database,
  );
  await sql`insert into organizations (id, name, created_at) values ('o', 'Contoso', 1)`.execute(database);
  const texts = {
    job_result: { subject: 'Done', language: '' },
    security_notice: { subject: 'Hinweis', body: '"language":"zh"', language: 'de' },
    welcome: { subject: '欢迎', language: 'zh-CN' },
  };
  for (const [kind, text] of Object.entries(texts)) {
    await sql`insert into mail_templates (organization_id, kind, template)
      values ('o', ${kind}, ${JSON.stringify(text)})`.execute(database);
  }
  await run(mailLanguages);
  const rows = await database.selectFrom('mail_templates').selectAll().orderBy('kind').orderBy('language').execute();
  expect(rows).toEqual(
    Object.entries(texts).flatMap(([kind, text]) =>
      (kind === 'welcome' ? ['en', 'zh'] : ['en']).map((language) => ({
        organization_id: 'o',
        kind,
        language,
        template: JSON.stringify(text),
      })),
    ),
  );
});

test('migration 050 computes the keys by which organizations are found by name', async () => {
  await migrate(database);
  await database.schema.dropIndex('organizations_name_key').execute();
  await database.schema.alterTable('organizations').dropColumn('name_key').execute();
  await sql`insert into organizations (id, name, created_at) values ('o', 'Übung', 1), ('p', 'STRASSE', 1)`.execute(
    database,
  );
  await run(organizationNames);
  const rows = await database.selectFrom('organizations').select(['id', 'name_key']).orderBy('id').execute();
  expect(rows).toEqual([
    { id: 'o', name_key: 'übung' },
    { id: 'p', name_key: 'strasse' },
  ]);
});
