import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type TestConsole } from '../support/browser.ts';
import { skipWithout } from '../support/skip-without.ts';

describe.skipIf(skipWithout(browserUnavailableReason()))('the frame', () => {
  let served: TestConsole;
  beforeAll(async () => {
    served = await startConsole();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test('opens a place from the palette with the keyboard, and returns the focus when the palette is closed', async () => {
    await using opened = await served.open();
    const { page } = opened;
    const find = page.getByRole('button', { name: 'Find anyone' });
    await find.focus();
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: /^Find people/ });
    await field.waitFor();
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached' });
    await expect.poll(() => find.evaluate((button) => button === document.activeElement)).toBe(true);

    await page.keyboard.press('Control+k');
    await field.fill('even');
    await expect
      .poll(() => page.getByRole('option').allTextContents())
      .toEqual([expect.stringContaining('Events'), expect.stringContaining('even')]);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/console/events');
  });

  test('takes what is typed before the palette is there, and opens what the whole text finds', async () => {
    await using opened = await served.open();
    const { page } = opened;
    await page.getByRole('navigation').waitFor();
    const code = Promise.withResolvers<void>();
    const answers = Promise.withResolvers<void>();
    await page.route('**/palette-*.js', async (route) => {
      await code.promise;
      await route.continue();
    });
    await page.route('**/api/people?*', async (route) => {
      await answers.promise;
      await route.continue();
    });
    await page.keyboard.press('Control+k');
    // With G and S, the page would go to Sources.
    await page.keyboard.type('gsxx');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Enter');
    code.resolve();
    await expect.poll(() => page.getByRole('combobox').inputValue()).toBe('gsx');
    expect(new URL(page.url()).pathname).toBe('/console/');
    answers.resolve();
    await page.getByRole('heading', { name: 'gsx', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/console/people/gsx');
  });

  test('goes to a place by two keys, and writes the same keys into a field', async () => {
    await using opened = await served.open();
    const { page } = opened;
    await page.getByRole('navigation').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.getByRole('heading', { name: 'Sources', level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    await page.keyboard.type('gh?');
    expect(await page.getByRole('combobox').inputValue()).toBe('gh?');
    expect(new URL(page.url()).pathname).toBe('/console/sources');
  });

  test('lists the shortcuts after a question mark', async () => {
    await using opened = await served.open();
    const { page } = opened;
    await page.getByRole('navigation').waitFor();
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.getByText('Go to People').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  test('keeps the theme that the reader chose, and follows the system otherwise', async () => {
    await using opened = await served.open({ theme: 'dark' });
    const { page } = opened;
    const theme = () => page.evaluate(() => document.documentElement.dataset['theme']);
    expect(await theme()).toBe('dark');
    await page.getByRole('button', { name: 'Account and preferences' }).click();
    await page.getByRole('menuitemradio', { name: /^Light/ }).click();
    await expect.poll(theme).toBe('light');
    await page.reload();
    await page.getByRole('navigation').waitFor();
    expect(await theme()).toBe('light');
  });

  test('has a menu on a phone, which closes when a place is opened', async () => {
    await using opened = await served.open({ width: 390 });
    const { page } = opened;
    const places = page.getByRole('navigation', { name: 'Places' });
    await page.getByRole('button', { name: 'Menu' }).click();
    await places.getByRole('link', { name: 'Groups' }).click();
    await page.getByRole('heading', { name: 'Groups', level: 1 }).waitFor();
    await places.waitFor({ state: 'hidden' });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  test('says that an address does not exist, with a way to Home', async () => {
    await using opened = await served.open({ path: '/people' });
    const { page } = opened;
    await page.getByRole('navigation').waitFor();
    // A link inside the console.
    await page.evaluate(() => {
      history.pushState({}, '', '/console/nothing');
      window.dispatchEvent(new PopStateEvent('popstate'));
    });
    await page.getByRole('heading', { name: 'This page does not exist' }).waitFor();
    await page.getByRole('link', { name: 'Go to Home' }).click();
    await page.waitForURL((url) => /^\/console\/?$/.test(url.pathname));
    await page.getByRole('heading', { level: 1 }).waitFor();
  });

  test.for(['nothing', 'nothing/at/all?x=1', 'nowhere', 'people/ann/more'])(
    'says inside the frame that %s does not exist, and the server answers 404 for it',
    async (address) => {
      await using opened = await served.open({ path: '/events' });
      const { page } = opened;
      await page.getByRole('navigation').waitFor();
      const answer = await page.goto(`/console/${address}`);
      // An address below a place belongs to the place.
      expect(answer?.status()).toBe(address.startsWith('people/') ? 200 : 404);
      await page.getByRole('heading', { name: 'This page does not exist', level: 1 }).waitFor();
      await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'People' }).waitFor();
      expect(opened.errors).toEqual([]);
    },
  );

  test('asks for the password first at an address that does not exist', async () => {
    await using opened = await served.open({ role: null, path: '/nothing' });
    await opened.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  });
});
