import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startConsole, type TestConsole } from '../tests/support/browser.ts';
import { consolePages } from '../tests/support/console-pages.ts';
import { findSamples, provisionSampleTenant } from '../tests/support/sample-tenant.ts';

/**
 * Renders every page of the console in both themes on a screen and on a phone, into a folder that git ignores. The pages show a sample
 * tenant of the stand-in for Entra ID.
 *
 * Usage: `npm run screenshots`, or `npm run screenshots -- --only groups --out /tmp/pictures --path /people?search=ann`
 */
const { values } = parseArgs({
  options: { out: { type: 'string' }, only: { type: 'string' }, path: { type: 'string', multiple: true } },
});
const folder = values.out ?? fileURLToPath(new URL('../dist/screenshots', import.meta.url));
const themes = ['light', 'dark'] as const;
const widths = [1_440, 390] as const;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await using served = await startConsole();
await provisionSampleTenant(served.server);
const ids = await findSamples(served.server);
const pages = [
  ...consolePages(ids).filter(({ name }) => values.only === undefined || name.includes(values.only)),
  ...(values.path ?? []).map((path) => ({ name: path, path })),
];
for (const theme of themes) for (const width of widths) await draw(served, theme, width);
console.log(`The pictures are in ${folder}`);

/** Draws all pages in one window. */
async function draw(
  { open, origin }: TestConsole,
  theme: (typeof themes)[number],
  width: (typeof widths)[number],
): Promise<void> {
  await using signedOut = await open({ role: null, theme, width });
  await signedOut.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await signedOut.page.screenshot({ path: join(folder, `sign-in-${theme}-${width}.png`) });
  await using opened = await open({ theme, width });
  const { page, errors, settle } = opened;
  for (const { name, path } of pages) {
    await page.goto(`${origin}/console${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await settle();
    await page.screenshot({ path: join(folder, `${fileName(name)}-${theme}-${width}.png`), fullPage: width === 390 });
  }
  for (const error of errors) console.error(`An error on a page: ${error}`);
}

function fileName(name: string): string {
  return name === '*' ? 'unknown' : name.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '');
}
