import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  browserUnavailableReason,
  FIRST_ADMINISTRATOR,
  PASSWORD,
  startConsole,
  type TestConsole,
} from '../../support/browser.ts';
import { createConsoleSamples } from '../../support/console-samples.ts';
import { skipWithout } from '../../support/skip-without.ts';

const PRESSES_MAX = 80;

/** Presses Tab until the control has the focus, as a reader without a pointer does. */
async function tabTo(page: Page, role: Parameters<Page['getByRole']>[0], name: string | RegExp): Promise<void> {
  const control = page.getByRole(role, { name }).first();
  await control.waitFor();
  for (let presses = 0; presses < PRESSES_MAX; presses += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${String(name)} was not reached with Tab on ${page.url()}`);
}

async function press(page: Page, role: Parameters<Page['getByRole']>[0], name: string | RegExp): Promise<void> {
  await tabTo(page, role, name);
  await page.keyboard.press('Enter');
}

/** Finds something with the palette, and opens it. */
async function find(page: Page, text: string, name: RegExp): Promise<void> {
  await page.keyboard.press('Control+k');
  const isFocused = () => page.getByRole('combobox').evaluate((field) => field === document.activeElement);
  await expect.poll(isFocused).toBe(true);
  await page.keyboard.type(text);
  // The one that Enter opens: before the whole text is found, it can be another.
  await page.getByRole('option', { name, selected: true }).waitFor();
  await page.keyboard.press('Enter');
}

describe.skipIf(skipWithout(browserUnavailableReason()))('with the keyboard alone, an administrator', () => {
  let served: TestConsole;
  let page: Page;
  beforeAll(async () => {
    served = await startConsole();
    await createConsoleSamples(served.server);
    ({ page } = await served.open({ role: null }));
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test('signs in, searches a refused person, opens the person, replays the request, and sees the rule', async () => {
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await tabTo(page, 'textbox', 'Email');
    await page.keyboard.type(FIRST_ADMINISTRATOR);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Places' }).waitFor();

    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
    await page.getByRole('grid').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('bob');
    await page.getByRole('row', { name: /Bob Moser.*not here/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Bob Moser is not here', level: 1 }).waitFor();

    await press(page, 'button', 'Replay without writing');
    await page.getByText('Nothing was changed, and no email was sent.').waitFor();
    // The page of the rule opens with the value that accepts the person, which is not saved yet.
    await press(page, 'link', /^Change the rule/);
    await page.getByRole('navigation', { name: 'Pages of Entra ID' }).waitFor();
    await page.getByText(/^1 person would be decided differently/).waitFor();
    await press(page, 'button', /^Save/);
    await page.getByText(/^Saved\. The rules apply/).waitFor();
    // As Alt and the left arrow do in a window.
    await page.goBack();
    await page.getByRole('heading', { name: 'Bob Moser is not here', level: 1 }).waitFor();
    await press(page, 'button', 'Replay without writing');
    await page.getByText('The directory would create bob.moser.').waitFor();
  });

  test('suspends a person and activates the person again', async () => {
    await find(page, 'lin', /^Lin Wu/);
    await page.getByRole('heading', { name: 'Lin Wu', level: 1 }).waitFor();
    await press(page, 'button', 'Suspend…');
    await page.getByRole('dialog', { name: 'Suspend Lin Wu' }).waitFor();
    await press(page, 'button', 'Suspend Lin Wu');
    await page.getByText('May not sign in, because the account is suspended.').waitFor();
    await press(page, 'button', 'Activate…');
    await page.getByRole('dialog', { name: 'Activate Lin Wu' }).waitFor();
    await press(page, 'button', 'Activate Lin Wu');
    await page.getByRole('button', { name: 'Suspend…' }).waitFor();
  });

  test('adds a person to a group', async () => {
    await find(page, 'night', /^Night shift/);
    await page.getByRole('heading', { name: 'Night shift', level: 1 }).waitFor();
    await press(page, 'button', 'Add a member…');
    await tabTo(page, 'searchbox', 'Search people and groups');
    await page.keyboard.type('ann');
    await press(page, 'button', /^Ann Meier/);
    await page.getByText('Ann Meier is a member now.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('row', { name: /Ann Meier/ }).waitFor();
  });
});
