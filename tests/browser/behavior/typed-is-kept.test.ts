import type { Page } from '@playwright/test';
import { graphClient, type GraphClient } from '#entra/graph-api/client.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  browserUnavailableReason,
  createAdministrator,
  PASSWORD,
  signIn,
  startConsole,
  type OpenedPage,
  type TestConsole,
} from '../../support/browser.ts';
import { call } from '../../support/http-client.ts';
import { createConsoleSamples, namedSamples, type ConsoleSamples } from '../../support/console-samples.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { openAfresh } from './on-page.ts';

interface Form {
  readonly name: string;
  readonly path: string;
  /** The button that opens the dialog. */
  readonly open: string;
  /** What is typed into each field, by its label. */
  readonly fields: Readonly<Record<string, string>>;
  readonly submit: string;
  /** A text of the page after it was done. */
  readonly done: string | RegExp;
}

/** The forms of the console, each with different values in each round, because it is sent once in each. */
function formsOf({ own, ownGroup, source }: ConsoleSamples, round: string): readonly Form[] {
  const { [round]: index = 0 }: Readonly<Record<string, number>> = { gone: 1, ended: 2 };
  return [
    {
      name: 'add a person',
      path: '/people',
      open: 'Add a person…',
      fields: {
        'User name (required)': `new.${round}`,
        'Work email (required)': `new.${round}@contoso.example`,
        'First name': `New ${round}`,
      },
      submit: 'Add this person',
      done: new RegExp(`new.${round}`, 'i'),
    },
    {
      name: 'change a fact',
      path: `/people/${own}`,
      open: 'Change Title',
      fields: { Title: `Title ${index}` },
      submit: 'Save Title',
      done: `Title ${index}`,
    },
    {
      name: 'create a group',
      path: '/groups',
      open: 'Create a group…',
      fields: { Name: `Group ${round}` },
      submit: 'Create the group',
      done: `Group ${round}`,
    },
    {
      name: 'rename a group',
      path: `/groups/${ownGroup}`,
      open: 'Rename…',
      fields: { Name: `Night shift ${index}` },
      submit: 'Rename the group',
      done: `Night shift ${index}`,
    },
    {
      name: 'add a source',
      path: '/sources',
      open: 'Add a source…',
      fields: { Name: `Okta ${index}` },
      submit: 'Add the source',
      done: `Okta ${index}`,
    },
    {
      name: 'create a key',
      path: `/sources/${source}/keys`,
      open: 'Create a key…',
      fields: { Name: `Key ${index}`, 'Allowed addresses': '192.0.2.0/24', 'Your password': PASSWORD },
      submit: 'Create the key',
      done: 'Copy the key now.',
    },
  ];
}
/** A form that stays open while its data is read again. */
interface StandingForm {
  readonly name: string;
  readonly path: string;
  readonly label: string;
  readonly typed: string;
  /** Saves another value of the same field, as another administrator does. */
  readonly changeElsewhere: (graph: GraphClient) => Promise<unknown>;
  readonly submit: string;
  readonly done: string;
}

/** The forms of the console that stay open. Each one is on a page or in a drawer with one form with its button. */
function standingFormsOf({ tenant, application, tenantUser }: ConsoleSamples): readonly StandingForm[] {
  const base = `/rehearsal/${tenant}/applications/${application}`;
  const jobOf = async (graph: GraphClient) => {
    const [job] = (await graph.servicePrincipals.jobs(application)).value;
    return graph.job(application, job?.id ?? '');
  };
  return [
    {
      name: 'a user of a tenant',
      path: `/rehearsal/${tenant}/people?user=${tenantUser}`,
      label: 'Job title',
      typed: 'Pilot',
      changeElsewhere: (graph) => graph.users.update(tenantUser, { jobTitle: 'Clerk' }),
      submit: 'Save the user',
      done: 'Saved. The next cycle provisions the change.',
    },
    {
      name: 'the credentials of an application',
      path: `${base}/credentials`,
      label: 'Tenant URL',
      typed: 'https://typed.example/scim',
      changeElsewhere: (graph) =>
        graph.servicePrincipals.saveSecrets(application, [
          { key: 'BaseAddress', value: 'https://elsewhere.example/scim' },
          { key: 'SecretToken', value: 'tnh_elsewhere' },
        ]),
      submit: 'Test Connection',
      done: 'Test Connection failed',
    },
    {
      name: 'the settings of an application',
      path: `${base}/settings`,
      label: 'Provisioning interval, in minutes',
      typed: '30',
      changeElsewhere: async (graph) => (await jobOf(graph)).update({ schedule: { interval: 'PT20M' } }),
      submit: 'Save',
      done: 'Saved.',
    },
  ];
}
/** The label of a field, which a help text can follow. */
const beginningWith = (label: string) => new RegExp(`^${RegExp.escape(label)}`);
const names = formsOf(namedSamples, 'gone').map(({ name }) => name);
const standingNames = standingFormsOf(namedSamples).map(({ name }) => name);
const EMAIL = 'writer@contoso.example';

