import { TOTP } from 'otpauth';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addAuthenticator,
  browserUnavailableReason,
  FIRST_ADMINISTRATOR,
  PASSWORD,
  startConsole,
  type OpenedPage,
  type TestConsole,
} from '../support/browser.ts';
import { CountedSteps } from '../support/counted-steps.ts';
import { linkOf, openMailServer, type TestMailServer } from '../support/mail-server.ts';
import { headingOf, readQr, signInTo } from '../support/portal.ts';
import { skipWithout } from '../support/skip-without.ts';

/** What Sources may ask of the administrator, from the sign-in to the first cycle. */
const CLICKS_MAX = 9;
const FIELDS_MAX = 3;
const PHONE_WIDTH = 390;
const NEW_PASSWORD = 'kq4-tzm8-wv2y-brook';

/**
 * The integration guide from its first step to its last, in two tabs of one browser: the set-up of the source, and Rehearsal instead of Entra's
 * portal. Each test continues where the one before it ended.
 */
describe.skipIf(skipWithout(browserUnavailableReason()))('the whole guide, by the pages alone', () => {
  let served: TestConsole;
  let mail: TestMailServer;
  let opened: OpenedPage;
  /** The tab with the set-up of the source. */
  let page: Page;
  /** The tab with Rehearsal. */
  let entra: Page;
  let tenantUrl: string;
  let token: string;
  const used = new CountedSteps();
  beforeAll(async () => {
    mail = await openMailServer();
    served = await startConsole({ TANHUA_SMTP_URL: mail.url('?ignoreTLS=true') });
    opened = await served.open({ role: null });
    page = opened.page;
    await opened.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
    await mail[Symbol.asyncDispose]();
  });

  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const press = async (name: string | RegExp) => await entra.getByRole('button', { name, exact: true }).click();
  const openTab = async (on: Page, name: string) =>
    await on.getByRole('main').getByRole('link', { name, exact: true }).click();
  const goToPlace = async (on: Page, name: string) => {
    await on.getByRole('navigation', { name: 'Places' }).getByRole('link', { name, exact: true }).click();
    await on.getByRole('heading', { name, level: 1 }).waitFor();
  };
  const dialog = (name: string | RegExp) => entra.getByRole('dialog', { name });
  const step = (number: number, state: 'done' | 'current step' | 'later') =>
    page.getByRole('button', { name: new RegExp(`^Step ${number}, ${state}:`) });
  const isAt = async (number: number) => {
    await step(number, 'current step').waitFor();
    expect(await page.getByRole('button', { name: /^Step \d, done:/ }).count()).toBe(number - 1);
  };
  const testConnection = async (url: string, secret: string) => {
    await entra.getByLabel('Tenant URL').fill(url);
    await entra.getByLabel('Secret Token').fill(secret);
    await press('Test Connection');
  };
  const saveToken = async (secret: string) => {
    await entra.getByLabel('Secret Token').fill(secret);
    await press('Save the credentials');
    await entra.getByText('The credentials are saved.').waitFor();
  };
  const createUser = async (first: string, last: string, jobTitle: string) => {
    const nickname = `${first}.${last}`.toLowerCase();
    await press('New user…');
    await entra.getByLabel('Display name').fill(`${first} ${last}`);
    await entra.getByLabel('Mail nickname').fill(nickname);
    await entra.getByLabel('First name').fill(first);
    await entra.getByLabel('Last name').fill(last);
    await press('Create the user');
    await dialog('User').getByLabel('Job title').fill(jobTitle);
    await press('Save the user');
    await entra.getByRole('row', { name: new RegExp(`${first} ${last}.*${jobTitle}`) }).waitFor({ state: 'attached' });
    await entra.keyboard.press('Escape');
  };
  const assign = async (search: string, name: string) => {
    await press('Add user/group…');
    await entra.getByRole('combobox', { name: /^User or group/ }).fill(search);
    await entra.getByRole('option', { name: new RegExp(name) }).click();
    await press('Assign');
    await entra.getByText(`${name} is assigned.`).waitFor();
    await entra.keyboard.press('Escape');
    await entra.getByRole('row', { name: new RegExp(name) }).waitFor();
  };
  const provision = async (search: string, name: string) => {
    await openTab(entra, 'Provision on demand');
    await entra.getByRole('combobox', { name: /^User/ }).fill(search);
    await entra.getByRole('option', { name: new RegExp(`^${name}`) }).click();
    await press(`Provision ${name}`);
    await entra.getByRole('heading', { name: `${name} is provisioned` }).waitFor();
  };

  test('the administrator signs in and finds the set-up of the source, which starts with the application', async () => {
    await used.fill(page.getByLabel('Email'), FIRST_ADMINISTRATOR);
    await used.fill(page.getByLabel('Password'), PASSWORD);
    await used.click(page.getByRole('button', { name: 'Sign in', exact: true }));
    await used.click(page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Sources' }));
    // Home has links with this name, too.
    await page.getByRole('heading', { name: 'Sources', level: 1 }).waitFor();
    await used.click(page.getByRole('link', { name: 'Entra ID' }));
    await isAt(1);
    await page.getByText('Enterprise applications → New application → Create your own application.').waitFor();
  });

  test('Set-up has the Tenant URL and a new Secret Token to copy, which is shown once', async () => {
    await used.click(page.getByRole('button', { name: 'Copy: Tenant URL' }));
    tenantUrl = await copied();
    await used.click(page.getByRole('button', { name: 'Create another…' }));
    await used.fill(page.getByRole('dialog').getByLabel('Your password'), PASSWORD);
    await used.click(page.getByRole('button', { name: 'Create the key' }));
    await used.click(page.getByRole('button', { name: 'Copy: Secret Token' }));
    token = await copied();
    await used.click(page.getByRole('button', { name: 'Done' }));
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(token);
  });

  test('a rule of the source sends activation mails', async () => {
    await openTab(page, 'Rules');
    await page.getByRole('radio', { name: /^A new person who is active gets a mail/ }).check();
    await page.getByRole('button', { name: 'Save 1 rule' }).click();
    await page.getByText('Saved. The rules apply to all requests from now on.').waitFor();
    await openTab(page, 'Set-up');
  });

  test('Rehearsal has a tenant with people and a group, and a new application in it', async () => {
    const link = page.getByRole('link', { name: 'Open Rehearsal' });
    [entra] = await Promise.all([opened.context.waitForEvent('page'), link.click({ modifiers: ['ControlOrMeta'] })]);
    await press('Create a tenant…');
    await entra.getByLabel('Domain name').fill('contoso.example');
    await entra.getByLabel('Users to generate').fill('3');
    await entra.getByLabel('Groups to generate').fill('0');
    await press('Create the tenant');
    await entra.getByRole('heading', { name: 'Contoso', level: 1 }).waitFor();
    await entra.getByText('3 users').waitFor();
    await createUser('Ann', 'Berg', 'Pilot');
    await createUser('Bob', 'Moser', 'Engineer');
    await entra.getByRole('searchbox', { name: 'Search users' }).fill('berg');
    await entra.getByText('1 user', { exact: true }).waitFor();
    await openTab(entra, 'Groups');
    await press('New group…');
    await entra.getByLabel('Group name').fill('Engineering');
    await press('Create the group');
    await entra.getByRole('combobox', { name: /^Add a member/ }).fill('moser');
    await entra.getByRole('option', { name: /^Bob Moser/ }).click();
    await entra.getByText('Bob Moser is a member now.').waitFor();
    await entra.keyboard.press('Escape');
    await openTab(entra, 'Enterprise applications');
    await press('New application…');
    await press('Create the application');
    await entra.getByText('Not configured').waitFor();
  });

  test('both sides say what is wrong with a mistyped token and a mistyped path, without a reload', async () => {
    await testConnection(tenantUrl, token.slice(0, -1));
    await entra.getByText('SystemForCrossDomainIdentityManagementCredentialValidationFailure').waitFor();
    await entra.getByText(/^You appear to have entered invalid credentials/).waitFor();
    const notice = page.getByRole('alert');
    await notice.getByText(/^A request arrived with a Secret Token that this server does not know/).waitFor();
    await isAt(2);
    await testConnection(tenantUrl.replace('/scim/v2', '/scim/v1'), token);
    await notice.getByText(/^The path is wrong/).waitFor();
    await isAt(2);
  });

  test('Test Connection succeeds and is seen arriving, and the next step opens', async () => {
    await testConnection(tenantUrl, token);
    await entra.getByText('The supplied credentials are authorized to enable provisioning').waitFor();
    await press('Save the credentials');
    await entra.getByText('Provisioning off').waitFor();
    await page.getByRole('heading', { name: /^Step 3, current step: Map attributes/ }).waitFor();
    await page.getByText('Mappings → Provision Microsoft Entra ID Users').waitFor();
    await isAt(3);
    await step(2, 'done').click();
    await page.getByText(/Test Connection succeeded at/).waitFor();
    await step(2, 'done').click();
    await used.click(page.getByRole('button', { name: 'Copy: Copy the schema as JSON' }));
    const schema = JSON.parse(await copied());
    expect(schema.synchronizationRules[0].objectMappings[0].attributeMappings.length).toBeGreaterThan(10);
  });

  test('the application gets mappings, target object actions, a scope with a filter, assignments and an address for failures', async () => {
    await openTab(entra, 'Mappings');
    await entra.getByRole('row', { name: /userName.*mailNickname/ }).waitFor();
    await press('Edit title');
    const edit = dialog('Edit Attribute: title');
    await edit.getByLabel('Mapping type').selectOption('Constant');
    await edit.getByLabel('Constant Value').fill('Captain');
    await edit.getByRole('button', { name: 'Ok' }).click();
    await entra.getByRole('row', { name: /title.*Captain.*Constant/ }).waitFor();
    await entra.getByRole('checkbox', { name: /^Delete/ }).uncheck();
    await press('Save');
    await entra.getByText(/^Saved/).waitFor();

    await openTab(entra, 'Scope');
    await entra.getByRole('radio', { name: /^Sync only assigned users and groups/, checked: true }).waitFor();
    await press('Add scoping filter for users…');
    const filter = dialog('Add Scoping Filter');
    await filter.getByLabel('Source attribute').selectOption('jobTitle');
    await filter.getByLabel('Operator').selectOption('IS NOT NULL');
    await filter.getByLabel('Scoping filter title').fill('Employees');
    await filter.getByRole('button', { name: 'Ok' }).click();
    await entra.getByText(/^jobTitle IS NOT NULL/).waitFor();
    await press('Save');
    await entra.getByText(/^Saved/).waitFor();

    await openTab(entra, 'Users and groups');
    await assign('berg', 'Ann Berg');
    await assign('engin', 'Engineering');

    await openTab(entra, 'Settings');
    await entra.getByRole('checkbox', { name: /^Send an email notification/ }).check();
    await entra.getByLabel('Notification Email').fill('it@contoso.example');
    const settings = entra.getByRole('form', { name: 'Settings' });
    await settings.getByRole('button', { name: 'Save' }).click();
    await settings.getByText('Saved.').waitFor();
  });

  test('Provision on demand sends the first person, whom Set-up shows', async () => {
    await provision('berg', 'Ann Berg');
    await page.getByRole('link', { name: 'Open ann.berg' }).waitFor();
    // The position derives from what has arrived, so that the walk can be left and resumed.
    await page.reload();
    await isAt(6);
  });

  test('the others arrive in the live list once Provisioning Status is on, and only those who are assigned', async () => {
    await page.getByRole('link', { name: 'Watch the requests' }).click();
    // The list does not move under the pointer.
    await page.getByRole('heading', { level: 1 }).hover();
    await page.getByText('Live: requests appear as they arrive.').waitFor();
    await openTab(entra, 'Provisioning');
    await press('Start provisioning');
    await entra.getByText('Provisioning on').waitFor();
    await page.getByRole('link', { name: /Create bob\.moser → created/ }).waitFor();
    await entra.getByRole('region', { name: 'Last cycle' }).getByText('Completed', { exact: true }).waitFor();
    await openTab(page, 'Set-up');
    await page.getByText('Entra ID is connected, and sends people.').waitFor();
    await goToPlace(page, 'Groups');
    await page.getByRole('link', { name: 'Engineering', exact: true }).waitFor();
    await goToPlace(page, 'People');
    await page.getByRole('row', { name: /Bob Moser/ }).waitFor();
    await page.getByText('2 here').waitFor();
    await page.getByRole('link', { name: 'Ann Berg' }).click();
    await page.getByText('Captain').first().waitFor();
  });

  test('Sources needs few steps of the administrator, and no other document', () => {
    expect({ clicks: used.clicks, fields: used.fields, searches: used.searches }).toEqual({
      clicks: CLICKS_MAX,
      fields: FIELDS_MAX,
      searches: 0,
    });
  });

  test('a person who is disabled is suspended at once, and her timeline has the request behind it', async () => {
    await entra.getByRole('main').getByRole('link', { name: 'Contoso', exact: true }).click();
    await openTab(entra, 'Users');
    await entra.getByRole('link', { name: 'Ann Berg' }).click();
    await press('Disable the account…');
    await press('Disable Ann Berg');
    await entra.getByRole('button', { name: 'Enable the account' }).waitFor();
    await entra.keyboard.press('Escape');
    await openTab(entra, 'Enterprise applications');
    await openTab(entra, 'Tanhua');
    await provision('berg', 'Ann Berg');

    const timeline = page.getByRole('list', { name: 'Timeline' });
    const change = page.getByRole('link', { name: /^PATCH, 200/ });
    const entry = timeline.getByRole('listitem').filter({ has: change }).first();
    await entry.getByText(/suspended/).waitFor();
    await entry.getByRole('link', { name: /^PATCH, 200/ }).click();
    const request = page.getByRole('dialog', { name: 'Request' });
    await request.getByRole('group', { name: 'Body of the request' }).getByText('"active"').waitFor();
    await page.keyboard.press('Escape');
  });

  test('the email about a failure arrives, and a restart with the right token ends the quarantine', async () => {
    await openTab(entra, 'Admin Credentials');
    await saveToken('tnh_expired');
    await openTab(entra, 'Provisioning');
    await press('Run a cycle now');
    const notice = entra.getByRole('alert', { name: 'The job is in quarantine' });
    await notice.getByText('EncounteredQuarantineException').waitFor();
    await notice.getByText(/test the connection, and restart provisioning/).waitFor();
    const [failure] = await mail.waitFor(1, 'it@contoso.example');
    expect(failure?.parsed.subject).toBe('Provisioning to Tanhua is in quarantine');
    expect(failure?.parsed.text).toContain('EncounteredQuarantineException');
    await notice.getByRole('link', { name: 'Open Admin Credentials' }).click();
    await saveToken(token);
    await openTab(entra, 'Provisioning');
    await notice.getByRole('button', { name: 'Restart provisioning…' }).click();
    await dialog('Restart provisioning').getByRole('button', { name: 'Restart' }).click();
    await notice.waitFor({ state: 'detached' });
    expect(opened.errors).toEqual([]);
  });

  test('a user follows the activation mail on a phone, sets a password and up an app and a passkey, and signs in again', async () => {
    const [activation] = await mail.waitFor(1, 'bob.moser@contoso.example');
    if (activation === undefined) expect.fail('No activation mail arrived.');
    await using phone = await served.open({ role: null, root: '/portal', path: '', width: PHONE_WIDTH });
    await phone.page.goto(linkOf(activation).url);
    await setPassword(phone.page);
    await signInTo(phone.page, 'bob.moser@contoso.example', NEW_PASSWORD);
    await headingOf(phone.page, 'Hello, Bob');
    expect(new URL(phone.page.url()).origin).toBe(served.origin);
    const [recoveryCode = ''] = await setUpApp(phone.page);
    await addAuthenticator(phone);
    await addPasskey(phone.page);
    await signInWithRecoveryCode(phone.page, recoveryCode);
    await phone.page.getByRole('button', { name: 'Sign out' }).tap();
    await phone.page.getByRole('button', { name: 'Sign in with a passkey' }).tap();
    await headingOf(phone.page, 'Hello, Bob');
    expect(phone.errors).toEqual([]);
  });
});

/** Sets the password on the page of the activation link, which shows the policy first, and afterwards what to do next. */
async function setPassword(page: Page): Promise<void> {
  const used = new CountedSteps();
  await headingOf(page, 'Welcome, Bob');
  await used.fill(page.getByLabel('New password', { exact: true }), NEW_PASSWORD);
  await page.getByText('Strength: hard to guess').waitFor();
  const rule = page.getByRole('listitem').filter({ hasText: 'at least 8 characters' });
  expect(await rule.textContent()).toContain('met');
  await used.fill(page.getByLabel('Repeat the new password'), NEW_PASSWORD);
  await used.click(page.getByRole('button', { name: 'Set the password' }));
  await headingOf(page, 'Your password is set');
  expect({ clicks: used.clicks, fields: used.fields }).toEqual({ clicks: 1, fields: 2 });
  await page.getByRole('link', { name: 'Sign in' }).tap();
}

/** Sets up an authenticator app from the QR code, after a wrong code. Returns the recovery codes. */
async function setUpApp(page: Page): Promise<readonly string[]> {
  const used = new CountedSteps();
  await used.click(page.getByRole('link', { name: /Protect your account/ }));
  await used.click(page.getByRole('button', { name: 'Set up the app' }));
  await used.fill(page.getByLabel('Your password', { exact: true }), NEW_PASSWORD);
  await used.click(page.getByRole('button', { name: 'Continue' }));
  const scanned = new URL(await readQr(page));
  await page.getByText('Or enter this key in the app').tap();
  const key = (await page.locator('code').textContent())?.replaceAll(' ', '') ?? '';
  expect([scanned.protocol, scanned.searchParams.get('secret')]).toEqual(['otpauth:', key]);
  const app = new TOTP({ secret: key });
  await page.getByLabel('Code of six digits').fill('000000');
  await page.getByRole('button', { name: 'Turn on the app' }).tap();
  await page.getByRole('alert').getByText('The code is wrong').waitFor();
  await used.fill(page.getByLabel('Code of six digits'), app.generate());
  await used.click(page.getByRole('button', { name: 'Turn on the app' }));
  await headingOf(page, 'Save your recovery codes');
  expect({ clicks: used.clicks, fields: used.fields }).toEqual({ clicks: 4, fields: 2 });
  const codes = await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allTextContents();
  expect(codes).toHaveLength(8);
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).tap();
  expect(readFileSync(await (await downloading).path(), 'utf8')).toContain(codes.join('\n'));
  await page.getByRole('button', { name: 'I have saved them' }).tap();
  await page.getByText('Nothing to do').waitFor();
  return codes;
}

async function addPasskey(page: Page): Promise<void> {
  await page.getByRole('link', { name: /^Passkeys/ }).tap();
  await page.getByRole('button', { name: 'Add a passkey' }).tap();
  await page.getByLabel('Name of the passkey').fill('Phone');
  await page.getByLabel('Your password', { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).tap();
  await page.getByText('The passkey “Phone” is added').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).tap();
}

async function signInWithRecoveryCode(page: Page, code: string): Promise<void> {
  await headingOf(page, /^Sign in to/);
  await signInTo(page, 'bob.moser', NEW_PASSWORD);
  await headingOf(page, 'Enter your code');
  await page.getByRole('button', { name: 'I do not have my phone' }).tap();
  await page.getByLabel('Recovery code').fill(code);
  await page.getByRole('button', { name: 'Continue' }).tap();
  await headingOf(page, 'Hello, Bob');
}
