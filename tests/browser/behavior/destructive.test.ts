import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  administratorWith,
  browserUnavailableReason,
  createAdministrator,
  startConsole,
  type OpenedPage,
  type TestConsole,
} from '../../support/browser.ts';
import { createConsoleSamples, type ConsoleSamples } from '../../support/console-samples.ts';
import { call } from '../../support/http-client.ts';
import { repositoryFiles } from '../../support/repository-files.ts';
import { skipWithout } from '../../support/skip-without.ts';
import type { RunningServer } from '../../support/start-server.ts';
import { openAfresh } from './on-page.ts';

interface Destructive {
  readonly name: string;
  /** The file with its dialog. */
  readonly file: string;
  readonly path: (ids: ConsoleSamples) => string;
  readonly open: (page: Page) => Promise<void>;
  readonly dialog: string | RegExp;
  /** Who loses what, in numbers and names, and how it is undone. */
  readonly says: readonly (string | RegExp)[];
}

const press = async (page: Page, name: string | RegExp) =>
  await page.getByRole('main').getByRole('button', { name }).first().click();

const actions: readonly Destructive[] = [
  {
    name: 'delete a person',
    file: 'web/places/people/person/actions.tsx',
    path: ({ own }) => `/people/${own}`,
    open: async (page) => {
      await press(page, 'More actions');
      await page.getByRole('menuitem', { name: 'Delete…' }).click();
    },
    dialog: 'Delete Lin Wu',
    says: ['Lin Wu can no longer sign in, leaves 1 group', 'For 30 days'],
  },
  {
    name: 'delete people',
    file: 'web/places/people/bulk/bulk-dialog.tsx',
    path: () => '/people',
    open: async (page) => {
      for (const name of ['Ann Meier', 'Lin Wu']) {
        await page.getByRole('checkbox', { name: `Select ${name}` }).check();
      }
      await press(page, 'Delete…');
    },
    dialog: 'Delete 2 people',
    says: [/Ann Meier, Lin Wu/, 'leave all groups', 'For 30 days'],
  },
  {
    name: 'delete a group',
    file: 'web/places/groups/group/group-dialogs.tsx',
    path: ({ ownGroup }) => `/groups/${ownGroup}`,
    open: async (page) => await press(page, 'Delete…'),
    dialog: 'Delete Night shift?',
    says: ['1 person loses this membership and what it gives them.', 'A deleted group cannot be restored here.'],
  },
  {
    name: 'remove members of a group',
    file: 'web/places/groups/group/remove-members-dialog.tsx',
    path: ({ ownGroup }) => `/groups/${ownGroup}`,
    open: async (page) => {
      await page.getByRole('checkbox', { name: 'Select Lin Wu' }).check();
      await press(page, 'Remove 1 person from the group…');
    },
    dialog: 'Remove 1 person from Night shift?',
    says: ['Lin Wu.', 'lose what the group gives them', 'You can undo this'],
  },
  {
    name: 'revoke a key',
    file: 'web/parts/api-keys/revoke-dialog.tsx',
    path: ({ source }) => `/sources/${source}/keys`,
    open: async (page) => await press(page, /^Revoke/),
    dialog: /^Revoke “Entra ID”/,
    says: [
      'It is the only key of Entra ID that works. Provisioning stops immediately',
      'A revoked key cannot be restored',
    ],
  },
  {
    name: 'suspend an administrator',
    file: 'web/places/settings/administrators/administrator-action.tsx',
    path: () => '/settings/administrators',
    open: async (page) => {
      await press(page, administratorWith('Read Only'));
      await page.getByRole('button', { name: 'Suspend…' }).click();
    },
    dialog: /^Suspend /,
    says: ['cannot sign in any more', /sessions? ends?, and no API key stops/],
  },
  {
    name: 'delete a role',
    file: 'web/places/settings/roles/roles-section.tsx',
    path: () => '/settings/roles',
    open: async (page) => await press(page, 'Delete Night reader…'),
    dialog: 'Delete the role Night reader?',
    says: ['No administrator has it.', 'cannot be restored'],
  },
  {
    name: 'restore the text of an email',
    file: 'web/places/settings/mail/template-drawer.tsx',
    path: () => '/settings/mail?tab=templates&template=welcome',
    open: async (page) => await page.getByRole('button', { name: 'Restore the text of the product…' }).click(),
    dialog: 'Restore the text of the product?',
    says: ['Your text of this email is deleted.'],
  },
  {
    name: 'remove a schema',
    file: 'web/places/settings/schemas/schema-drawer.tsx',
    path: () => '/settings/schemas?schema=urn:contoso:scim:schemas:2.0:User',
    open: async (page) => await page.getByRole('button', { name: 'Remove…' }).click(),
    dialog: 'Remove Contoso?',
    says: ['get the answer that they are unknown'],
  },
];

