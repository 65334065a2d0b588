import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../../support/browser.ts';
import { showState } from '../../support/console-pages.ts';
import { createConsoleSamples, namedSamples } from '../../support/console-samples.ts';
import { addressedStates } from '../../support/console-states.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { englishTexts, layoutFaults } from './on-page.ts';

const names = addressedStates(namedSamples).map(({ name }) => name);
const widths = [390, 1_440] as const;

describe.skipIf(skipWithout(browserUnavailableReason()))('in Chinese', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let states: ReturnType<typeof addressedStates>;
  beforeAll(async () => {
    served = await startConsole();
    states = addressedStates(await createConsoleSamples(served.server));
    opened = await served.open({ locale: 'zh-CN' });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test.for(names)('%s has no English sentence, and fits its window', async (name) => {
    const { page } = opened;
    await showState(opened, states.find((one) => one.name === name) ?? expect.fail(name));
    expect(await page.title()).toMatch(/ · 探花$/);
    expect(await englishTexts(page)).toEqual([]);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      expect(await layoutFaults(page), `at ${width} px`).toEqual([]);
    }
  });
});