describe.skipIf(skipWithout(browserUnavailableReason()))('what was typed is kept, and the form', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let samples: ConsoleSamples;
  beforeAll(async () => {
    served = await startConsole();
    samples = await createConsoleSamples(served.server);
    await createAdministrator(served.server, EMAIL, 'Administrator');
    opened = await served.open({ role: null });
    await signIn(opened.page, EMAIL);
    await opened.page.getByRole('navigation').waitFor();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const formOf = (name: string, round: string) =>
    formsOf(samples, round).find((one) => one.name === name) ?? expect.fail(name);

  async function fill(page: Page, { path, open, fields }: Form) {
    await openAfresh(page, path);
    await page.getByRole('main').getByRole('button', { name: open, exact: true }).click();
    const dialog = page.getByRole('dialog').first();
    for (const [label, text] of Object.entries(fields))
      await dialog.getByLabel(beginningWith(label)).first().fill(text);
    return dialog;
  }

  /** Checks the fields after a failure, sends the form again, and waits until it is done. */
  async function sendAgain(page: Page, { fields, submit, done }: Form): Promise<void> {
    const dialog = page.getByRole('dialog').filter({ has: page.getByRole('button', { name: submit, exact: true }) });
    for (const [label, text] of Object.entries(fields)) {
      expect(await dialog.getByLabel(beginningWith(label)).first().inputValue(), label).toBe(text);
    }
    await dialog.getByRole('button', { name: submit, exact: true }).click();
    await page.getByText(done).first().waitFor();
    const finished = page.getByRole('dialog').getByRole('button', { name: 'Done' });
    if ((await finished.count()) > 0) await finished.click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }

  test.for(names)('"%s" is sent again after the server was gone', async (name) => {
    const { page } = opened;
    const form = formOf(name, 'gone');
    const dialog = await fill(page, form);
    await page.route('**/api/**', (route) => route.abort('connectionrefused'));
    await dialog.getByRole('button', { name: form.submit, exact: true }).click();
    await dialog.getByRole('alert').getByText('The server does not answer').waitFor();
    await page.unroute('**/api/**');
    await sendAgain(page, form);
    expect(opened.errors).toEqual([]);
  });

  test.for(names)('"%s" is sent again after the session had ended', async (name) => {
    const { page } = opened;
    const form = formOf(name, 'ended');
    const dialog = await fill(page, form);
    await served.server.cli('admin', 'sign-out', EMAIL);
    await dialog.getByRole('button', { name: form.submit, exact: true }).click();
    const again = page.getByRole('dialog', { name: 'Sign in' });
    await again.getByLabel('Password').fill(PASSWORD);
    await again.getByRole('button', { name: 'Sign in', exact: true }).click();
    await again.waitFor({ state: 'detached' });
    await sendAgain(page, form);
    expect(opened.errors).toEqual([]);
  });

  test.for(standingNames)('%s: is not replaced by what another administrator saved, and says so', async (name) => {
    const { page, settle } = opened;
    const { path, label, typed, changeElsewhere, submit, done } =
      standingFormsOf(samples).find((one) => one.name === name) ?? expect.fail(name);
    await openAfresh(page, path);
    await settle();
    const field = page.getByLabel(beginningWith(label));
    await field.fill(typed);
    const { url, key } = served.server;
    await changeElsewhere(graphClient({ baseUrl: `${url}/entra/v1.0`, key, tenant: samples.tenant }));
    await page.getByText(`Changed by another administrator since you began to type: ${label}.`).waitFor();
    expect(await field.inputValue()).toBe(typed);
    await page.locator('form').filter({ has: field }).getByRole('button', { name: submit, exact: true }).click();
    await page.getByText(done).first().waitFor();
    expect(await field.inputValue()).toBe(typed);
  });

  test('what is typed into the text of an email while it is being saved is kept', async () => {
    const { page } = opened;
    await openAfresh(page, '/settings/mail?tab=templates&template=activate_user_custom');
    const subject = page.getByLabel('Subject', { exact: true });
    await subject.fill('Welcome');
    const answered = Promise.withResolvers<void>();
    await page.route('**/api/v2/customemails/*', async (route) => {
      await answered.promise;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Save the text' }).click();
    await subject.fill('Welcome, and hello');
    answered.resolve();
    await page.getByRole('button', { name: 'Restore the text of the product…' }).waitFor();
    expect(await subject.inputValue()).toBe('Welcome, and hello');
    await page.unroute('**/api/v2/customemails/*');
  });

  test('a custom schema that another administrator has saved meanwhile is replaced only after the page has said so', async () => {
    const { page } = opened;
    const { url, key } = served.server;
    const id = 'urn:contoso:scim:schemas:2.0:User';
    const define = (method: 'POST' | 'PUT', path: string, name: string) =>
      call(url + path, {
        method,
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        body: { id, name, attributes: [{ name: 'badge' }] },
      });
    await define('POST', '/api/schemas', 'Badges');
    await openAfresh(page, `/settings/schemas?schema=${id}`);
    const field = page.getByRole('textbox', { name: beginningWith('Definition') });
    const typed = (await field.inputValue()).replace('"Badges"', '"Typed"');
    await field.fill(typed);
    await define('PUT', `/api/schemas/${id}`, 'Elsewhere');
    await page.getByRole('button', { name: 'Save the schema' }).click();
    await page.getByText('Changed by another administrator since you began to type: Definition.').waitFor();
    await page.getByRole('dialog', { name: 'Elsewhere' }).waitFor();
    expect(await field.inputValue()).toBe(typed);
    await page.getByRole('button', { name: 'Save the schema' }).click();
    await page.getByRole('dialog', { name: 'Typed' }).waitFor();
  });

  test('a list that could not be read is there again as soon as the server is', async () => {
    const { page, settle } = opened;
    await openAfresh(page, '/groups');
    await settle();
    await page.route('**/api/**', (route) => route.abort('connectionrefused'));
    await page.getByRole('searchbox', { name: 'Search groups' }).fill('eng');
    await page.getByText(/^The server does not answer\. What you typed is kept/).waitFor();
    await page.unroute('**/api/**');
    await page.getByText(/^The server does not answer/).waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /^Engineering/ }).waitFor();
    expect(await page.getByRole('searchbox', { name: 'Search groups' }).inputValue()).toBe('eng');
  });
});
