import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../../support/browser.ts';
import { showState } from '../../support/console-pages.ts';
import { createConsoleSamples, namedSamples } from '../../support/console-samples.ts';
import { addressedStates } from '../../support/console-states.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { layoutFaults } from './on-page.ts';

const names = addressedStates(namedSamples).map(({ name }) => name);
/** From the smallest phone (also a page at 400 %) over half a laptop (a page at 200 %) to 4K. */
const widths = [320, 390, 640, 761, 1_024, 1_440, 3_840] as const;

describe.skipIf(skipWithout(browserUnavailableReason()))('the page', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let states: ReturnType<typeof addressedStates>;
  const requested = new Set<string>();
  beforeAll(async () => {
    served = await startConsole();
    states = addressedStates(await createConsoleSamples(served.server));
    opened = await served.open();
    opened.context.on('request', (request) => requested.add(request.url()));
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test.for(names)('%s fits every window from 320 px to 4K, and names each text that it cuts off', async (name) => {
    const { page, errors } = opened;
    await page.setViewportSize({ width: widths[0], height: 900 });
    await showState(opened, states.find((one) => one.name === name) ?? expect.fail(name));
    const faults: string[] = [];
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      faults.push(...(await layoutFaults(page)).map((fault) => `at ${width} px: ${fault}`));
    }
    expect(faults).toEqual([]);
    expect(await page.getByRole('heading', { level: 1 }).count(), 'headings of the page').toBe(1);
    expect(await page.title()).toMatch(/ · Tanhua$/);
    expect(errors).toEqual([]);
  });

  test('loads nothing from another server, and has no style or script in its document', async () => {
    expect(requested.size).toBeGreaterThan(names.length);
    for (const url of requested) expect(new URL(url).origin, url).toBe(served.origin);
    const html = await (await opened.context.request.get('/console/people')).text();
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|https?:/);
  });
});
