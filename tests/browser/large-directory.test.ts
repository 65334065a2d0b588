import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LARGE_GROUP, openConsoleDirectory, type ConsoleDirectory } from '../../bench/console-directory.ts';
import { BENCH_KEY, BENCH_PASSWORD } from '../../bench/served-directory.ts';
import { browserUnavailableReason, FIRST_ADMINISTRATOR, launchBrowser, signIn } from '../support/browser.ts';
import { call } from '../support/http-client.ts';
import { skipWithout } from '../support/skip-without.ts';

const PEOPLE = 100_000;
/** The time that a test waits for an element. It passes as a whole only if the element never appears. */
const WAIT_MAX_MS = 120_000;
const number = (value: number) => value.toLocaleString('en');

describe.skipIf(skipWithout(browserUnavailableReason()))('a directory of 100,000 people in the console', () => {
  let directory: ConsoleDirectory;
  let browser: Browser;
  let context: BrowserContext;
  /** The errors that no page caught. */
  const errors: string[] = [];
  beforeAll(async () => {
    directory = await openConsoleDirectory(PEOPLE);
    browser = await launchBrowser();
    const baseURL = `http://localhost:${new URL(directory.url).port}`;
    context = await browser.newContext({ baseURL, viewport: { width: 1_440, height: 900 } });
    context.setDefaultTimeout(WAIT_MAX_MS);
    context.on('weberror', (failed) => errors.push(failed.error().message));
    const page = await context.newPage();
    await page.goto('/console');
    await signIn(page, FIRST_ADMINISTRATOR, BENCH_PASSWORD);
    await page.getByRole('navigation', { name: 'Places' }).waitFor();
    await page.close();
  });
  const expectNoErrors = () => expect(errors).toEqual([]);
  afterEach(expectNoErrors);
  afterAll(async () => {
    await browser.close();
    await directory[Symbol.asyncDispose]();
  });

  const open = async (path: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`/console${path}`);
    return page;
  };
  const get = async (path: string) =>
    (await call(`${directory.url}${path}`, { method: 'GET', headers: { 'x-api-key': BENCH_KEY } })).body;
  const totalOf = async (query: string): Promise<number> => (await get(`/api/people?limit=1&${query}`)).total;
  /** Waits for the row at a position, counted from 1, with its person. */
  const rowAt = async (page: Page, position: number) =>
    await page.locator(`[role="row"][aria-rowindex="${position + 1}"]:not([aria-busy])`).waitFor();
  const waitForTotal = async (page: Page, total: number) =>
    await expect
      .poll(() => page.getByRole('grid').getAttribute('aria-rowcount'), { timeout: WAIT_MAX_MS })
      .toBe(String(total + 1));

  test('has its total at once, and is scrolled to the end, sorted, searched and filtered', async () => {
    const page = await open('/people');
    await rowAt(page, 1);
    await waitForTotal(page, PEOPLE);
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await rowAt(page, PEOPLE);
    await page.keyboard.press('Home');
    await rowAt(page, 1);
    await page.getByRole('button', { name: 'Sort by Department' }).click();
    await page
      .getByRole('row', { name: /Customer Service/ })
      .first()
      .waitFor();
    await page.getByRole('searchbox', { name: 'Search people' }).fill('accountant');
    await waitForTotal(page, await totalOf('search=accountant'));
    await page.goto('/console/people?search=accountant&state=SUSPENDED&department=finance');
    await waitForTotal(page, await totalOf('search=accountant&state=SUSPENDED&department=finance'));
    await page.close();
  });

  test('is exported completely: the file has all matches', async () => {
    const page = await open('/people?state=SUSPENDED&sort=userName');
    await waitForTotal(page, PEOPLE / 10);
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export' }).click();
    const download = await downloading;
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(PEOPLE / 10 + 1);
    expect(new Set(lines).size).toBe(lines.length);
    await page.close();
  });

  test('is changed by a selection across pages: it says whom, and can be stopped and continued', async () => {
    const query = 'search=accountant&state=SUSPENDED&department=finance';
    const total = await totalOf(query);
    expect(total).toBeGreaterThan(100);
    const page = await open(`/people?${query}`);
    await waitForTotal(page, total);
    await page.getByRole('checkbox', { name: `Select all ${number(total)} matches` }).check();
    const bar = page.getByRole('region', { name: 'Actions for the selected people' });
    await bar.getByText(`${number(total)} people selected`).waitFor();
    await bar.getByRole('button', { name: 'Expire passwords…' }).click();
    const expire = page.getByRole('dialog');
    await expire.getByRole('list', { name: 'People who stay as they are' }).getByText('not set a password').waitFor();
    expect(await expire.getByRole('button', { name: 'Expire 0 passwords' }).isDisabled()).toBe(true);
    await expire.getByRole('button', { name: 'Cancel' }).click();

    // The second part is answered after the administrator has clicked Stop.
    const stop = page.getByRole('button', { name: 'Stop' });
    let parts = 0;
    await page.route('**/api/people/actions', async (route) => {
      parts += 1;
      if (parts === 1) await stop.click();
      await route.continue();
    });
    await bar.getByRole('button', { name: 'Activate…' }).click();
    const dialog = page.getByRole('dialog', { name: `Activate ${number(total)} people` });
    await dialog.getByText(/and \d+ others/).waitFor();
    await dialog.getByRole('button', { name: `Activate ${number(total)} people` }).click();
    await dialog.getByText(`100 done. Stopped: ${number(total - 100)} people were not reached`).waitFor();
    expect(await totalOf(query)).toBe(total - 100);
    expect(parts).toBe(1);
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.unroute('**/api/people/actions');
    await page.close();
  });

  test('has a group of all people, which is opened, scrolled to the end, searched and emptied in part', async () => {
    const page = await open(`/groups/${LARGE_GROUP}`);
    await rowAt(page, 1);
    await waitForTotal(page, PEOPLE);
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await rowAt(page, PEOPLE);
    const query = 'search=accountant&state=SUSPENDED&department=finance';
    const total = await totalOf(query);
    expect(total).toBeGreaterThan(0);
    await page.goto(`/console/groups/${LARGE_GROUP}?${query}`);
    await waitForTotal(page, total);
    await page.getByRole('checkbox', { name: `Select all ${number(total)} matches` }).check();
    await page.getByRole('button', { name: `Remove ${number(total)} people from the group…` }).click();
    const dialog = page.getByRole('dialog', { name: new RegExp(`^Remove ${number(total)} people from`) });
    await dialog.getByText(/ and [\d,]+ others\.$/).waitFor();
    await dialog.getByText('This cannot be undone in one step').waitFor();
    await dialog.getByRole('button', { name: `Remove ${number(total)} people from the group` }).click();
    await dialog.getByText(`${number(total)} done.`).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByText('No person matches').first().waitFor();
    expect((await get(`/api/groups/${LARGE_GROUP}`)).members.users).toBe(PEOPLE - total);
    await page.goto(`/console/groups/${LARGE_GROUP}`);
    await waitForTotal(page, PEOPLE - total);
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await rowAt(page, PEOPLE - total);
    await page.close();
  });
});
