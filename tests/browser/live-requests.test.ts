import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type TestConsole } from '../support/browser.ts';
import { call, scimClient, type ScimClient } from '../support/http-client.ts';
import { skipWithout } from '../support/skip-without.ts';

describe.skipIf(skipWithout(browserUnavailableReason()))('the live list of the requests of a source', () => {
  let served: TestConsole;
  let entra: ScimClient;
  let path: string;
  beforeAll(async () => {
    served = await startConsole();
    const { server } = served;
    entra = scimClient(server.scimUrl, server.started['secretToken'] ?? '');
    const { body } = await call(`${server.url}/api/integrations`, { headers: { 'x-api-key': server.key } });
    path = `/sources/${body[0].id}/requests`;
    await create('first');
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const create = async (userName: string) => {
    const emails = [{ type: 'work', primary: true, value: `${userName}@contoso.example` }];
    expect((await entra.post('/Users', { userName, active: true, emails })).status).toBe(201);
  };
  /** Sends what Entra ID sends to check the connection: two searches for something that does not exist. */
  const testConnection = async () => {
    await entra.get(`/Users?filter=userName+eq+%22${crypto.randomUUID()}%22`);
    await entra.get(`/Groups?excludedAttributes=members&filter=displayName+eq+%22${crypto.randomUUID()}%22`);
  };
  const open = async (search = '') => {
    const opened = await served.open({ path: `${path}${search}` });
    const list = opened.page.getByRole('region', { name: 'Requests of this source, newest first' });
    const lines = list.getByRole('listitem');
    return { opened, page: opened.page, list, lines };
  };
  const texts = async ({ lines }: Awaited<ReturnType<typeof open>>) => await lines.allInnerTexts();

  test('shows a request when it arrives, without a reload', async () => {
    const view = await open();
    await using _ = view.opened;
    await view.list.getByRole('link', { name: /Create first → created/ }).waitFor();
    await view.page.getByText('Live: requests appear as they arrive.').waitFor();
    await create('second');
    await view.lines.first().getByText('Create second → created').waitFor();
    await entra.post('/Users', { userName: 'third', active: true });
    await view.lines.first().getByText('Create third: refused, the primary email is missing').waitFor();
    expect(view.opened.errors).toEqual([]);
  });

  test('does not move while it is paused, says how many requests wait, and shows them after Resume', async () => {
    const view = await open();
    await using _ = view.opened;
    const { page } = view;
    await page.getByText('Live: requests appear as they arrive.').waitFor();
    await view.lines.first().waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused. New requests wait.').waitFor();
    const before = await texts(view);
    await create('fourth');
    await create('fifth');
    await page.getByRole('button', { name: 'Show 2 new requests' }).waitFor();
    expect(await texts(view)).toEqual(before);
    await page.getByRole('button', { name: 'Resume' }).click();
    await view.lines.first().getByText('Create fifth → created').waitFor();
    await view.lines.nth(1).getByText('Create fourth → created').waitFor();
    expect(await page.getByRole('button', { name: /^Show \d+ new/ }).count()).toBe(0);

    // The keyboard does the same, and the button with the number continues the list, too.
    await page.locator('body').press(' ');
    await page.getByText('Paused. New requests wait.').waitFor();
    await create('sixth');
    await page.getByRole('button', { name: 'Show 1 new request' }).click();
    await view.lines.first().getByText('Create sixth → created').waitFor();
    await page.getByText('Live: requests appear as they arrive.').waitFor();
  });

  test('does not move under the pointer', async () => {
    const view = await open();
    await using _ = view.opened;
    const { page } = view;
    await page.getByText('Live: requests appear as they arrive.').waitFor();
    await view.lines.first().hover();
    const before = await texts(view);
    await create('seventh');
    await page.getByRole('button', { name: 'Show 1 new request' }).waitFor();
    expect(await texts(view)).toEqual(before);
    await page.getByRole('heading', { level: 1 }).hover();
    await view.lines.first().getByText('Create seventh → created').waitFor();
  });

  test('folds the connection tests of Entra ID into one line', async () => {
    const view = await open();
    await using _ = view.opened;
    await view.page.getByText('Live: requests appear as they arrive.').waitFor();
    await view.lines.first().waitFor();
    const before = await view.lines.count();
    for (const checks of ['once', '2 times', '3 times']) {
      await testConnection();
      await view.lines.first().getByText(`Checked the connection ${checks}`).waitFor();
    }
    expect(await view.lines.count()).toBe(before + 1);
  });

  test('opens the complete exchange of a line, and gives the focus back', async () => {
    const view = await open();
    await using _ = view.opened;
    const { page } = view;
    const line = view.list.getByRole('link', { name: /Create third: refused/ });
    await line.focus();
    await page.keyboard.press('Enter');
    const drawer = page.getByRole('dialog', { name: 'Request' });
    await drawer.getByRole('heading', { name: /Create third: refused/ }).waitFor();
    await drawer.getByText('POST /scim/v2/Users').waitFor();
    await drawer.getByRole('group', { name: 'Body of the request' }).getByText('"third"').waitFor();
    await drawer.getByRole('group', { name: 'Body of the answer' }).getByText('"400"').waitFor();
    await drawer.getByRole('link', { name: 'Change the rule…' }).waitFor();
    await drawer.getByRole('button', { name: 'Replay without writing' }).waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    await expect.poll(() => line.evaluate((link) => link === document.activeElement)).toBe(true);
  });

  test('keeps its filters in the URL, and lists only what matches, also of what arrives', async () => {
    const view = await open();
    await using _ = view.opened;
    const { page } = view;
    await page.getByRole('button', { name: /^Outcome/ }).click();
    await page.getByRole('menuitemradio', { name: 'refused', exact: true }).click();
    await page.getByRole('button', { name: /^Kind/ }).click();
    await page.getByRole('menuitemradio', { name: 'create', exact: true }).click();
    await expect.poll(() => texts(view)).toEqual([expect.stringContaining('Create third: refused')]);
    expect(new URL(page.url()).search).toBe('?outcome=refused&kind=create');
    await page.reload();
    await expect.poll(() => texts(view)).toEqual([expect.stringContaining('Create third: refused')]);
    await page.getByText('Live: requests appear as they arrive.').waitFor();
    await create('eighth');
    await entra.post('/Users', { userName: 'ninth', active: true });
    await view.lines.first().getByText('Create ninth: refused').waitFor();
    expect(await view.lines.count()).toBe(2);

    await page.getByRole('searchbox', { name: 'Search requests' }).fill('nobody');
    await page.getByText(/^No request matches: /).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).first().click();
    await view.list.getByRole('link', { name: /Create eighth → created/ }).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });
});
