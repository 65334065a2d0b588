import type { Page } from '@playwright/test';

/** More than any page has. */
export const CONTROLS_MAX = 400;

/** What Tab does on a page. */
export interface TabStops {
  /** The number of controls that a pointer can use, without those of the rows of a grid. */
  readonly controls: number;
  /** The controls that Tab does not reach, and those that are not marked while they have the focus. */
  readonly faults: readonly string[];
}

/**
 * Presses Tab once for each control of a page, beginning at its first.
 *
 * @param skipsFrame whether to follow the link that skips the frame, so that only the controls of the place are reached
 */
export async function readTabStops(page: Page, skipsFrame: boolean): Promise<TabStops> {
  const controls = await markControls(page, skipsFrame ? '#page' : 'body');
  const noted = await noteFocus(page);
  await page.getByRole('link', { name: 'Skip to the page' }).focus();
  if (skipsFrame) await page.keyboard.press('Enter');
  for (let presses = 0; presses < Math.min(controls, CONTROLS_MAX); presses += 1) await page.keyboard.press('Tab');
  const faults = await noted.evaluate((one) => {
    one.end.abort();
    return one.faults;
  });
  return { controls, faults: [...faults, ...(await notReached(page))] };
}

/** Marks every control of a part of the page that a pointer can use. Those of a row of a grid are used with the keys of the grid. */
const markControls = (page: Page, part: string) =>
  page.evaluate((selector) => {
    const controls = [
      ...(document
        .querySelector(selector)
        ?.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]') ?? []),
    ].filter(
      (element) =>
        element.checkVisibility({ visibilityProperty: true }) &&
        !element.matches(':disabled') &&
        (element.closest('[role="grid"]') === null || element.matches('[role="grid"]')),
    );
    for (const control of controls) control.setAttribute('data-control', 'not reached');
    return controls.length;
  }, part);

/** Notes each control that the focus reaches from now on, and what is wrong with it. */
const noteFocus = (page: Page) =>
  page.evaluateHandle(() => {
    const faults: string[] = [];
    const end = new AbortController();
    const note = ({ target }: FocusEvent) => {
      // The place itself is where the link that skips the frame leads.
      if (!(target instanceof Element) || target.matches('main')) return;
      if (target.getAttribute('data-control') === 'reached') return;
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
