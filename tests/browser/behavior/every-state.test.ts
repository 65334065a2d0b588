import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '#admins/roles.ts';
import { browserUnavailableReason, startConsole, type TestConsole } from '../../support/browser.ts';
import { showState } from '../../support/console-pages.ts';
import { createConsoleSamples, namedSamples, type ConsoleSamples } from '../../support/console-samples.ts';
import { addressedStates, consoleStates } from '../../support/console-states.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { axeFaults } from './axe-faults.ts';
import { layoutFaults, lengthenTexts } from './on-page.ts';
import { CONTROLS_MAX, readTabStops } from './tab-stops.ts';

/** What opens above a page has its own tests. */
const statesOf = (samples: ConsoleSamples) => consoleStates(samples).filter(({ overlay }) => overlay === undefined);
const names = statesOf(namedSamples).map(({ name }) => name);
/** Those that only need to be opened. The others look like one of them, but for a few parts. */
const addressed = new Set(addressedStates(namedSamples).map(({ name }) => name));
const WIDTH = 1_440;
const HEIGHT = 900;
/** The side bar. */
const FRAME = 'section[aria-label="Tanhua"]';
/** From the smallest phone (also a page at 400 %) over half a laptop (a page at 200 %) to 4K. */
const widths = [320, 390, 640, 761, 1_024, WIDTH, 3_840] as const;
/** Where the columns of a page change. */
const widthsOfLongTexts = [320, 761, 961, WIDTH] as const;

/** Each state is shown once, and looked at in several ways, because showing it takes most of the time. */
describe.skipIf(skipWithout(browserUnavailableReason()))('the page', () => {
  let served: TestConsole;
  let states: ReturnType<typeof statesOf>;
  const requested = new Set<string>();
  beforeAll(async () => {
    served = await startConsole();
    states = statesOf(await createConsoleSamples(served.server));
  });
  afterAll(() => served[Symbol.asyncDispose]());

  /** The windows whose frame was looked at with their first page. */
  const knownFrames = new WeakSet<Page>();
  /** The window of each role, which shows one page at a time. */
  const windows = new Map<Role | undefined, ReturnType<TestConsole['open']>>();
  const windowOf = (role: Role | undefined) => {
    const window = windows.get(role) ?? openWindow(role);
    windows.set(role, window);
    return window;
  };
  const openWindow = async (role: Role | undefined) => {
    const opened = await served.open({ ...(role !== undefined && { role }) });
    opened.context.on('request', (request) => requested.add(request.url()));
    return opened;
  };

  /** Returns what is wrong with the page in each width of the window, which has its first width again afterward. */
  async function faultsInWindows(page: Page, tried: readonly number[]): Promise<readonly string[]> {
    const faults: string[] = [];
    for (const width of tried) {
      await page.setViewportSize({ width, height: HEIGHT });
      faults.push(...(await layoutFaults(page)).map((fault) => `at ${width} px: ${fault}`));
    }
    await page.setViewportSize({ width: WIDTH, height: HEIGHT });
    return faults;
  }

  async function faultsOfLongTexts(page: Page): Promise<readonly string[]> {
    const bringBack = await lengthenTexts(page);
    const faults = await faultsInWindows(page, widthsOfLongTexts);
    await bringBack();
    return faults;
  }

  /** Asserts that the keys are listed, and that the focus returns. */
  async function expectKeys(page: Page): Promise<void> {
    const main = page.getByRole('main');
    const origin = main.getByRole('link').or(main.getByRole('button')).first();
    await origin.focus();
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await keys.waitFor();
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'detached' });
    await expect.poll(() => origin.evaluate((element) => element === document.activeElement)).toBe(true);
  }

  test.for(names)(
    '%s: axe reports nothing in either theme; if it has an address, it fits every window and Tab reaches every control',
    async (name) => {
      const state = states.find((one) => one.name === name) ?? expect.fail(`${name} is not a page`);
      const opened = await windowOf(state.role);
      const { page } = opened;
      const before = opened.errors.length;
      await showState(opened, state);
      const isFrameKnown = knownFrames.has(page);
      knownFrames.add(page);
      expect(await axeFaults(page, undefined, isFrameKnown ? FRAME : undefined)).toEqual([]);
      if (addressed.has(name)) {
        expect(await page.getByRole('heading', { level: 1 }).count(), 'headings of the page').toBe(1);
        expect(await page.title()).toMatch(/ · Tanhua$/);
        expect(await faultsInWindows(page, widths)).toEqual([]);
        expect(await faultsOfLongTexts(page), 'with texts that are 40 % longer').toEqual([]);
        // An empty page has no control that other pages lack.
        if (state.isEmpty !== true) {
          const { controls, faults } = await readTabStops(page, isFrameKnown);
          expect(faults).toEqual([]);
          expect(controls).toBeGreaterThan(isFrameKnown ? 0 : 5);
          expect(controls).toBeLessThan(CONTROLS_MAX);
          await expectKeys(page);
        }
      }
      expect(opened.errors.slice(before)).toEqual([]);
    },
  );

  test('loads nothing from another server, and has no style or script in its document', async () => {
    expect(requested.size).toBeGreaterThan(names.length);
    for (const url of requested) expect(new URL(url).origin, url).toBe(served.origin);
    const { context } = await windowOf(undefined);
    const html = await (await context.request.get('/console/people')).text();
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|https?:/);
  });

  test('of the sign-in: axe reports nothing', async () => {
    await using opened = await served.open({ role: null });
    await opened.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await axeFaults(opened.page)).toEqual([]);
  });

  test('of a new directory, which is empty: axe reports nothing', async () => {
    await using fresh = await startConsole();
    await using first = await fresh.open();
    for (const path of ['/', '/people', '/people?presence=refused', '/groups', '/sources', '/events']) {
      await showState(first, { name: path, path });
      expect(await axeFaults(first.page), path).toEqual([]);
    }
    expect(first.errors).toEqual([]);
  });
});
