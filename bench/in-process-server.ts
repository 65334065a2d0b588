import { openTestScimServer, type TestScimServer } from '#scim-server/scim-server.fixture.ts';
import { setup } from '../tests/support/sqlite-setup.ts';

/** Opens a server in this process with a new database, as tests do. Runs the setup that creates the database template for tests. */
export async function openInProcessServer(rules?: Parameters<typeof openTestScimServer>[0]): Promise<TestScimServer> {
  const removeTemplate = await setup();
  try {
    return await openTestScimServer(rules);
  } finally {
    removeTemplate();
  }
}
