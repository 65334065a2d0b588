import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { build, type Plugin } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../../support/browser.ts';
import { showState } from '../../support/console-pages.ts';
import { createConsoleSamples, namedSamples } from '../../support/console-samples.ts';
import { addressedStates } from '../../support/console-states.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { layoutFaults } from './on-page.ts';

const config = fileURLToPath(new URL('../../../web/vite.config.ts', import.meta.url));
const names = addressedStates(namedSamples).map(({ name }) => name);
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html',
  '.svg': 'image/svg+xml',
};

/** Makes each text of the catalog 40 % longer, with letters of other languages, in the build of the console. */
const longerWords: Plugin = {
  name: 'tanhua:longer-words',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/web/words/words.tsx')) return undefined;
    return (
      code.replaceAll('{en}', '{longer}').replace('createContext<Words>(en)', 'createContext<Words>(longer)') +
      `
      function longerText(text) { return text + ' ' + 'éßñ ü'.repeat(Math.ceil(text.length * 0.4 / 5)).slice(0, Math.ceil(text.length * 0.4)); }
      function longerOf(words, name) {
        if (name === 'locale') return words;
        if (typeof words === 'string') return words === '' ? '' : longerText(words);
        if (typeof words === 'function') return (...values) => longerText(words(...values));
        return Object.fromEntries(Object.entries(words).map(([one, inner]) => [one, longerOf(inner, one)]));
      }
      var longer = longerOf(en, '');`
    );
  },
};

describe.skipIf(skipWithout(browserUnavailableReason()))('with texts that are 40 % longer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-longer-'));
  let served: TestConsole;
  let opened: OpenedPage;
  let states: ReturnType<typeof addressedStates>;
  beforeAll(async () => {
    await build({
      configFile: config,
      logLevel: 'error',
      plugins: [longerWords],
      build: { outDir: folder, minify: false },
    });
    served = await startConsole();
    states = addressedStates(await createConsoleSamples(served.server));
    opened = await served.open();
    await opened.context.route('**/console/**', async (route) => {
      const path = join(folder, new URL(route.request().url()).pathname.replace('/console', ''));
      const file = existsSync(path) && extname(path) !== '' ? path : join(folder, 'index.html');
      await route.fulfill({ body: readFileSync(file), contentType: types[extname(file)] ?? 'font/woff2' });
    });
    await opened.page.goto('/console/people');
    await opened.page.getByRole('heading', { name: /^People éß/, level: 1 }).waitFor();
  });
  afterAll(async () => {
    await served[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  async function faultsAt(page: Page, widths: readonly number[]): Promise<readonly string[]> {
    const faults: string[] = [];
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      faults.push(...(await layoutFaults(page)).map((fault) => `at ${width} px: ${fault}`));
    }
    return faults;
  }

  test.for(names)('%s fits every window', async (name) => {
    await showState(opened, states.find((one) => one.name === name) ?? expect.fail(name));
    expect(await faultsAt(opened.page, [320, 761, 961, 1_440])).toEqual([]);
  });
});
