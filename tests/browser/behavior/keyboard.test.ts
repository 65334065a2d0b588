import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../../support/browser.ts';
import { showState } from '../../support/console-pages.ts';
import { createConsoleSamples, namedSamples, type ConsoleSamples } from '../../support/console-samples.ts';
import { addressedStates } from '../../support/console-states.ts';
import { scimClient } from '../../support/http-client.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { goTo } from './on-page.ts';

const statesOf = (ids: ConsoleSamples) => addressedStates(ids).filter(({ isEmpty = false }) => !isEmpty);
const names = statesOf(namedSamples).map(({ name }) => name);
/** More than any page has. */
const CONTROLS_MAX = 400;

/** Marks every control that a pointer can use. Those of a row of a grid are used with the keys of the grid. */
const markControls = (page: Page) =>
  page.evaluate(() => {
    const controls = [
      ...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]'),
    ].filter(
      (element) =>
        element.checkVisibility({ visibilityProperty: true }) &&
        !element.matches(':disabled') &&
        (element.closest('[role="grid"]') === null || element.matches('[role="grid"]')),
    );
    for (const control of controls) control.setAttribute('data-control', 'not reached');
    return controls.length;
  });

/** Notes each control that the focus reaches from now on, and what is wrong with it. */
const noteFocus = (page: Page) =>
  page.evaluateHandle(() => {
    const faults: string[] = [];
    const end = new AbortController();
    const note = ({ target }: FocusEvent) => {
      if (!(target instanceof Element) || target.getAttribute('data-control') === 'reached') return;
      target.setAttribute('data-control', 'reached');
      const { outlineStyle, outlineWidth } = getComputedStyle(target);
      const isMarked = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
      if (!isMarked) faults.push(`no mark on the focused ${target.outerHTML.slice(0, 120)}`);
    };
    document.body.addEventListener('focusin', note, { signal: end.signal });
    return { faults, end };
  });

const notReached = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('[data-control="not reached"]')]
      // A group of radio buttons is one stop: the arrow keys move in it.
      .filter((element) => !(element instanceof HTMLInputElement && element.type === 'radio' && !element.checked))
      .map((element) => element.outerHTML.slice(0, 120)),
  );

describe.skipIf(skipWithout(browserUnavailableReason()))('with the keyboard', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let states: ReturnType<typeof statesOf>;
  beforeAll(async () => {
    served = await startConsole();
    states = statesOf(await createConsoleSamples(served.server));
    opened = await served.open();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test.for(names)('every control of the page %s is reached and marked, and ? lists the keys', async (name) => {
    const { page } = opened;
    await showState(opened, states.find((one) => one.name === name) ?? expect.fail(name));
    const controls = await markControls(page);
    expect(controls).toBeGreaterThan(5);
    expect(controls).toBeLessThan(CONTROLS_MAX);
    const noted = await noteFocus(page);
    await page.getByRole('link', { name: 'Skip to the page' }).focus();
    for (let presses = 0; presses < controls; presses += 1) await page.keyboard.press('Tab');
    const faults = await noted.evaluate((one) => {
      one.end.abort();
      return one.faults;
    });
    expect(faults).toEqual([]);
    expect(await notReached(page)).toEqual([]);

    const origin = page.getByRole('main').getByRole('link').or(page.getByRole('main').getByRole('button')).first();
    await origin.focus();
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await keys.waitFor();
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'detached' });
    await expect.poll(() => origin.evaluate((element) => element === document.activeElement)).toBe(true);
  });

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
