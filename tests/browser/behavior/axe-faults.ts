import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator, Page } from '@playwright/test';
import type axe from 'axe-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** The themes, each with the rules to check: only colors depend on the theme. Undefined: all. */
const themes = [
  ['light', undefined],
  ['dark', ['color-contrast', 'link-in-text-block']],
] as const;

/**
 * Returns what axe reports about the page in both themes, in one line for each rule and element. The page follows the theme of the system.
 *
 * @param part what to look at; by default the whole page
 * @param except the selector of a part that was looked at before
 */
export async function axeFaults(
  page: Page,
  part: Locator = page.locator(':root'),
  except?: string,
): Promise<readonly string[]> {
  // It stays in the document while the reader goes from page to page.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const faults: string[] = [];
  for (const [theme, rules] of themes) {
    await page.emulateMedia({ colorScheme: theme });
    // A script of the page follows the system, a moment later.
    await page.locator(`html[data-theme="${theme}"]`).waitFor({ state: 'attached' });
    const found = await violationsOf(part, rules, except);
    faults.push(...found.map((fault) => `${theme}: ${fault}`));
  }
  return faults;
}

async function violationsOf(
  part: Locator,
  rules: readonly string[] | undefined,
  except: string | undefined,
): Promise<readonly string[]> {
  const options = {
    // The passed checks would be described as well, which takes half of the time.
    resultTypes: ['violations'],
    // Only rules about videos and about the orientation of a screen read the files of the page, and axe does not run the second one.
    preload: false,
    ...(rules !== undefined && { runOnly: [...rules] }),
  } satisfies axe.RunOptions;
  return await part.evaluate(
    async (element, [run, excluded]) => {
      // Some rules look at a document only, and not at its elements.
      const whole = excluded === undefined ? document : { exclude: [excluded] };
      const context = element === document.documentElement ? whole : element;
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(context, run);
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
      );
    },
    [options, except] as const,
  );
}
