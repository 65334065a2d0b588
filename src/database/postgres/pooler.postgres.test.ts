import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { findDirectoryFaults } from '../../../tests/support/directory-faults.ts';
import { startPgBouncer, pgBouncerUnavailableReason } from '../../../tests/support/pgbouncer.ts';
import { skipWithout } from '../../../tests/support/skip-without.ts';
import { portOfServer } from '../../../tests/support/template-database.ts';
import { runFuzz } from '#scim-server/run-fuzz.fixture.ts';
import { openTestScimServer } from '#scim-server/scim-server.fixture.ts';
import { scopeTo } from '../database.ts';

const REQUESTS = 500;
const AT_ONCE = 40;

test.skipIf(skipWithout(pgBouncerUnavailableReason()))(
  'the SCIM server works behind PgBouncer in transaction mode, where each transaction may use another connection',
  async () => {
    await using pooler = await startPgBouncer(portOfServer());
    await using server = await openTestScimServer('standard', { engine: 'postgres', poolerPort: pooler.port });
    const { faults, deps } = await runFuzz(server, { requests: REQUESTS, seed: 20_260_106 });
    expect(faults).toEqual([]);
    expect(await findDirectoryFaults(deps)).toEqual([]);
    // The test runs many concurrent statements, so that each one uses whichever server connection is free.
    const { organizationId } = server.directory.caller.origin;
    const seen = await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, number) => {
        const database = scopeTo(deps.database, number % 2 === 0 ? organizationId : 'nobody');
        const { rows } = await sql<{ count: number }>`select count(*) as count from integrations`.execute(database);
        return rows[0]?.count;
      }),
    );
    expect(seen).toEqual(Array.from({ length: AT_ONCE }, (_, number) => (number % 2 === 0 ? 1 : 0)));
  },
);
