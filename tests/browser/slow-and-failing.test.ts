import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type TestConsole } from '../support/browser.ts';
import { skipWithout } from '../support/skip-without.ts';

const OFFLINE = /^The server does not answer/;

/** Holds the requests to the server back until the returned function is called. */
async function hold(page: Page, path: string): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(path, async (route) => {
    await promise;
    await route.continue();
  });
  return resolve;
}

describe.skipIf(skipWithout(browserUnavailableReason()))('a page whose server', () => {
  let served: TestConsole;
  beforeAll(async () => {
    served = await startConsole();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test('is slow shows nothing at first, then a quiet bar, then that it still waits', async () => {
    await using opened = await served.open();
    const { page } = opened;
    await page.getByRole('navigation').waitFor();
    await page.clock.install({ time: new Date('2030-01-01T08:00:00Z') });
    await page.clock.pauseAt(new Date('2030-01-01T09:00:00Z'));
    const release = await hold(page, '**/api/auth/session');
    await page.goto('/console/people', { waitUntil: 'commit' });
    const bar = page.getByRole('progressbar', { name: 'Loading' });
    await page.waitForRequest('**/api/auth/session');
    await page.clock.runFor(50);
    expect(await bar.count()).toBe(0);
    await page.clock.runFor(100);
    await bar.waitFor();
    expect(await page.getByText('Still waiting for the server.').count()).toBe(0);
    await page.clock.runFor(1_000);
    await page.getByText('Still waiting for the server.').waitFor();
    release();
    await page.clock.resume();
    await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
    await bar.waitFor({ state: 'detached' });
  });

  test('sends the next page slowly is left all the same: a search that waits does not bring the reader back', async () => {
    await using opened = await served.open({ path: '/people' });
    const { page } = opened;
    const search = page.getByRole('searchbox', { name: 'Search people' });
    await search.waitFor();
    await page.clock.install();
    const release = await hold(page, '**/groups-page-*.js');
    await search.fill('ann');
    await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Groups' }).click();
    await page.clock.runFor(1_000);
    release();
    await page.getByRole('heading', { name: 'Groups', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/console/groups');
    expect(opened.errors).toEqual([]);
  });

  test('does not answer says so, keeps what was typed, and goes on when it answers again', async () => {
    await using opened = await served.open();
    const { page } = opened;
    await page.getByRole('navigation').waitFor();
    await page.route('**/api/**', (route) => route.abort('connectionrefused'));
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('people');
    await page.getByText(OFFLINE).waitFor();
    expect(await page.getByRole('combobox').inputValue()).toBe('people');
    await page.unroute('**/api/**');
    await page.getByText(OFFLINE).waitFor({ state: 'detached' });
    expect(await page.getByRole('combobox').inputValue()).toBe('people');
  });

  test.for([502, 503, 504])('answers %i through its proxy says so, and goes on afterwards', async (status) => {
    await using opened = await served.open();
    const { page } = opened;
    await page.getByRole('navigation').waitFor();
    await page.route('**/api/**', (route) => route.fulfill({ status, body: 'Bad gateway' }));
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('people');
    await page.getByText(OFFLINE).waitFor();
    await page.unroute('**/api/**');
    await page.getByText(OFFLINE).waitFor({ state: 'detached' });
  });

  test('cannot be reached from the start offers to try again', async () => {
    await using opened = await served.open();
    const { page } = opened;
    await page.getByRole('navigation').waitFor();
    await page.route('**/api/auth/session', (route) => route.abort('connectionrefused'));
    await page.goto('/console/people');
    await page.getByRole('alert').getByText('The server does not answer.').waitFor();
    await page.unroute('**/api/auth/session');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
  });

  test('fails with an error shows its message and the id of the request', async () => {
    await using opened = await served.open();
    const { page } = opened;
    await page.getByRole('navigation').waitFor();
    const body = { message: 'Something failed here.', error_code: 'internal', request_id: 'req-0123' };
    await page.route('**/api/auth/session', (route) => route.fulfill({ status: 500, json: body }));
    await page.goto('/console/people');
    const alert = page.getByRole('alert');
    await alert.getByText('Something failed here.').waitFor();
    await alert.getByText('Request req-0123').waitFor();
  });
});
