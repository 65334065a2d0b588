import type { Locator, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../../support/browser.ts';
import { consoleOverlays, openOverlay } from '../../support/console-overlays.ts';
import { showState } from '../../support/console-pages.ts';
import { createConsoleSamples, namedSamples } from '../../support/console-samples.ts';
import type { Overlay } from '../../support/console-steps.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { axeFaults } from './axe-faults.ts';

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

  /** Asserts that what opens takes the focus, keeps it, and returns it to the control that opened it. */
  async function expectFocus(page: Page, overlay: Overlay, look: (above: Locator) => Promise<void>): Promise<void> {
    const above = await openOverlay(page, overlay);
    const hasFocus = () => above.evaluate((element) => element.contains(document.activeElement));
    await expect.poll(hasFocus).toBe(true);
    await look(above);
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
  }

  test.for(names)(
    '%s: takes the focus, keeps it, is closed by Escape, and returns the focus; axe reports nothing in either theme',
    async (name) => {
      const { page, settle, errors } = opened;
      const { path, overlay, show } = overlays.find((one) => one.name === name) ?? expect.fail(name);
      await showState(opened, { name, path });
      // The page below has its own test.
      const look = async (above: Locator) => {
        await settle();
        expect(await axeFaults(page, above)).toEqual([]);
      };
      await expectFocus(page, overlay, async (above) => {
        if (show === undefined) await look(above);
      });
      if (show !== undefined) {
        const above = await openOverlay(page, overlay, (control) => control.click());
        await show(page);
        await look(above);
      }
      expect(errors).toEqual([]);
    },
  );
});
