import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../../support/browser.ts';
import { consoleOverlays, openOverlay } from '../../support/console-overlays.ts';
import { createConsoleSamples, namedSamples } from '../../support/console-samples.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { goTo } from './on-page.ts';

const names = consoleOverlays(namedSamples).map(({ name }) => name);

/** Returns the focused element in words, for the message of a test that fails. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return `${element?.tagName} ${element?.getAttribute('aria-label') ?? element?.textContent.slice(0, 40)}`;
  });

describe.skipIf(skipWithout(browserUnavailableReason()))('what opens above a page', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let overlays: ReturnType<typeof consoleOverlays>;
  beforeAll(async () => {
    served = await startConsole();
    overlays = consoleOverlays(await createConsoleSamples(served.server));
    opened = await served.open();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test.for(names)('%s: takes the focus, keeps it, is closed by Escape, and returns the focus', async (name) => {
    const { page } = opened;
    const { path, overlay } = overlays.find((one) => one.name === name) ?? expect.fail(name);
    await goTo(page, path);
    const above = await openOverlay(page, overlay);
    const hasFocus = () => above.evaluate((element) => element.contains(document.activeElement));
    await expect.poll(hasFocus).toBe(true);
    for (const key of ['Tab', 'Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab']) {
      await page.keyboard.press(key);
      // A menu is left with Tab, a dialog is not.
      if ((await above.count()) > 0) expect(await hasFocus(), `${key}: ${await focused(page)}`).toBe(true);
    }
    await page.keyboard.press('Escape');
    await above.waitFor({ state: 'detached' });
    const origin = (overlay.menu ?? overlay.origin)(page);
    const isFocused = () => origin.evaluate((element) => element === document.activeElement);
    await expect.poll(isFocused, { message: await focused(page) }).toBe(true);
    expect(opened.errors).toEqual([]);
  });
});
