import { CompiledQuery } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import type { ObservedStatement } from '#database/statement-observer.ts';
import { listMails, type MailQuery } from './mail-list-store.ts';
import { insertMail } from './outbox-store.ts';

let directory: TestDirectory;
let observed: ObservedStatement[] = [];
const list = async (query: Partial<MailQuery>) =>
  await listMails(directory.deps.database, directory.caller.origin.organizationId, { skip: 0, limit: 10, ...query });

beforeAll(async () => {
  directory = await openTestDirectory('standard', { observe: (statement) => observed.push(statement) });
  const { deps, caller, clock } = directory;
  for (const [recipient, kind] of [
    ['Ann@example.com', 'welcome'],
    ['bob@example.com', 'welcome'],
    ['ann@EXAMPLE.com', 'mail_test'],
  ] as const) {
    clock.advance(1_000);
    await insertMail(deps.database, deps.clock, {
      organizationId: caller.origin.organizationId,
      kind,
      recipient,
      targetId: null,
      subject: 'x',
      body: 'x',
      expiresAt: new Date(clock.now().getTime() + 1_000_000),
    });
  }
});
afterAll(() => directory[Symbol.asyncDispose]());

test('lists the emails to an address in any letter case, of one kind, and both, newest first', async () => {
  const found = async (query: Partial<MailQuery>) => (await list(query)).map(({ recipient }) => recipient);
  expect(await found({})).toEqual(['ann@EXAMPLE.com', 'bob@example.com', 'Ann@example.com']);
  expect(await found({ recipient: 'ANN@example.com' })).toEqual(['ann@EXAMPLE.com', 'Ann@example.com']);
  expect(await found({ kind: 'welcome' })).toEqual(['bob@example.com', 'Ann@example.com']);
  expect(await found({ recipient: 'ann@example.com', kind: 'welcome' })).toEqual(['Ann@example.com']);
  expect(await found({ recipient: 'ann@example.com', state: 'sent' })).toEqual([]);
  expect(await found({ recipient: 'ann' })).toEqual([]);
});

testOnSqlite('reads the emails to an address and of one kind from their indexes, without sorting', async () => {
  const planOf = async (query: Partial<MailQuery>) => {
    observed = [];
    await list(query);
    const [{ sql, parameters } = expect.fail('the list runs a statement')] = observed;
    const { rows } = await directory.deps.database.executeQuery<{ detail: string }>(
      CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]),
    );
    return rows.map(({ detail }) => detail);
  };
  expect(await planOf({ recipient: 'ann@example.com' })).toEqual([
    'SEARCH mails USING INDEX mails_recipient_key (organization_id=? AND recipient_key=?)',
  ]);
  expect(await planOf({ kind: 'welcome' })).toEqual([
    'SEARCH mails USING INDEX mails_kind (organization_id=? AND kind=?)',
  ]);
});
