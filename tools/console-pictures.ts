import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { graphClient } from '#entra/graph-api/client.ts';
import { startConsole, type OpenOptions, type TestConsole } from '../tests/support/browser.ts';
import { showState } from '../tests/support/console-pages.ts';
import type { ConsoleSamples } from '../tests/support/console-samples.ts';
import { all, press, seen, type ConsoleState } from '../tests/support/console-steps.ts';
import { openMailServer } from '../tests/support/mail-server.ts';
import { openSampleClock } from './sample-tenant/sample-clock.ts';
import { provisionSampleTenant, SAMPLE_START_MS } from './sample-tenant/sample-tenant.ts';

/** Draws the pictures of the console in README.md and in the guides, which show a sample company. With pngquant installed, the files are small. */

const FOLDER = 'docs/pictures';
const WIDTH = 1_200;

interface Picture extends ConsoleState {
  readonly theme: NonNullable<OpenOptions['theme']>;
  readonly height: number;
}

const openRequest = async (page: Page) => {
  const steps = page.getByRole('region', { name: 'Steps' });
  await steps.getByText('Perform action').click();
  await steps.getByText('PATCH').first().click();
  await steps.getByText('Bearer ********').waitFor();
  await steps.evaluate((element) => element.scrollIntoView());
};

function pictures({ tenant, application, tenantUser, refused, source }: ConsoleSamples): readonly Picture[] {
  const onDemand = `/rehearsal/${tenant}/applications/${application}/on-demand?object=${tenantUser}`;
  return [
    { name: 'console-home', path: '/', theme: 'light', height: 760 },
    { name: 'console-refused', path: `/people/${refused}`, theme: 'light', height: 860 },
    {
      name: 'console-rule',
      path: `/sources/${source}/rules`,
      theme: 'light',
      height: 860,
      show: all(press('radio', /also an email address/), seen(/would be decided/)),
    },
    {
      name: 'console-on-demand',
      path: onDemand,
      theme: 'dark',
      height: 860,
      show: all(press('button', /^Provision [A-Z]/), seen('Modified attributes'), openRequest),
    },
  ];
}

/** Opens a page in a new window, and draws it. */
async function draw(served: TestConsole, picture: Picture): Promise<void> {
  await using opened = await served.open({ theme: picture.theme, width: WIDTH });
  await opened.page.setViewportSize({ width: WIDTH, height: picture.height });
  await showState(opened, picture);
  await opened.settle();
  const path = join(FOLDER, `${picture.name}.png`);
  await opened.page.screenshot({ path });
  const { error } = spawnSync('pngquant', ['--force', '--strip', '--output', path, '64', path]);
  console.log(`wrote ${path}${error === undefined ? '' : ', not compressed: pngquant is not installed'}`);
}

{
  await using fresh = await startConsole();
  const show = press('link', 'Set up Entra ID');
  await draw(fresh, { name: 'console-set-up', path: '/', theme: 'light', height: 800, show });
}
using clock = openSampleClock(SAMPLE_START_MS);
await using mail = await openMailServer();
await using served = await startConsole({ ...clock.environment, TANHUA_SMTP_URL: mail.url('?ignoreTLS=true') });
const ids = await provisionSampleTenant(served.server, clock, mail);
// Provision on demand then has something to send.
const { users } = graphClient({ baseUrl: `${served.server.url}/entra/v1.0`, key: served.server.key });
await users.update(ids.tenantUser, { jobTitle: 'Head of Platform' });
for (const picture of pictures(ids)) await draw(served, picture);
