import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PASSWORD, startConsole, type TestConsole } from '../tests/support/browser.ts';
import { showState } from '../tests/support/console-pages.ts';
import { consoleStates } from '../tests/support/console-states.ts';
import type { ConsoleState } from '../tests/support/console-steps.ts';
import { openMailServer } from '../tests/support/mail-server.ts';
import { portalStates, showPortalState } from '../tests/support/portal-states.ts';
import { openSampleClock } from './sample-tenant/sample-clock.ts';
import { provisionSampleTenant, SAMPLE_START_MS } from './sample-tenant/sample-tenant.ts';

/**
 * Renders every page of the console and the portal, and their states, in both themes on a screen and on a phone, into a folder that git ignores. The pages
 * show a sample company of some two hundred people.
 *
 * Usage: `npm run screenshots`, or `npm run screenshots -- --only groups --theme dark --width 390 --out /tmp/pictures --path /people?search=ann`
 */
const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    only: { type: 'string' },
    theme: { type: 'string' },
    width: { type: 'string' },
    path: { type: 'string', multiple: true },
  },
});
const folder = values.out ?? fileURLToPath(new URL('../dist/screenshots', import.meta.url));
const themes = (['light', 'dark'] as const).filter((theme) => theme === (values.theme ?? theme));
const PHONE_WIDTH = 390;
const widths = ([1_440, PHONE_WIDTH] as const).filter((width) => String(width) === (values.width ?? String(width)));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
using clock = openSampleClock(SAMPLE_START_MS);
await using mail = await openMailServer();
await using served = await startConsole({ ...clock.environment, TANHUA_SMTP_URL: mail.url('?ignoreTLS=true') });
const ids = await provisionSampleTenant(served.server, clock, mail);
const only = new RegExp(values.only ?? '');
const pages: readonly ConsoleState[] = [
  ...consoleStates(ids).filter(({ name }) => only.test(name)),
  ...(values.path ?? []).map((path) => ({ name: path, path })),
];
for (const theme of themes) {
  for (const width of widths) {
    await draw(served, theme, width);
    await drawPortal(served, theme, width);
  }
}
console.log(`The pictures are in ${folder}`);

/** Draws all pages, those of one role in one window. */
async function draw(
  { open }: TestConsole,
  theme: (typeof themes)[number],
  width: (typeof widths)[number],
): Promise<void> {
  await using signedOut = await open({ role: null, theme, width });
  await signedOut.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await signedOut.page.screenshot({ path: join(folder, `sign-in-${theme}-${width}.png`) });
  for (const [role, shown] of Map.groupBy(pages, (page) => page.role)) {
    await using opened = await open({ ...(role !== undefined && { role }), theme, width });
    for (const page of shown) {
      if (page.isWide === true && width === PHONE_WIDTH) continue;
      try {
        await showState(opened, page);
      } catch (error) {
        console.error(`${page.name} was not shown: ${String(error)}`);
        process.exitCode = 1;
      }
      const path = join(folder, `${fileName(page.name)}-${theme}-${width}.png`);
      await opened.page.screenshot({
        path,
        fullPage: width === PHONE_WIDTH && page.show === undefined && page.overlay === undefined,
      });
    }
    for (const error of opened.errors) console.error(`An error on a page: ${error}`);
  }
}

/** Draws the pages of the portal, as Ann sees them. */
async function drawPortal(
  { open }: TestConsole,
  theme: (typeof themes)[number],
  width: (typeof widths)[number],
): Promise<void> {
  const shown = portalStates.filter(({ name }) => only.test(`portal ${name}`));
  if (shown.length === 0) return;
  await using opened = await open({ role: null, root: '/portal', theme, width });
  const { page, context, settle } = opened;
  await context.request.post('/api/portal/sign-in', { data: { username: 'ann.meier', password: PASSWORD } });
  for (const state of shown) {
    await showPortalState(page, state);
    await settle();
    const path = join(folder, `${fileName(`portal ${state.name}`)}-${theme}-${width}.png`);
    await page.screenshot({ path, fullPage: true });
  }
}

function fileName(name: string): string {
  return name === '*' ? 'unknown' : name.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '');
}
