import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../support/browser.ts';
import { CountedSteps } from '../support/counted-steps.ts';
import { scimClient, type ScimClient } from '../support/http-client.ts';
import { skipWithout } from '../support/skip-without.ts';

const email = (name: string) => [{ type: 'work', primary: true, value: `${name}@contoso.example` }];

describe.skipIf(skipWithout(browserUnavailableReason()))('an administrator who asks where a person is', () => {
  let served: TestConsole;
  let entra: ScimClient;
  beforeAll(async () => {
    served = await startConsole();
    entra = scimClient(served.server.scimUrl, served.server.started['secretToken'] ?? '');
    await entra.post('/Users', {
      userName: 'ann',
      displayName: 'Ann Meier',
      title: 'Engineer',
      active: true,
      emails: email('ann'),
    });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  /** Sends Bob as Entra ID does: without an address, because he has no mailbox. */
  const sendBob = async () =>
    (await entra.post('/Users', { userName: 'bob.moser', displayName: 'Bob Moser', active: true })).status;
  const drawer = ({ page }: OpenedPage) => page.getByRole('dialog', { name: 'Request' });

  test('finds the refused person, the reason, the request and the fix, and applies it: 1 search, 2 clicks', async () => {
    expect(await sendBob()).toBe(400);
    // The rule decides about Carla, too.
    expect((await entra.post('/Users', { userName: 'carla', active: true })).status).toBe(400);
    await using opened = await served.open({ path: '/people' });
    const { page } = opened;
    const used = new CountedSteps();
    const search = page.getByRole('searchbox', { name: 'Search people' });
    await search.fill('bob');
    const row = page.getByRole('row', { name: /Bob Moser/ });
    await row.getByText(/not here: .* each user needs a primary email here\./).waitFor();
    await used.search(search, 'bob');

    await page.getByRole('heading', { name: 'Bob Moser is not here', level: 1 }).waitFor();
    await page
      .getByText(/is missing: each user needs a primary email here\./)
      .first()
      .waitFor();
    await page
      .getByText(/^In Entra ID, map .+ or make the email optional: Sources → Entra ID → Rules → Email\.$/)
      .waitFor();
    const sent = page.getByRole('group', { name: 'Body of the request' });
    await sent.getByText('"bob.moser"').waitFor();
    await used.click(page.getByRole('link', { name: 'Change the rule Email…' }));

    const change = page.getByRole('region', { name: '1 rule changed, not saved yet' });
    await change
      .getByText(/^2 people would be decided differently, by the requests of .+: 2 accepted instead of refused/)
      .waitFor();
    expect(await page.getByRole('radio', { name: /^A person needs no email/ }).isChecked()).toBe(true);
    await used.click(change.getByRole('button', { name: 'Save 1 rule' }));
    await page.getByText('Saved. The rules apply to all requests from now on.').waitFor();
    expect({ searches: used.searches, clicks: used.clicks, fields: used.fields }).toEqual({
      searches: 1,
      clicks: 2,
      fields: 0,
    });

    await page.getByText(/If people or groups were refused before, send them again: in Entra ID/).waitFor();
    await page.getByRole('link', { name: /^Home/ }).click();
    const attention = page.getByRole('region', { name: 'What needs attention' });
    const item = attention.getByRole('listitem').filter({ hasText: '2 people were refused' });
    await item.getByText(/^The rule Email has changed since.+ Send the people again: in Entra ID/).waitFor();
    expect(await item.getByRole('link').allTextContents()).toEqual(['Show the 2']);
    await page.goBack();
    await page
      .getByText(/^Nothing to change: the rule Email already has the value that this link proposes\./)
      .waitFor();
    await page.goBack();
    const changed =
      /^The rule Email has changed since, and no longer refuses this\. Send the person again: in Entra ID with/;
    await page.getByText(changed).waitFor();
    await page.getByRole('link', { name: 'Show the rule Email' }).waitFor();
    expect(await page.getByRole('link', { name: 'Change the rule Email…' }).count()).toBe(0);
    // The refused request has several names of Bob.
    const others = page.getByRole('region', { name: 'Is this person here under another name?' });
    expect(await others.getByRole('listitem').count()).toBe(0);
    await page
      .getByRole('link', { name: /^POST, 400/ })
      .first()
      .click();
    await drawer(opened).getByText('The rule Email has changed since, and no longer refuses this.').waitFor();
    await page.keyboard.press('Escape');
    await drawer(opened).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Replay without writing' }).click();
    await page.getByText('The directory would create bob.moser.').waitFor();
    await page.getByText(/^When it arrived, it was refused\./).waitFor();
    await page.getByText(/^To have this happen, send it again: in Entra ID/).waitFor();
    await page.getByText('The user that it would create', { exact: true }).waitFor();
    await page.getByText(/Nothing was changed/).waitFor();
    expect(await entra.get('/Users?filter=userName+eq+%22bob.moser%22')).toMatchObject({ body: { totalResults: 0 } });

    expect(await sendBob()).toBe(201);
    await page.getByRole('heading', { name: 'Bob Moser', exact: true, level: 1 }).waitFor();
    // No link can be sent to Bob, who has no address.
    await page.getByText(/a link to set a password cannot be sent, because this person has no email address/).waitFor();
    expect(await page.getByRole('button', { name: 'Send activation email…' }).count()).toBe(0);
    await page
      .getByRole('list', { name: 'Timeline' })
      .getByText(/created bob\.moser/)
      .waitFor();
    expect(opened.errors).toEqual([]);
  });

  test('reads who changed what in the timeline, and opens the request behind it', async () => {
    const { body } = await entra.get('/Users?filter=userName+eq+%22ann%22');
    const { id } = body.Resources[0];
    await entra.patch(`/Users/${id}`, { Operations: [{ op: 'Replace', path: 'title', value: 'Head of Platform' }] });
    await using opened = await served.open({ path: `/people/${id}` });
    const { page } = opened;
    const timeline = page.getByRole('list', { name: 'Timeline' });
    const change = page.getByRole('link', { name: /^PATCH, 200/ });
    const entry = timeline.getByRole('listitem').filter({ has: change }).first();
    await entry.getByText(/^Entra ID/).waitFor();
    await entry.getByText('Title: Engineer → Head of Platform').waitFor();
    await entry.getByRole('link', { name: /^PATCH, 200/ }).click();
    const request = drawer(opened);
    await request.getByText(`PATCH /scim/v2/Users/${id}`).waitFor();
    await request.getByRole('group', { name: 'Body of the request' }).getByText('"Head of Platform"').waitFor();
    await request.getByRole('group', { name: 'Body of the answer' }).getByText('"ann"').first().waitFor();
    await request.getByText('Checks of the credential').click();
    await request
      .getByRole('row', { name: /passed/ })
      .first()
      .waitFor();
    expect(new URL(page.url()).searchParams.get('exchange')).toMatch(/^[\da-f-]{36}$/);
    await page.keyboard.press('Escape');
    await request.waitFor({ state: 'detached' });

    await entra.patch(`/Users/${id}`, { Operations: [{ op: 'Replace', path: 'title', value: 'Director' }] });
    await timeline.getByText('Title: Head of Platform → Director').waitFor();
    expect(opened.errors).toEqual([]);
  });

  test('learns that no source has sent a name, and where to look in the source', async () => {
    await using opened = await served.open({ path: '/people' });
    const { page } = opened;
    const used = new CountedSteps();
    await used.search(page.getByRole('searchbox', { name: 'Search people' }), 'dora');
    await page.getByText('No person matches “dora”').waitFor();
    await used.click(page.getByRole('link', { name: 'See why this name is missing' }));
    await page.getByRole('heading', { name: 'dora is not here', level: 1 }).waitFor();
    await page.getByText(/^No source has sent this name\./).waitFor();
    await page.getByRole('heading', { name: 'What to check in Entra ID' }).waitFor();
    await page.getByText(/^Provision on demand: choose the person/).waitFor();
    expect({ searches: used.searches, clicks: used.clicks }).toEqual({ searches: 1, clicks: 1 });

    const emails = email('dora');
    expect((await entra.post('/Users', { userName: 'dora', displayName: 'Dora', active: true, emails })).status).toBe(
      201,
    );
    await page.getByRole('heading', { name: 'Dora', exact: true, level: 1 }).waitFor();
  });
});
