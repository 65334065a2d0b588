import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../../support/browser.ts';
import { consoleRoutes } from '../../support/console-pages.ts';
import { createConsoleSamples, namedSamples } from '../../support/console-samples.ts';
import { sourceTabs } from '../../support/console-states.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { installHold, openHeld } from './hold-answers.ts';

/** The pages that read something, apart from the address that does not exist and the source, which opens one of its tabs. */
const statesOf = (ids: Readonly<Record<string, string>>) => [
  ...consoleRoutes(ids).filter(({ name }) => name !== '*' && !name.startsWith('sources/')),
  ...sourceTabs
    .filter((tab) => tab !== 'attributes' && tab !== 'rules')
    .map((tab) => ({ name: tab, path: `/sources/${ids['source']}/${tab}` })),
];
const names = statesOf({ ...namedSamples }).map(({ name }) => name);
/** What pages read: the directory, without who is signed in and the live updates, and the stand-in for Entra ID. */
const REQUESTS = /\/entra\/|\/api\/(?!auth|live|organizations\/\w+(?:\?|$))/;
/** What every page reads, so that the page itself is what waits. */
const BACKGROUND = /\/api\/(?:attention|integrations)(?:\?|$)/;
/** Layout that moves by less than this is good, by Chromium's own measure of page experience. */
const SHIFT_MAX = 0.1;
/** Time for a page to show an answer. If a page needs longer, this test cannot see all that moves, but does not fail. */
const SHOWN_MS = 150;
/** Time for a click on a button that may disappear. */
const CLICK_MS = 2_000;

describe.skipIf(skipWithout(browserUnavailableReason()))('while the server is slow', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let late: OpenedPage | undefined;
  let states: ReturnType<typeof statesOf>;
  beforeAll(async () => {
    served = await startConsole();
    states = statesOf({ ...(await createConsoleSamples(served.server)) });
    opened = await served.open();
    await installHold(opened.page, REQUESTS);
    await opened.page.clock.install({ time: new Date('2030-01-01T08:00:00Z') });
    await opened.page.clock.pauseAt(new Date('2030-01-01T09:00:00Z'));
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test.for(names)('%s shows nothing at first, then a bar, then what happens and a way to cancel', async (name) => {
    const { page } = opened;
    const { path } = states.find((one) => one.name === name) ?? expect.fail(name);
    const isFree = name === 'home' || name === 'sources' ? /^$/ : BACKGROUND;
    // What arrives is passed on by timers of the page.
    const { release } = await openHeld(page, path, isFree, () => page.clock.runFor(10));
    const bar = page.getByRole('progressbar', { name: 'Loading' }).first();
    const slow = page.getByText('Still waiting for the server.').first();
    await expect
      .poll(async () => {
        // The timers of the bar start when its part is drawn.
        await page.clock.runFor(50);
        return await bar.count();
      })
      .toBeGreaterThan(0);
    expect(await slow.count()).toBe(0);
    // The chunk of a tab can arrive meanwhile, whose own bar then starts.
    await expect
      .poll(async () => {
        await page.clock.runFor(500);
        return await slow.count();
      })
      .toBeGreaterThan(0);
    const cancel = page.getByRole('button', { name: 'Cancel' });
    await expect
      .poll(async () => {
        // A button that disappears meanwhile is looked for again.
        if ((await cancel.count()) > 0) await cancel.first().click({ timeout: CLICK_MS });
        await page.clock.runFor(500);
        return [await page.getByText('Loading was canceled.').count(), await bar.count()];
      })
      .toEqual([1, 0]);
    await release();
    const again = page.getByRole('button', { name: 'Try again' });
    await expect
      .poll(async () => {
        // One click can bring back other parts as well, whose buttons then disappear.
        if ((await again.count()) > 0) await again.first().click({ timeout: CLICK_MS });
        await page.clock.runFor(50);
        const headings = await page.getByRole('heading', { level: 1 }).count();
        return [await bar.count(), await again.count(), headings];
      })
      .toEqual([0, 0, 1]);
  });

  test('a search keeps the previous list, with a bar that moves nothing and can be canceled', async () => {
    await using unhurried = await served.open({ path: '/people' });
    const { page, settle } = unhurried;
    await page.getByRole('row', { name: /Ann Meier/ }).waitFor();
    await settle();
    const { promise, resolve } = Promise.withResolvers<void>();
    await page.route('**/api/people?*', async (route) => {
      await promise;
      await route.continue().catch(() => undefined);
    });
    const position = () => page.getByRole('grid').boundingBox();
    const before = await position();
    await page.getByRole('searchbox', { name: 'Search people' }).fill('lin');
    await page.getByText('Still waiting for the server.').waitFor();
    expect(await position()).toEqual(before);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Loading was canceled.').waitFor();
    expect(await page.getByRole('searchbox', { name: 'Search people' }).inputValue()).toBe('lin');
    resolve();
    await page.unroute('**/api/people?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('row', { name: /Lin Wu/ }).waitFor();
    await page.getByRole('row', { name: /Ann Meier/ }).waitFor({ state: 'detached' });
  });

  /** Opens a page that adds up how far its content moves. The tests share it. */
  async function openLate(): Promise<OpenedPage> {
    if (late !== undefined) return late;
    // The width of a common laptop, where the filters have just enough room in one line.
    late = await served.open({ path: '/nothing', width: 1_280 });
    const { page } = late;
    await page.clock.install();
    await installHold(page, REQUESTS);
    await page.addInitScript(() => {
      const shifts = { sum: 0, moved: [] as string[] };
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & {
          value: number;
          sources: { node?: Element }[];
        })[]) {
          shifts.sum += entry.value;
          shifts.moved.push(
            ...entry.sources.map(({ node }) => `${entry.value.toFixed(2)} ${node?.outerHTML?.slice(0, 80)}`),
          );
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    return late;
  }

  test.for(names)('%s hardly moves when its answers arrive late', async (name) => {
    const { path } = states.find((one) => one.name === name) ?? expect.fail(name);
    const { page, settle } = await openLate();
    const { releaseBackwards } = await openHeld(page, path, /^$/, () => Promise.resolve());
    await page.getByRole('progressbar').first().waitFor();
    await releaseBackwards(SHOWN_MS);
    await settle();
    const shifts = await page.evaluate(
      () => (window as unknown as { shifts: { sum: number; moved: string[] } }).shifts,
    );
    expect(shifts.sum, shifts.moved.join('\n')).toBeLessThan(SHIFT_MAX);
  });
});
