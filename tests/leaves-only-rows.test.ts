import { expect, test } from 'vitest';
import { leavesOnlyRows } from './support/leaves-only-rows.ts';

/**
 * A test may reuse the database of a previous test only if the statements of the previous test changed nothing but rows. A statement
 * that is wrongly rejected costs a new copy of the database; a statement that is wrongly accepted breaks another test.
 */

test.for([
  'select "id" from "users" where "id" = $1',
  ' WITH found AS (select 1) insert into "events" ("id") select 1',
  'insert into "users" ("id") values ($1) on conflict do nothing',
  'update "users" set "state" = $1',
  'delete from "users"',
  'begin isolation level repeatable read',
  'commit',
  'savepoint part',
  'release savepoint part',
  'rollback to savepoint part',
  'set local statement_timeout = 0',
  'set transaction isolation level serializable',
  'select pg_advisory_xact_lock(1)',
  'select pg_try_advisory_xact_lock_shared(1)',
  "select set_config('tanhua.organization', $1, true)",
])('leavesOnlyRows() returns true for the statement: %s', (sql) => {
  expect(leavesOnlyRows(sql)).toBe(true);
});

test.for([
  'create table x (id int)',
  'create temporary table x (id int)',
  'alter table users add x int',
  'drop index x',
  'truncate users',
  'set statement_timeout = 0',
  'reset all',
  'listen x',
  'notify x',
  'copy users from stdin',
  'do $$ begin end $$',
  'prepare p as select 1',
  'declare rows cursor for select 1',
  'lock table users',
  'vacuum',
  'analyze users',
  'call work()',
  'select pg_advisory_lock(1)',
  'select pg_try_advisory_lock(1)',
  'select pg_advisory_lock_shared(1)',
  "select set_config('tanhua.organization', $1, false)",
  'select 1 into kept from users',
  'select 1; set statement_timeout = 0',
  '/* who knows */ select 1',
])('leavesOnlyRows() returns false for the statement: %s', (sql) => {
  expect(leavesOnlyRows(sql)).toBe(false);
});
