import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type TestConsole } from '../support/browser.ts';
import { call, scimClient } from '../support/http-client.ts';
import { skipWithout } from '../support/skip-without.ts';

describe.skipIf(skipWithout(browserUnavailableReason()))('groups in the console', () => {
  let served: TestConsole;
  let ann: string;
  let sent: string;
  beforeAll(async () => {
    served = await startConsole();
    const { server } = served;
    await server.cli('integration', 'set', 'Entra ID', 'unknownMembers=defer');
    const entra = scimClient(server.scimUrl, server.started['secretToken'] ?? '');
    const emails = [{ type: 'work', primary: true, value: 'ann@contoso.example' }];
    ann = (await entra.post('/Users', { userName: 'ann', displayName: 'Ann Meier', active: true, emails })).body.id;
    const members = [{ value: ann }, { value: 'not-here-yet' }];
    sent = (await entra.post('/Groups', { displayName: 'Sent by Entra', members })).body.id;
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const create = async (name: string): Promise<string> => {
    const headers = { 'x-api-key': served.server.key, 'content-type': 'application/json' };
    const answer = await call(`${served.server.url}/api/v2/usergroups`, { method: 'POST', headers, body: { name } });
    return answer.body.id;
  };

  test('are found by the beginning of their name, and the empty list says what was searched', async () => {
    await create('Accounting');
    await using opened = await served.open({ path: '/groups' });
    const { page } = opened;
    await page.getByRole('row', { name: /^Sent by Entra/ }).waitFor();
    await page.getByRole('searchbox', { name: 'Search groups' }).fill('acc');
    await page.getByRole('row', { name: /^Sent by Entra/ }).waitFor({ state: 'detached' });
    expect(await page.getByRole('row').count()).toBe(2);
    expect(page.url()).toContain('search=acc');
    await page.getByRole('searchbox', { name: 'Search groups' }).fill('accx');
    await page.getByText('No group has a name that begins with “accx”.').waitFor();
    await page.getByRole('button', { name: 'Clear the search and the filter' }).click();
    await page.getByRole('row', { name: /^Sent by Entra/ }).waitFor();
    expect(opened.errors).toEqual([]);
  });

  test('of a source show who is waiting, and cannot be changed until they are released', async () => {
    await using opened = await served.open({ path: `/groups/${sent}` });
    const { page } = opened;
    await page.getByRole('row', { name: /Ann Meier/ }).waitFor();
    await page.getByRole('link', { name: 'Why is not-here-yet not here?' }).waitFor();
    await page.getByText('Entra ID keeps the name and the members of this group').waitFor();
    expect(await page.getByRole('button', { name: 'Add a member' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Delete' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Timeline' }).click();
    await page.getByRole('list', { name: 'Timeline' }).getByRole('listitem').first().waitFor();
    expect(new URL(page.url()).search).toBe('?tab=timeline');
  });

  test('are created, filled, renamed, emptied and deleted, and each dialog says what it does', async () => {
    await using opened = await served.open({ path: '/groups' });
    const { page } = opened;
    await page.getByRole('button', { name: 'Create a group' }).click();
    await page.getByRole('textbox', { name: /^Name/ }).fill('Night shift');
    await page.getByRole('button', { name: 'Create the group' }).click();
    await page.getByRole('heading', { name: 'Night shift', level: 1 }).waitFor();

    await page.getByRole('button', { name: 'Add a member' }).click();
    await page.getByRole('searchbox', { name: 'Search people and groups' }).fill('ann');
    await page.getByRole('button', { name: /^Ann Meier/ }).click();
    await page.getByText('Ann Meier is a member now.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('row', { name: /Ann Meier/ }).waitFor();

    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: /^Name/ }).fill('Day shift');
    await page.getByRole('button', { name: 'Rename the group' }).click();
    await page.getByRole('heading', { name: 'Day shift', level: 1 }).waitFor();

    await page.getByRole('checkbox', { name: 'Select Ann Meier' }).check();
    await page.getByRole('button', { name: 'Remove 1 person from the group…' }).click();
    const removal = page.getByRole('dialog', { name: 'Remove 1 person from Day shift?' });
    await removal.getByRole('button', { name: 'Remove 1 person from the group' }).click();
    await removal.getByText('1 done.').waitFor();
    await removal.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('row', { name: /Ann Meier/ }).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete Day shift?' });
    await dialog.getByText('The group has no people.').waitFor();
    await dialog.getByRole('button', { name: 'Delete Day shift' }).click();
    await page.getByRole('row', { name: /^Sent by Entra/ }).waitFor();
    expect(await page.getByRole('row', { name: /shift/ }).count()).toBe(0);
    expect(opened.errors).toEqual([]);
  });

  test('appear in an open list when a source sends them', async () => {
    await using opened = await served.open({ path: '/groups' });
    const { page } = opened;
    await page.getByRole('row', { name: /^Sent by Entra/ }).waitFor();
    await create('Just created');
    await page.getByRole('row', { name: /^Just created/ }).waitFor();
  });

  test('have no actions for a role that may only read', async () => {
    await using opened = await served.open({ role: 'Read Only', path: `/groups/${await create('Read only')}` });
    const { page } = opened;
    await page.getByRole('heading', { name: 'Read only', level: 1 }).waitFor();
    await opened.settle();
    for (const name of ['Add a member', 'Rename', 'Delete', 'Release']) {
      expect(await page.getByRole('button', { name }).count(), name).toBe(0);
    }
  });

  test('that do not exist say so, with a way to the events', async () => {
    await using opened = await served.open({ path: `/groups/${'0'.repeat(24)}` });
    await opened.page.getByRole('heading', { name: 'This group is not here' }).waitFor();
    await opened.page.getByRole('link', { name: 'Show the events about it' }).waitFor();
  });
});
