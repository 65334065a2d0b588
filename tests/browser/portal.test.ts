import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, PASSWORD } from '../support/browser.ts';
import { CountedSteps } from '../support/counted-steps.ts';
import { call } from '../support/http-client.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';
import { skipWithout } from '../support/skip-without.ts';

const ATTEMPTS_MAX = 3;
const NEW_PASSWORD = 'kq4-tzm8-wv2y-brook';

describe.skipIf(skipWithout(browserUnavailableReason()))('the portal', () => {
  let portal: TestPortal;
  beforeAll(async () => {
    portal = await startPortal();
  });
  afterAll(() => portal[Symbol.asyncDispose]());

  test('marks the fields of the source, and changes those of the user', async () => {
    await portal.withPassword('profile');
    await using opened = await portal.openFor('profile', '/profile');
    const { page } = opened;
    const field = (name: string) => page.locator('.fact').filter({ has: page.getByText(name, { exact: true }) });
    expect(await field('Job title').textContent()).toContain('From Entra ID');
    expect(await field('Job title').getByRole('button').count()).toBe(0);
    await page.getByRole('button', { name: 'Change: Alternate email address' }).tap();
    await page.getByLabel('Alternate email address').fill('ann@meier.example');
    await page.getByLabel('Your password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Save' }).tap();
    await page.getByRole('alert').getByText('The password is wrong').waitFor();
    await page.getByLabel('Your password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Save' }).tap();
    await page.getByText('Saved.').waitFor();
    expect(await field('Alternate email address').textContent()).toContain('ann@meier.example');
    await page.getByRole('button', { name: 'Change: Phone numbers' }).tap();
    await page.getByLabel('Add a phone number').fill('+49 30 1234567');
    await page.getByRole('button', { name: 'Save' }).tap();
    await page.getByText('+49 30 1234567').waitFor();
  });

  test('changes the password, keeps SSH keys, and ends sessions', async () => {
    await portal.withPassword('everything');
    await using opened = await portal.openFor('everything', '/password');
    const { page, context } = opened;
    await page.getByLabel('Current password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('New password', { exact: true }).fill('everything7');
    await page.getByText('1 rule is not met yet.').waitFor({ state: 'attached' });
    await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
    await page.getByText('All these rules are met.').waitFor({ state: 'attached' });
    await page.getByLabel('Repeat the new password', { exact: true }).fill('another');
    await page.getByRole('button', { name: 'Change the password' }).tap();
    await page.getByRole('alert').getByText('The two passwords differ.').waitFor();
    await page.getByLabel('Repeat the new password', { exact: true }).fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Change the password' }).tap();
    await page.getByText('Your password is changed.').waitFor();

    await page.goto('/portal/ssh-keys');
    await page.getByRole('button', { name: 'Add a key' }).tap();
    await page.getByLabel('Name of the key').fill('Laptop');
    await page
      .getByLabel('Public key')
      .fill('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4Tq7cWlyCjnqD3Ry1sN8kqXy6Wm8y3Vq0m8pQ0Zb2M ann');
    await page.getByRole('button', { name: 'Add the key' }).tap();
    await page.getByText('The key “Laptop” is added.').waitFor();
    await page.getByRole('button', { name: 'Remove the key “Laptop”' }).tap();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).tap();
    await page.getByText('You have no SSH key here yet.').waitFor();

    await page.goto('/portal/sessions');
    await page.getByText('You are signed in only here.').waitFor();
    const data = { username: 'everything', password: NEW_PASSWORD };
    await call(`${portal.served.server.url}/api/portal/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'curl/8' },
      body: data,
    });
    await page.reload();
    await page.getByRole('button', { name: 'End the session: curl' }).tap();
    await page.getByText('The session has ended.').waitFor();
    await page.getByText('You are signed in only here.').waitFor();
    expect(await context.cookies()).toContainEqual(expect.objectContaining({ name: 'tanhua_session', httpOnly: true }));
  });

  test('asks to sign in again above the page when the session has ended, and keeps what was typed', async () => {
    await portal.withPassword('typing');
    await using opened = await portal.openFor('typing', '/ssh-keys');
    const { page } = opened;
    await page.getByRole('button', { name: 'Add a key' }).tap();
    await page.getByLabel('Name of the key').fill('Laptop');
    await page
      .getByLabel('Public key')
      .fill('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4Tq7cWlyCjnqD3Ry1sN8kqXy6Wm8y3Vq0m8pQ0Zb2M ann');
    await opened.context.clearCookies();
    await page.getByRole('button', { name: 'Add the key' }).tap();
    const dialog = page.getByRole('dialog', { name: 'Sign in' });
    await dialog.waitFor();
    expect(await dialog.getByLabel('Email address or user name').inputValue()).toBe('typing');
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).tap();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByLabel('Name of the key').inputValue()).toBe('Laptop');
    await page.getByRole('button', { name: 'Add the key' }).tap();
    await page.getByText('The key “Laptop” is added.').waitFor();
  });

  test('the help desk unlocks a user or sends a link for a new password, and reads what the user will see', async () => {
    await portal.withPassword('locked');
    const { server } = portal.served;
    await server.cli('organization', 'set', 'accountLockout=on', `maxLoginAttempts=${ATTEMPTS_MAX}`);
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      await call(`${server.url}/api/portal/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: { username: 'locked', password: 'not the password' },
      });
    }
    await using opened = await portal.served.open({ role: 'Help Desk' });
    const { page } = opened;
    const used = new CountedSteps();
    await used.click(page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'People' }));
    const search = page.getByRole('searchbox', { name: 'Search people' });
    await used.type(search, 'locked');
    await used.click(
      page
        .getByRole('row', { name: /locked@contoso\.example/ })
        .getByRole('link')
        .first(),
    );
    await page.getByText(/May not sign in until the account is unlocked/).waitFor();
    await used.click(page.getByRole('button', { name: 'Unlock…' }));
    await page.getByText(/can sign in again with the present password/).waitFor();
    await used.click(page.getByRole('dialog').getByRole('button', { name: /^Unlock/ }));
    await page.getByText('May sign in.').waitFor();
    expect({ searches: used.searches, clicks: used.clicks, fields: used.fields }).toEqual({
      searches: 1,
      clicks: 4,
      fields: 0,
    });

    await page.getByRole('button', { name: 'Reset password…' }).click();
    await page
      .getByText(/^An email to locked@contoso\.example has a link .+ The present password works until then\./)
      .waitFor();
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(opened.errors).toEqual([]);
  });
});