/** The parts that the entries use, and the reader’s own ways to sign in, which are removed one by one with a proof. */
const others: ReadonlySet<string> = new Set([
  'web/parts/confirm-dialog.tsx',
  'web/places/rehearsal/form-dialog.tsx',
  'web/places/settings/account/app-dialog.tsx',
  'web/places/settings/account/passkey-part.tsx',
]);

/** Creates what the settings can take away: an administrator, a role, a text and a schema. */
async function createSettings(server: RunningServer): Promise<void> {
  await createAdministrator(server, administratorWith('Read Only'), 'Read Only');
  const send = async (method: 'POST' | 'PUT', path: string, body: object) =>
    await call(`${server.url}${path}`, {
      method,
      headers: { 'x-api-key': server.key, 'content-type': 'application/json' },
      body,
    });
  await send('POST', '/api/v2/roles', { name: 'Night reader', scopes: ['users.read'] });
  await send('PUT', '/api/v2/customemails/welcome', { header: 'Good evening' });
  await send('POST', '/api/schemas', {
    id: 'urn:contoso:scim:schemas:2.0:User',
    name: 'Contoso',
    attributes: [{ name: 'badge' }],
  });
}

const read = (file: string) => readFileSync(file, 'utf8');

describe.skipIf(skipWithout(browserUnavailableReason()))('an action that takes something away', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let samples: ConsoleSamples;
  const sent: string[] = [];
  beforeAll(async () => {
    served = await startConsole();
    samples = await createConsoleSamples(served.server);
    await createSettings(served.server);
    opened = await served.open();
    opened.page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      // A preview changes nothing.
      if (request.method() !== 'GET' && !pathname.endsWith('/preview')) sent.push(`${request.method()} ${pathname}`);
    });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test.for(actions.map(({ name }) => name))(
    '%s: says what happens to whom, and sends nothing before it is confirmed',
    async (name) => {
      const { page } = opened;
      const action = actions.find((one) => one.name === name) ?? expect.fail(name);
      await openAfresh(page, action.path(samples));
      await action.open(page);
      const dialog = page.getByRole('dialog', { name: action.dialog });
      for (const text of action.says) await dialog.getByText(text).first().waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(sent).toEqual([]);
    },
  );

  test('has an entry above for every part of the console with a button of its kind', () => {
    const files = repositoryFiles().filter((file) => /^web\/.*\.tsx$/.test(file));
    const dangerous = files.filter(
      (file) =>
        !others.has(file) &&
        /<Modal\b|<ActionForm\b|<ConfirmDialog\b/.test(read(file)) &&
        /['"]danger['"]|\bisDanger\b/.test(read(file)),
    );
    expect(dangerous.toSorted()).toEqual([...new Set(actions.map(({ file }) => file))].toSorted());
  });

  test('removes members of a group, and adds them again', async () => {
    const { page } = opened;
    await openAfresh(page, `/groups/${samples.ownGroup}`);
    await page.getByRole('checkbox', { name: 'Select all 1' }).check();
    await page.getByRole('button', { name: 'Remove 1 person from the group…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove 1 person from Night shift?' });
    await dialog.getByText('Lin Wu.').waitFor();
    await dialog.getByRole('button', { name: 'Remove 1 person from the group' }).click();
    await dialog.getByText('1 done.').waitFor();
    await dialog.getByRole('button', { name: 'Undo: add 1 person again' }).click();
    await dialog.getByText('Added 1 of 1 again.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('row', { name: /Lin Wu/ }).waitFor();
    expect(sent.splice(0)).toEqual([
      `POST /api/groups/${samples.ownGroup}/removals`,
      `POST /api/v2/usergroups/${samples.ownGroup}/members`,
    ]);
  });

  test('deletes a person after it has said what is lost, and the person is restored with the groups', async () => {
    const { page } = opened;
    await openAfresh(page, `/people/${samples.own}`);
    await page.getByRole('link', { name: 'Night shift', exact: true }).waitFor();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete Lin Wu' });
    await dialog.getByText('Lin Wu can no longer sign in, leaves 1 group,').waitFor();
    await dialog.getByText('For 30 days,').waitFor();
    expect(sent).toEqual([]);
    await page.keyboard.press('Escape');
    expect(sent, 'nothing is sent by a dialog that was closed').toEqual([]);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await dialog.getByRole('button', { name: 'Delete Lin Wu' }).click();
    // The way back is on the same page, without another question.
    await page.getByRole('heading', { name: 'Lin Wu was deleted', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Restore Lin Wu' }).click();
    await page.getByRole('heading', { name: 'Lin Wu', level: 1, exact: true }).waitFor();
    await page.getByRole('link', { name: 'Night shift', exact: true }).waitFor();
    expect(sent.splice(0)).toEqual([
      `DELETE /api/systemusers/${samples.own}`,
      `POST /api/systemusers/${samples.own}/restore`,
    ]);
  });

  test('suspends a person, and says how to undo it', async () => {
    const { page } = opened;
    await openAfresh(page, `/people/${samples.own}`);
    await page.getByRole('button', { name: 'Suspend…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Suspend Lin Wu' });
    await dialog.getByText('To undo this, activate Lin Wu.').waitFor();
    await dialog.getByRole('button', { name: 'Suspend Lin Wu' }).click();
    await page.getByText('May not sign in, because the account is suspended.').waitFor();
    await page.getByRole('button', { name: 'Activate…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Activate Lin Wu' }).click();
    await page.getByRole('button', { name: 'Suspend…' }).waitFor();
    expect(sent.splice(0)).toHaveLength(2);
  });

  test('for several people names them, states their number, and shows a result for each', async () => {
    const { page } = opened;
    await openAfresh(page, '/people');
    for (const name of ['Ann Meier', 'Lin Wu']) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
    await page.getByRole('button', { name: 'Delete…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete 2 people' });
    await dialog.getByText(/Ann Meier, Lin Wu/).waitFor();
    await dialog.getByText(/For 30 days,/).waitFor();
    await dialog.getByRole('button', { name: 'Delete 2 people' }).click();
    await dialog.getByText('2 done.').waitFor();
    await dialog.getByRole('list', { name: 'Result' }).getByText('Lin Wu').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('row', { name: /Ann Meier/ }).waitFor({ state: 'detached' });
    for (const [id, name] of [
      [samples.person, 'Ann Meier'],
      [samples.own, 'Lin Wu'],
    ] as const) {
      await openAfresh(page, `/people/${id}`);
      await page.getByRole('button', { name: `Restore ${name}` }).click();
      await page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
    }
    sent.splice(0);
  });

  test('deletes a group after it has said who loses it, and that this cannot be undone', async () => {
    const { page } = opened;
    await openAfresh(page, `/groups/${samples.ownGroup}`);
    await page.getByRole('button', { name: 'Delete…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete Night shift?' });
    await dialog.getByText('1 person loses this membership and what it gives them.').waitFor();
    await dialog.getByText('A deleted group cannot be restored here.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(sent).toEqual([]);
  });

  test('revokes a key after it has said how many keys are left', async () => {
    const { page } = opened;
    await openAfresh(page, `/sources/${samples.source}/keys`);
    await page.getByRole('button', { name: /^Revoke/ }).click();
    const dialog = page.getByRole('dialog', { name: /^Revoke/ });
    await dialog
      .getByText(/Entra ID/)
      .first()
      .waitFor();
    const focused = () =>
      dialog.getByRole('button', { name: 'Cancel' }).evaluate((button) => button === document.activeElement);
    await expect.poll(focused, { message: 'Enter does not revoke' }).toBe(true);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(sent).toEqual([]);
  });
});
