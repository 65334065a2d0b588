import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../../support/browser.ts';
import { scimClient } from '../../support/http-client.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { openAfresh } from './on-page.ts';

const main = (page: Page) => page.getByRole('main');

describe.skipIf(skipWithout(browserUnavailableReason()))('a new directory', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  beforeAll(async () => {
    served = await startConsole();
    opened = await served.open();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test.for([
    ['/people', 'The directory has no people yet', 'Connect a source'],
    ['/people?presence=refused', 'No one is refused at this time.', 'Show the people who are here'],
    ['/people?search=ann', 'No person matches “ann”', 'See why this name is missing'],
    ['/people?state=SUSPENDED', 'No person matches these filters.', 'Clear filters'],
    ['/groups', 'No group is here yet', 'Connect a source'],
    ['/groups?search=eng', 'No group has a name that begins with “eng”.', 'Clear the search and the filter'],
    ['/sources/Entra ID/requests', 'No request has arrived from this source', 'Go to Set-up'],
    ['/events?outcome=refused', 'No event matches this filter', 'Clear filters'],
  ] as const)('says at %s that "%s", with what to do: %s', async ([path, why, action]) => {
    const { page, settle } = opened;
    await openAfresh(page, path);
    await settle();
    await main(page).getByText(why).first().waitFor();
    const control = main(page)
      .getByRole('link', { name: action })
      .or(main(page).getByRole('button', { name: action }))
      .first();
    await control.click();
    await settle();
    expect(await main(page).getByText(why).count(), 'the action leads away from the empty page').toBe(0);
    expect(opened.errors).toEqual([]);
  });

  test('has one person, one group and one request in words that fit one', async () => {
    const { page, settle } = opened;
    const entra = scimClient(served.server.scimUrl, served.server.started['secretToken'] ?? '');
    const emails = [{ type: 'work', primary: true, value: 'ann@contoso.example' }];
    await entra.post('/Users', { userName: 'ann', displayName: 'Ann Meier', active: true, emails });
    for (const [path, text] of [
      ['/people', '1 here'],
      ['/people', '1–1 of 1'],
      ['/sources', '1 source sends'],
      ['/sources', '1 request'],
      ['/sources', '1 person'],
      ['/sources', '0 groups'],
      ['/groups', '0 groups'],
    ] as const) {
      await openAfresh(page, path);
      await settle();
      await expect.poll(() => main(page).textContent(), { message: path }).toContain(text);
    }
    await openAfresh(page, '/people');
    await page.getByRole('checkbox', { name: 'Select Ann Meier' }).check();
    await page.getByText('1 person selected').waitFor();
    await page.getByRole('button', { name: 'Suspend…' }).click();
    await page.getByRole('dialog', { name: 'Suspend 1 person' }).waitFor();
    await page.keyboard.press('Escape');
  });
});
