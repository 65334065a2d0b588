import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  browserUnavailableReason,
  FIRST_ADMINISTRATOR,
  PASSWORD,
  startConsole,
  type OpenedPage,
  type TestConsole,
} from '../support/browser.ts';
import { CountedSteps } from '../support/counted-steps.ts';
import { skipWithout } from '../support/skip-without.ts';

/** What the console may ask of the administrator, from the sign-in to the first cycle. */
const CLICKS_MAX = 9;
const FIELDS_MAX = 3;

/** The stand-in for Entra ID sends what Entra ID would send after each step in its portal. */
describe.skipIf(skipWithout(browserUnavailableReason()))('on the first day, an administrator', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let page: Page;
  let tenantUrl: string;
  let token: string;
  const used = new CountedSteps();
  beforeAll(async () => {
    served = await startConsole();
    opened = await served.open({ role: null });
    page = opened.page;
    await opened.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await entra('tenant', 'create', 'Contoso', '--domain', 'contoso.example');
    await entra('user', 'create', 'userPrincipalName=ann@contoso.example', 'displayName=Ann Meier', 'mailNickname=ann');
    await entra('user', 'create', 'userPrincipalName=bob@contoso.example', 'displayName=Bob Moser', 'mailNickname=bob');
  });
  afterAll(async () => {
    await opened[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
  });

  const entra = async (...args: readonly string[]) => await served.server.cli('entra', ...args);
  const enter = async (url: string, secret: string) => {
    await entra('app', 'set', 'Tanhua', `tenantUrl=${url}`);
    await entra('app', 'credentials', 'Tanhua', '--token', secret);
  };
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const step = (number: number, state: 'done' | 'current step' | 'later') =>
    page.getByRole('button', { name: new RegExp(`^Step ${number}, ${state}:`) });
  /** The position derives from what has arrived, so that the walk can be left and resumed. */
  const isAt = async (number: number) => {
    await step(number, 'current step').waitFor();
    await page.reload();
    await step(number, 'current step').waitFor();
    expect(await page.getByRole('button', { name: /^Step \d, done:/ }).count()).toBe(number - 1);
  };

  test('signs in and finds the set-up of the source, which starts with the application', async () => {
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

  test('copies the Tenant URL and a new Secret Token, which is shown once', async () => {
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
    await entra('app', 'create', 'Tanhua', '--url', tenantUrl, '--token', token, '--preset', 'guide', '--scope', 'all');
  });

  test('sees what is wrong with a mistyped token, without a reload', async () => {
    await enter(tenantUrl, token.slice(0, -1));
    await entra('app', 'test');
    await page
      .getByRole('alert')
      .getByText(/^A request arrived with a Secret Token that this server does not know/)
      .waitFor();
    await isAt(2);
  });

  test('sees what is wrong with a path, without a reload', async () => {
    await enter(tenantUrl.replace('/scim/v2', '/scim/v1'), token);
    await entra('app', 'test');
    await page
      .getByRole('alert')
      .getByText(/^The path is wrong/)
      .waitFor();
    await isAt(2);
  });

  test('sees Test Connection arrive, and the next step opens', async () => {
    await enter(tenantUrl, token);
    await entra('app', 'test');
    await page.getByRole('heading', { name: /^Step 3, current step: Map attributes/ }).waitFor();
    await page.getByText('Mappings → Provision Microsoft Entra ID Users').waitFor();
    await isAt(3);
    await step(2, 'done').click();
    await page.getByText(/Test Connection succeeded at/).waitFor();
    await step(2, 'done').click();
  });

  test('copies the mapping in the form that Entra ID imports', async () => {
    await used.click(page.getByRole('button', { name: 'Copy: Copy the schema as JSON' }));
    const schema = JSON.parse(await copied());
    expect(schema.synchronizationRules[0].objectMappings[0].attributeMappings.length).toBeGreaterThan(10);
  });

  test('sees the first person arrive by Provision on demand', async () => {
    await entra('ondemand', 'ann@contoso.example');
    await page.getByRole('link', { name: 'Open ann' }).waitFor();
    await isAt(6);
  });

  test('sees that the source is connected once it has sent more people', async () => {
    await entra('cycle', 'run');
    await page.getByText('Entra ID is connected, and sends people.').waitFor();
    await page.reload();
    await page.getByText('Entra ID is connected, and sends people.').waitFor();
    expect(opened.errors).toEqual([]);
  });

  test('needs few steps in the console, and no other document', () => {
    expect({ clicks: used.clicks, fields: used.fields, searches: used.searches }).toEqual({
      clicks: CLICKS_MAX,
      fields: FIELDS_MAX,
      searches: 0,
    });
  });
});
