import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../tests/support/test-database.ts';
import { openTestDirectory } from '../../tests/support/directory.ts';
import { LISTED_NAMESAKES_MAX, listEvents, recordEvent } from './event-store.ts';

// A rejection that nothing handles ends the server; Vitest reports it as an error of the run.
test('a search by target rejects only once if all of its lookups fail', async () => {
  await using opened = await openTestDatabase();
  const { database } = opened;
  await sql`alter table events rename to missing_events`.execute(database);
  await expect(listEvents(database, { organizationId: 'o', target: 'bob', limit: 1 })).rejects.toThrow(/events/);
  await sql`alter table missing_events rename to events`.execute(database);
});

test.for([
  [LISTED_NAMESAKES_MAX, LISTED_NAMESAKES_MAX],
  [LISTED_NAMESAKES_MAX + 1, LISTED_NAMESAKES_MAX],
] as const)('a search for the name of %i deleted users returns the events of %i of them', async ([count, listed]) => {
  await using directory = await openTestDirectory();
  const { database, clock } = directory.deps;
  const { origin } = directory.caller;
  for (let number = 0; number < count; number += 1) {
    const target = { type: 'user', id: `former${number}`, name: 'ann' } as const;
    await recordEvent(database, clock, origin, { type: 'user_delete', target });
  }
  const { organizationId } = origin;
  expect(await listEvents(database, { organizationId, target: 'ANN', limit: 100 })).toHaveLength(listed);
  const last = `former${count - 1}`;
  expect(await listEvents(database, { organizationId, target: last, limit: 100 })).toHaveLength(1);
});
