import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../tests/support/test-database.ts';
import { listEvents } from './event-store.ts';

// A rejection that nothing handles would end the server; Vitest reports it as an error of the run.
test('a search for the events of a target that fails in all of its look-ups rejects once', async () => {
  await using opened = await openTestDatabase();
  const { database } = opened;
  await sql`alter table events rename to missing_events`.execute(database);
  await expect(listEvents(database, { organizationId: 'o', target: 'bob', limit: 1 })).rejects.toThrow(/events/);
  await sql`alter table missing_events rename to events`.execute(database);
});
