import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../../support/browser.ts';
import { createConsoleSamples } from '../../support/console-samples.ts';
import { scimClient } from '../../support/http-client.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { goTo } from './on-page.ts';

describe.skipIf(skipWithout(browserUnavailableReason()))('with the keyboard', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  beforeAll(async () => {
    served = await startConsole();
    await createConsoleSamples(served.server);
    opened = await served.open();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  /** Creates a person, and waits until the page shows that something happened. */
  async function arrive(userName: string, page: Page): Promise<void> {
    const entra = scimClient(served.server.scimUrl, served.server.started['secretToken'] ?? '');
    const emails = [{ type: 'work', primary: true, value: `${userName}@contoso.example` }];
    const read = page.waitForResponse(
      (answer) => answer.url().includes('/api/') && answer.request().method() === 'GET',
    );
    await entra.post('/Users', { userName, displayName: `Arrived ${userName}`, active: true, emails });
    await read;
  }

  test.for([
    ['people', '/people', 'Columns'],
    ['groups', '/groups', 'Create a group…'],
    ['events', '/events', 'Pause'],
  ] as const)('the focus stays where it is while the data of %s is read again', async ([name, path, control]) => {
    const { page, settle } = opened;
    await goTo(page, path);
    await settle();
    const focused = page.getByRole('main').getByRole('button', { name: control });
    await focused.focus();
    await arrive(`focus.${name}`, page);
    await settle();
    expect(await focused.evaluate((element) => element === document.activeElement)).toBe(true);
    // The link of a row, and the row that the keys of the list have chosen.
    if (name === 'people') {
      await page.getByRole('grid').focus();
      await page.keyboard.press('ArrowDown');
      const chosen = () =>
        page
          .getByRole('grid')
          .evaluate((grid) => [
            document.activeElement === grid,
            document.querySelector('[data-active="true"] a')?.textContent,
          ]);
      const before = await chosen();
      await arrive('focus.row', page);
      await settle();
      expect(await chosen()).toEqual(before);
    }
  });

  test('the focus returns to the page when the focused control disappears', async () => {
    const { page, settle } = opened;
    await goTo(page, '/people?state=SUSPENDED');
    await settle();
    await page.getByRole('main').getByRole('button', { name: 'Clear filters' }).first().press('Enter');
    await page.getByRole('grid').waitFor();
    await settle();
    expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
  });
});
