import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../../tests/support/test-database.ts';
import { CHANGES_WAITING_MAX, inResourceTransaction } from '../resource-transaction.ts';

test('a change to a resource is refused if too many changes to it are waiting, and changes to other resources still run', async () => {
  await using opened = await openTestDatabase();
  const { database } = opened;
  const change = (resource: string) =>
    inResourceTransaction(database, resource, async (transaction) => {
      await sql`select 1`.execute(transaction);
    });
  const first = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const holder = inResourceTransaction(database, 'group', async () => {
    begun.resolve();
    await first.promise;
  });
  await begun.promise;
  const waiting = Array.from({ length: CHANGES_WAITING_MAX }, () => change('group'));
  await expect(change('group')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(
      /^Too many changes are waiting for the resource group: at most 1000 may wait, .* Nothing was changed: try again/,
    ),
  });
  await change('another group');
  first.resolve();
  await Promise.all([holder, ...waiting]);
  await change('group');
});

test('a change inside a transaction becomes part of it and does not wait for its turn', async () => {
  await using opened = await openTestDatabase();
  const { database } = opened;
  const order: string[] = [];
  await inResourceTransaction(database, 'group', async (transaction) => {
    await inResourceTransaction(transaction, 'group', async () => void order.push('inner'));
    order.push('outer');
  });
  expect(order).toEqual(['inner', 'outer']);
});
