import type { Page } from '@playwright/test';
import { expect } from 'vitest';

/** What the page keeps of its requests. */
interface Held {
  /** The requests that wait, the oldest first. */
  readonly waiting: { readonly send: () => void; readonly arrived: Promise<void> }[];
  /** True once a request has waited. */
  isAsked: boolean;
  isFree: boolean;
}

/** The item of the session storage with the addresses that are not held: only these tests write it. */
const FREE = 'test-free-addresses';

/**
 * Lets every page that this window loads hold its requests for data. The page does it itself: with a route of Playwright, the browser
 * would not use what it has loaded before, and a load would take twice the processor time.
 *
 * @param isData what is held, as a regular expression for an address
 */
export async function installHold(page: Page, isData: RegExp): Promise<void> {
  await page.addInitScript(
    ([source, item]) => {
      const data = new RegExp(source);
      const held: Held = { waiting: [], isAsked: false, isFree: false };
      const send = window.fetch;
      Object.assign(window, { held });
      window.fetch = async (input, init) => {
        const request = new Request(input, init);
        const free = sessionStorage.getItem(item);
        const isHeld = !held.isFree && free !== null && data.test(request.url) && !new RegExp(free).test(request.url);
        if (!isHeld) return await send(request);
        held.isAsked = true;
        const sent = Promise.withResolvers<void>();
        const arrived = Promise.withResolvers<void>();
        held.waiting.push({ send: sent.resolve, arrived: arrived.promise });
        // A page that no longer needs the answer does not wait for it.
        request.signal.addEventListener('abort', () => sent.resolve());
        await sent.promise;
        try {
          const answer = await send(request);
          await answer.clone().text();
          return answer;
        } finally {
          arrived.resolve();
        }
      };
    },
    [isData.source, FREE] as const,
  );
}

/**
 * Opens a page whose requests are not answered until one of the returned functions is called. Resolves when the first one was sent.
 *
 * @param isFree the addresses that are answered all the same
 * @param tick passes the time of the page, which may be installed
 */
export async function openHeld(page: Page, path: string, isFree: RegExp, tick: () => Promise<void>) {
  await page.evaluate(([item, free]) => sessionStorage.setItem(item, free), [FREE, isFree.source] as const);
  await page.goto(`/console${path}`, { waitUntil: 'commit' });
  await expect
    .poll(async () => {
      await tick();
      return await page.evaluate(() => (window as unknown as { held?: Held }).held?.isAsked ?? false);
    })
    .toBe(true);
  const release = () =>
    page.evaluate(() => {
      const { held } = window as unknown as { held: Held };
      held.isFree = true;
      for (const { send } of held.waiting.splice(0)) send();
    });
  /** Answers the requests one by one, the newest first, each after the page has had time to show the previous answer. */
  const releaseBackwards = async (shownMs: number) => {
    await page.evaluate(async (ms) => {
      const { held } = window as unknown as { held: Held };
      for (let newest = held.waiting.pop(); newest !== undefined; newest = held.waiting.pop()) {
        newest.send();
        await newest.arrived;
        await new Promise((shown) => setTimeout(shown, ms));
      }
    }, shownMs);
    await release();
  };
  return { release, releaseBackwards };
}
