import { openTestScimServer, type TestScimServer } from '#scim-server/scim-server.fixture.ts';
import { setup } from '../tests/support/sqlite-setup.ts';

/** The server in this process, with its own database, as tests open it. Tests copy a database that their set-up writes; a bench has no set-up. */
export async function openInProcessServer(rules?: Parameters<typeof openTestScimServer>[0]): Promise<TestScimServer> {
  const removeTemplate = await setup();
  try {
    return await openTestScimServer(rules);
  } finally {
    removeTemplate();
  }
}
