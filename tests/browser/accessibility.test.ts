import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type TestConsole } from '../support/browser.ts';
import { consolePages, createSamples } from '../support/console-pages.ts';
import { skipWithout } from '../support/skip-without.ts';

const themes = ['light', 'dark'] as const;
const parameters = ['person', 'group', 'source'];
const names = consolePages(Object.fromEntries(parameters.map((name) => [name, name]))).map(({ name }) => name);

/** Returns what axe reports about the page, in one line for each rule and element. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(() => document.fonts.ready);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

describe.skipIf(skipWithout(browserUnavailableReason()))('axe', () => {
  let served: TestConsole;
  let ids: Readonly<Record<string, string>>;
  beforeAll(async () => {
    served = await startConsole();
    const { server } = served;
    const samples = await createSamples(server.scimUrl, server.started['secretToken'] ?? '');
    const sources = JSON.parse((await server.cli('integration', 'list', '--json')).stdout) as { readonly id: string }[];
    ids = { ...samples, source: sources[0]?.id ?? '' };
  });
  afterAll(() => served[Symbol.asyncDispose]());

  /** Checks the page in both themes: it follows the theme of the system. */
  async function expectNoFaults(page: Page): Promise<void> {
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme });
      expect(await faultsOf(page), theme).toEqual([]);
    }
  }

  test.for(names)('reports nothing on the page %s in either theme', async (name) => {
    const { path } = consolePages(ids).find((one) => one.name === name) ?? expect.fail(`${name} is not a page`);
    await using opened = await served.open({ path });
    await opened.page.getByRole('heading', { level: 1 }).first().waitFor();
    await opened.settle();
    await expectNoFaults(opened.page);
    expect(opened.errors).toEqual([]);
  });

  test('reports nothing on the sign-in', async () => {
    await using opened = await served.open({ role: null });
    await opened.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expectNoFaults(opened.page);
  });

  test('reports nothing in the palette, the list of keys and the menu of the account', async () => {
    await using opened = await served.open();
    const { page } = opened;
    await page.getByRole('button', { name: 'Find anyone' }).click();
    await page.getByRole('combobox').fill('ann');
    await page.getByRole('option', { name: /^Ann Meier/ }).waitFor();
    await expectNoFaults(page);
    await page.keyboard.press('Escape');
    await page.getByRole('combobox').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await expectNoFaults(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Account and preferences' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await expectNoFaults(page);
    expect(opened.errors).toEqual([]);
  });
});
