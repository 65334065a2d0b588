import type { Page } from '@playwright/test';
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
import { createConsoleSamples, namedSamples, type ConsoleSamples } from '../../support/console-samples.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { goTo } from './on-page.ts';

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
/** The label of a field, which a help text can follow. */
const beginningWith = (label: string) => new RegExp(`^${RegExp.escape(label)}`);
const names = formsOf(namedSamples, 'gone').map(({ name }) => name);
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
    await goTo(page, path);
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

  test('a list that could not be read is there again as soon as the server is', async () => {
    const { page, settle } = opened;
    await goTo(page, '/groups');
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
