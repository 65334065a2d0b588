import { TOTP } from 'otpauth';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addAuthenticator,
  browserUnavailableReason,
  createAdministrator,
  PASSWORD,
  signIn,
  startConsole,
  type TestConsole,
} from '../support/browser.ts';
import { skipWithout } from '../support/skip-without.ts';

/** Sends a request with the session of the page. Returns the body of the answer. */
async function send(page: Page, method: 'POST' | 'PUT', path: string, body: unknown): Promise<Record<string, unknown>> {
  return await page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json' };
      const init: RequestInit = { method, headers, body };
      const answer = await fetch(path, init);
      const text = await answer.text();
      if (!answer.ok) throw new Error(text);
      return JSON.parse(text) as Record<string, unknown>;
    },
    [method, path, JSON.stringify(body)] as const,
  );
}

describe.skipIf(skipWithout(browserUnavailableReason()))('the sign-in', () => {
  let served: TestConsole;
  beforeAll(async () => {
    served = await startConsole();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  /** Opens the console for a new administrator who is signed in. */
  async function openFor(email: string) {
    await createAdministrator(served.server, email, 'Administrator');
    const opened = await served.open({ role: null });
    await signIn(opened.page, email);
    await opened.page.getByRole('navigation').waitFor();
    return opened;
  }

  test('shows the page of a link after the right password', async () => {
    await using opened = await served.open({ role: null, path: '/events?request=abc' });
    const { page } = opened;
    await signIn(page);
    await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
    expect(page.url()).toBe(`${served.origin}/console/events?request=abc`);
    await page.reload();
    await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor();
    expect(opened.errors).toEqual([]);
  });

  test('says that the password is wrong, and keeps the address', async () => {
    await using opened = await served.open({ role: null });
    const { page } = opened;
    await signIn(page, 'admin@localhost', 'not the password');
    await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/password/i);
    expect(await page.getByLabel('Email').inputValue()).toBe('admin@localhost');
    await signIn(page);
    await page.getByRole('navigation').waitFor();
  });

  test('leaves nothing of the session behind after signing out', async () => {
    await using opened = await openFor('leaving@contoso.example');
    const { page } = opened;
    await page.getByRole('button', { name: 'Account and preferences' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto('/console/people');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('asks for the code of an authenticator app, and refuses a wrong one', async () => {
    const email = 'app@contoso.example';
    await using first = await openFor(email);
    const { secret } = await send(first.page, 'POST', '/api/auth/totp', { password: PASSWORD });
    const app = new TOTP({ secret: String(secret) });
    await send(first.page, 'PUT', '/api/auth/totp', { code: app.generate() });

    await using opened = await served.open({ role: null });
    const { page } = opened;
    await signIn(page, email);
    const code = page.getByLabel('Code of your authenticator app');
    await code.fill('000000');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').waitFor();
    // The code of this period was used by the set-up; the server also accepts that of the next period.
    const afterNext = TOTP.generate({ secret: app.secret, timestamp: (app.counter() + 1) * app.period * 1_000 });
    await code.fill(afterNext);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('navigation').waitFor();
  });

  test('accepts a passkey without a password', async () => {
    await using opened = await openFor('passkey@contoso.example');
    const { page, context } = opened;
    await addAuthenticator(opened);
    const { state, options } = await send(page, 'POST', '/api/auth/passkeys/options', { password: PASSWORD });
    const response = await page.evaluate(async (json) => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
        json as PublicKeyCredentialCreationOptionsJSON,
      );
      const created = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
      return created.toJSON() as unknown;
    }, options);
    await send(page, 'POST', '/api/auth/passkeys', { state, name: 'This computer', response });
    await context.clearCookies();
    await page.goto('/console/groups');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByRole('heading', { name: 'Groups', level: 1 }).waitFor();
    await page.goto('/console/settings/administrators');
    await page.getByRole('row', { name: /passkey@contoso\.example.* Passkey/ }).waitFor();
    await page.goto('/console/settings/account');
    await page.getByText('None is set up. Your second factor is the passkey.').waitFor();
    await page.getByRole('button', { name: 'Set up an authenticator app…' }).click();
    await page.getByLabel('Your password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('img', { name: 'QR code of the key' }).waitFor();
  });

  test('appears above the page when the session has ended, and keeps what was typed', async () => {
    const email = 'typing@contoso.example';
    await using opened = await openFor(email);
    const { page } = opened;
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox');
    await field.fill('bob');
    await page.getByRole('option').first().waitFor();
    await served.server.cli('admin', 'sign-out', email);
    await field.pressSequentially(' moser');
    const dialog = page.getByRole('dialog', { name: 'Sign in' });
    await dialog.waitFor();
    expect(await dialog.getByLabel('Email').inputValue()).toBe(email);
    await dialog.getByLabel('Password').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await field.inputValue()).toBe('bob moser');
  });

  test('is under localhost for a browser that opened a loopback address', async () => {
    await using opened = await served.open({ role: null });
    const { page } = opened;
    const { port } = new URL(served.server.url);
    await page.goto(`http://127.0.0.1:${port}/console/people?search=ann`);
    expect(page.url()).toBe(`${served.origin}/console/people?search=ann`);
  });
});
