import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  browserUnavailableReason,
  PASSWORD,
  startConsole,
  type OpenedPage,
  type TestConsole,
} from '../support/browser.ts';
import { call } from '../support/http-client.ts';
import { skipWithout } from '../support/skip-without.ts';
import { openAfresh } from './behavior/on-page.ts';

describe.skipIf(skipWithout(browserUnavailableReason()))('the settings', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  beforeAll(async () => {
    served = await startConsole();
    opened = await served.open();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const status = async (key: string) =>
    (await call(`${served.server.url}/api/keys`, { headers: { 'x-api-key': key } })).status;
  const button = (name: string | RegExp) => opened.page.getByRole('button', { name });
  const confirm = async (name: string) => {
    await opened.page.getByLabel('Your password').fill(PASSWORD);
    await opened.page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  };

  test('create a key from the palette, rotate it with an overlap, and say what stops before it is revoked', async () => {
    const { page } = opened;
    await page.getByRole('button', { name: 'Find anyone…' }).click();
    await page.getByRole('combobox').fill('new key');
    await page.getByRole('option', { name: /New key/ }).click();
    await page.getByLabel('Name', { exact: true }).fill('Nightly report');
    await confirm('Create the key');
    const secret = await page.getByLabel('API key', { exact: true }).innerText();
    expect(await status(secret)).toBe(200);
    await button('Done').click();
    await button('Rotate Nightly report…').first().click();
    await confirm('Create the new key');
    await page.getByText(/^The old key works until/).waitFor();
    const next = await page.getByLabel('API key', { exact: true }).innerText();
    await button('Done').click();
    expect([await status(secret), await status(next)]).toEqual([200, 200]);
    await call(`${served.server.url}/api/keys`, {
      method: 'POST',
      headers: { 'x-api-key': next, 'content-type': 'application/json' },
      body: { name: 'Created by the report' },
    });
    await page.reload();
    for (const row of await page.getByRole('row', { name: /^Nightly report/ }).all()) await row.waitFor();
    await button('Revoke Nightly report…').first().click();
    await page.getByText(/It was last used .* What uses it is refused/).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(opened.errors).toEqual([]);
  });

  test('show a fault at its field and keep what was typed', async () => {
    const { page } = opened;
    await openAfresh(page, '/settings/organization');
    const length = page.getByRole('textbox', { name: 'Minimum length' });
    await length.fill('3');
    await page.getByRole('textbox', { name: 'Contact person' }).fill('Mara Voss');
    await page.getByText('2 changes are not saved').waitFor();
    await button('Save the changes').click();
    await page.getByRole('alert').getByText('Nothing was saved: correct the marked setting.').waitFor();
    await page.getByText('must be at least 8').waitFor();
    expect(await length.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByRole('textbox', { name: 'Contact person' }).inputValue()).toBe('Mara Voss');
    await length.fill('12');
    await button('Save the changes').click();
    await page.getByText('The changes are saved').waitFor();
    expect(await length.inputValue()).toBe('12');
  });

  test('set the rules that a new source starts with', async () => {
    const { page } = opened;
    await openAfresh(page, '/settings/rules');
    await page.getByText('Sources that exist keep their rules.').waitFor();
    await page.getByRole('radio', { name: /^A person needs no email/ }).check();
    await button('Save 1 rule').click();
    await page.getByText('The next source that is added starts with these rules.').waitFor();
    await openAfresh(page, '/sources');
    await button('Add a source…').click();
    await page.getByLabel(/^Name/).fill('Okta');
    expect(await page.getByRole('radio', { name: /^The default rules/ }).isChecked()).toBe(true);
    await button('Add the source').click();
    await page.getByRole('link', { name: 'Rules', exact: true }).click();
    expect(await page.getByRole('radio', { name: /^A person needs no email/ }).isChecked()).toBe(true);
  });

  test('say why a test email cannot be sent, and filter the outbox by recipient and kind', async () => {
    const { page } = opened;
    await openAfresh(page, '/settings/mail?kind=welcome&recipient=nobody@contoso.example');
    await page.getByText('No email has all of these: nobody@contoso.example, Welcome.').waitFor();
    await button('Show all emails').click();
    await page.getByText('The outbox has no email yet.').waitFor();
    await button('Send me a test email').click();
    await page
      .getByRole('alert')
      .getByText(/which no mail server can deliver to/)
      .waitFor();
  });

  test('define a role, invite an administrator with it, and state who would lose it', async () => {
    const { page } = opened;
    await openAfresh(page, '/settings/roles');
    await button('New role…').click();
    await page.getByLabel('Name', { exact: true }).fill('Group keeper');
    await confirm('Create the role');
    await page.getByRole('alert').getByText('Choose at least one permission.').waitFor();
    await page.getByLabel('See groups and their members').check();
    await confirm('Create the role');
    await page.getByRole('columnheader', { name: 'Group keeper' }).waitFor();
    await openAfresh(page, '/settings/administrators');
    await button('Invite an administrator…').click();
    await page.getByLabel(/^Email/).fill('lin@contoso.example');
    await page.getByLabel('First name').fill('Lin');
    await page.getByLabel(/^Role/).selectOption('Group keeper');
    await page.getByText('What the invited person gets').click();
    await page.getByText(/^Subject: You are now an administrator of /).waitFor();
    await page.getByText(/^Hello Lin\n\nYou are now an administrator of .*, with the role Group keeper\./).waitFor();
    await confirm('Send the invitation');
    await page.getByRole('row', { name: /^Lin .*Group keeper.*Invited/ }).waitFor();
    await openAfresh(page, '/settings/roles');
    await button('Delete Group keeper…').click();
    await page.getByText('1 administrator has this role: Lin. Give them another role first.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await openAfresh(page, '/settings/administrators');
    await page.getByRole('button', { name: 'Lin', exact: true }).click();
    await button('Suspend…').click();
    await page.getByText('0 sessions end, and no API key stops.').waitFor();
    await button('Suspend the administrator').click();
    await page.getByRole('dialog', { name: 'Lin', exact: true }).getByText('Suspended').waitFor();
  });

  test('show a reader only what the role includes', async () => {
    const { page } = opened;
    await opened.become('Help Desk');
    await openAfresh(page, '/settings');
    await page.getByRole('heading', { level: 1, name: 'Organization' }).waitFor();
    const sections = page.getByRole('navigation', { name: 'Sections of the settings' }).getByRole('link');
    expect(await sections.allInnerTexts()).toEqual([
      'Organization',
      'Keys and tokens',
      'Custom schemas',
      'About',
      'Your account',
    ]);
    expect(await page.getByRole('textbox').count()).toBe(0);
    await openAfresh(page, '/settings/roles');
    await page.getByText(/^Your role does not include Roles/).waitFor();
    expect(opened.errors).toEqual([]);
  });
});
