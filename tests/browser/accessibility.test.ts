import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '#admins/roles.ts';
import { browserUnavailableReason, startConsole, type TestConsole } from '../support/browser.ts';
import { consolePages, createSamples, findIds, showConsolePage } from '../support/console-pages.ts';
import { skipWithout } from '../support/skip-without.ts';

/** The themes, each with the rules to check: only colors depend on the theme. Undefined: all. */
const themes = [
  ['light', undefined],
  ['dark', ['color-contrast', 'link-in-text-block']],
] as const;
const parameters = ['person', 'group', 'source', 'newSource', 'refused', 'deleted', 'exchange', 'event'];
const names = consolePages(Object.fromEntries(parameters.map((name) => [name, name]))).map(({ name }) => name);

/** Returns what axe reports about the page, in one line for each rule and element. */
async function faultsOf(page: Page, rules: readonly string[] | undefined): Promise<readonly string[]> {
  await page.evaluate(() => document.fonts.ready);
  // The console has no frames. In its other mode, axe opens another page for each result.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules === undefined ? axe : axe.withRules([...rules])).analyze();
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
    ids = { ...samples, ...(await findIds(server)) };
  });
  afterAll(() => served[Symbol.asyncDispose]());

  /** The window of each role, which shows one page at a time. */
  const windows = new Map<Role | undefined, ReturnType<TestConsole['open']>>();
  const windowOf = (role: Role | undefined) => {
    const window = windows.get(role) ?? served.open({ ...(role !== undefined && { role }) });
    windows.set(role, window);
    return window;
  };

  /** Checks the page in both themes: it follows the theme of the system. */
  async function expectNoFaults(page: Page): Promise<void> {
    for (const [theme, rules] of themes) {
      await page.emulateMedia({ colorScheme: theme });
      expect(await faultsOf(page, rules), theme).toEqual([]);
    }
  }

  test.for(names)('reports nothing on the page %s in either theme', async (name) => {
    const shown = consolePages(ids).find((one) => one.name === name) ?? expect.fail(`${name} is not a page`);
    const opened = await windowOf(shown.role);
    const before = opened.errors.length;
    await showConsolePage(opened, shown);
    await expectNoFaults(opened.page);
    expect(opened.errors.slice(before)).toEqual([]);
  });

  test('reports nothing on the sign-in', async () => {
    await using opened = await served.open({ role: null });
    await opened.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expectNoFaults(opened.page);
  });

  test('reports nothing on the empty pages of a new directory', async () => {
    await using fresh = await startConsole();
    await using first = await fresh.open();
    for (const path of ['/', '/people', '/people?presence=refused', '/groups', '/sources', '/events']) {
      await first.page.goto(`/console${path}`);
      await first.settle();
      await expectNoFaults(first.page);
    }
    expect(first.errors).toEqual([]);
  });
});
