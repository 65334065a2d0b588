import { openTestScimServer, type TestScimServer } from '#scim-server/scim-server.fixture.ts';
import { setup } from '../tests/support/sqlite-setup.ts';

/** The server in this process, on a database of its own, as tests open it; here nothing has made the database they copy. */
export async function openInProcessServer(rules?: Parameters<typeof openTestScimServer>[0]): Promise<TestScimServer> {
  const removeTemplate = await setup();
  try {
    return await openTestScimServer(rules);
  } finally {
    removeTemplate();
  }
}
