import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type TestConsole } from '../support/browser.ts';
import { CountedSteps } from '../support/counted-steps.ts';
import { createRehearsal, type TestRehearsal } from '../support/rehearsal.ts';
import { skipWithout } from '../support/skip-without.ts';

describe.skipIf(skipWithout(browserUnavailableReason()))('the tools of the rehearsal', () => {
  let served: TestConsole;
  let rehearsal: TestRehearsal;
  beforeAll(async () => {
    served = await startConsole();
    rehearsal = await createRehearsal(served.server);
    await rehearsal.makeUser('zoe', { displayName: 'Zoë Lang', givenName: 'Zoë', jobTitle: 'Engineer' });
    await rehearsal.makeUser('bob', { displayName: 'Bob Moser', mailNickname: 'bob@contoso.example' });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test('an expression is completed, evaluated part by part for a person, and corrected', async () => {
    await using opened = await served.open({ path: `${rehearsal.path}/expressions` });
    const { page } = opened;
    const person = page.getByRole('combobox', { name: /^Test user/ });
    await person.fill('Zo');
    await page.getByRole('option', { name: /^Zoë Lang/ }).click();

    const editor = page.getByRole('textbox', { name: 'Expression' });
    await editor.click();
    await page.keyboard.type('NormalizeDia');
    await page.getByRole('option', { name: /^NormalizeDiacritics/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('[given');
    await page.getByRole('option', { name: /^\[givenName\]/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^\[givenName\]: "Zoë"/ }).waitFor();
    await page.getByRole('button', { name: /^NormalizeDiacritics\(\[givenName\]\): "Zoe"/ }).waitFor();
    // A letter is text, and not a shortcut of the page. Tab leaves the editor.
    expect(new URL(page.url()).searchParams.get('expression')).toBe('NormalizeDiacritics([givenName])');
    await page.keyboard.press('Tab');
    expect(await editor.evaluate((element) => element.matches(':focus'))).toBe(false);

    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('Append(toLower([mailNickname]), "@x")');
    const mistake = page.getByRole('region', { name: 'Mistake' });
    await mistake.getByText('function names are case-sensitive; write ToLower').waitFor();
    await mistake.getByRole('button', { name: 'Replace with ToLower' }).click();
    await page.getByRole('button', { name: /: "zoe@x"/ }).waitFor();
    expect(await mistake.count()).toBe(0);

    // While the whole cannot be read yet, the parts that can have their values.
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('Join(" ", ToUpper([givenName]), [jobTitle]');
    await mistake.getByText('the parenthesis of Join is not closed').waitFor();
    await page.getByRole('button', { name: /^ToUpper\(\[givenName\]\): "ZOË"/ }).waitFor();
    await mistake.getByRole('button', { name: 'Insert )' }).click();
    await page.getByRole('button', { name: /: "ZOË Engineer"/ }).waitFor();
    expect(opened.errors).toEqual([]);
  });

  test('Provision on demand shows a developer what Entra ID sends at each step: 1 search, 8 clicks from Home', async () => {
    await using opened = await served.open();
    const { page } = opened;
    const used = new CountedSteps();
    await used.click(page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: 'Rehearsal' }));
    for (const name of ['Enterprise applications', 'Tanhua', 'Provision on demand']) {
      await used.click(page.getByRole('main').getByRole('link', { name, exact: true }));
    }
    await used.type(page.getByRole('combobox', { name: /^User/ }), 'lang');
    await used.click(page.getByRole('option', { name: /^Zoë Lang/ }));
    await used.click(page.getByRole('button', { name: 'Provision Zoë Lang' }));
    await page.getByRole('heading', { name: 'Zoë Lang is provisioned' }).waitFor();
    const steps = page.getByRole('region', { name: 'Steps' });
    await used.click(steps.getByText('Perform action'));
    await used.click(steps.getByText('POST'));
    await steps.getByText('Bearer ********').waitFor();
    expect({ searches: used.searches, clicks: used.clicks, fields: used.fields }).toEqual({
      searches: 1,
      clicks: 8,
      fields: 0,
    });
    await steps.getByRole('link', { name: 'Open the request as it arrived here' }).click();
    await page.getByRole('dialog', { name: 'Request' }).getByText('Zoë Lang').first().waitFor();
    await page.keyboard.press('Escape');
    await page
      .getByRole('table', { name: 'Modified attributes' })
      .getByRole('row', { name: /^title.*Engineer/ })
      .waitFor();
    await page.getByRole('link', { name: 'Open the person in this directory' }).click();
    await page.getByRole('heading', { name: 'Zoë Lang', level: 1 }).waitFor();
    expect(opened.errors).toEqual([]);
  });

  test('the provisioning logs are searched and filtered, and an entry says why it failed and what to do', async () => {
    const { value } = await rehearsal.client.users.list({ filter: "userPrincipalName eq 'bob@contoso.example'" });
    await rehearsal.job.provisionOnDemand('User', value[0]?.id ?? '');
    await using opened = await served.open({ path: `${rehearsal.path}/logs` });
    const { page } = opened;
    await page.getByRole('searchbox', { name: 'Search by identity or id' }).fill('Bob@');
    await page.getByRole('link', { name: /^zoe@/ }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Status/ }).click();
    await page.getByRole('menuitemradio', { name: 'Skipped' }).click();
    await page.getByRole('heading', { name: 'No entry matches this filter' }).waitFor();
    await page.getByRole('button', { name: /^Status/ }).click();
    await page.getByRole('menuitemradio', { name: 'Failure' }).click();
    const row = page.getByRole('link', { name: 'bob@contoso.example: Create, Failure' });
    await row.click();
    const entry = page.getByRole('dialog', { name: 'Provisioning log details' });
    await entry
      .getByRole('region', { name: 'Troubleshooting and recommendations' })
      .getByText(/email address/)
      .waitFor();
    expect(new URL(page.url()).searchParams.get('log')).not.toBeNull();
    await page.keyboard.press('Escape');
    await entry.waitFor({ state: 'detached' });
    await expect.poll(() => row.evaluate((element) => element.matches(':focus'))).toBe(true);
    expect(opened.errors).toEqual([]);
  });

  test('the comparison counts both sides, and says for a failed user why and what to do', async () => {
    await rehearsal.job.runCycle(true);
    await using opened = await served.open({ path: `${rehearsal.path}/compare` });
    const { page } = opened;
    await page.getByRole('button', { name: 'Compare both sides' }).click();
    await page.getByRole('row', { name: /^Users 2 1 1 0/ }).waitFor();
    await page.getByRole('button', { name: 'Only in the tenant, Users: show 1' }).click();
    const list = page.getByRole('region', { name: 'Differences' });
    await list.getByText('bob@contoso.example', { exact: true }).click();
    await list.getByText(/Provisioning failed with SystemForCrossDomainIdentityManagementBadRequest, once/).waitFor();
    await list.getByRole('link', { name: 'Provisioning logs of bob@contoso.example' }).waitFor();
    expect(new URL(page.url()).search).toBe('?kind=missing&type=User');
    expect(opened.errors).toEqual([]);
  });

  test('a schema is pasted as JSON, whose attribute can then be mapped, and the application is renamed', async () => {
    await using opened = await served.open({ path: `${rehearsal.path}/mappings` });
    const { page } = opened;
    await page.getByText('Show advanced options').click();
    await page.getByRole('button', { name: 'Paste a schema as JSON…' }).click();
    const paste = page.getByRole('dialog', { name: 'Paste a schema as JSON' });
    const field = paste.getByRole('textbox');
    const schema = JSON.parse(await field.inputValue());
    const save = paste.getByRole('button', { name: 'Save the schema' });
    for (const [text, fault] of [
      ['{"directories": [', /^This is not JSON: /],
      ['{"directories": []}', /synchronizationRules/],
    ] as const) {
      await field.fill(text);
      await save.click();
      await paste.getByRole('alert').filter({ hasText: fault }).waitFor();
    }
    const users = schema.directories[0].objects.find(({ name }: { readonly name: string }) => name === 'User');
    users.attributes.push({ name: 'extension_contoso_badge', type: 'String' });
    await field.fill(JSON.stringify(schema));
    await save.click();
    await paste.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Edit title' }).click();
    const edit = page.getByRole('dialog', { name: 'Edit Attribute: title' });
    await edit.getByLabel('Mapping type').selectOption('Direct');
    await edit.getByLabel('Source attribute').selectOption('extension_contoso_badge');
    // An expression is evaluated for the first user, as on the page Expressions.
    await edit.getByLabel('Mapping type').selectOption('Expression');
    await edit.getByRole('textbox', { name: 'Expression' }).click();
    await page.keyboard.insertText('ToUpper([displayName])');
    await edit.getByRole('button', { name: /^ToUpper\(\[displayName\]\): "(?:BOB MOSER|ZOË LANG)"/ }).waitFor();
    expect(await edit.getByRole('combobox', { name: /^Test on/ }).inputValue()).toMatch(/^(?:Bob Moser|Zoë Lang)$/);
    await edit.getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('main').getByRole('link', { name: 'Settings', exact: true }).click();
    for (const name of ['Harbor', 'Tanhua']) {
      await page.getByRole('button', { name: 'Rename the application…' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill(name);
      await page.getByRole('button', { name: 'Rename the application', exact: true }).click();
      await page.getByRole('heading', { name, level: 1 }).waitFor();
    }
    expect(opened.errors).toEqual([]);
  });

  test('a fault is switched on with its number, and a role that may only read sees everything and changes nothing', async () => {
    await using opened = await served.open({ path: `${rehearsal.path}/faults` });
    const { page } = opened;
    const card = page.getByRole('region', { name: 'Answers are lost' });
    await card.getByRole('spinbutton', { name: 'Repeat one write of every' }).fill('3');
    await card.getByRole('switch').click();
    await page.getByText('1 fault is on').waitFor();
    expect((await rehearsal.job.settings()).faults.duplicateEvery).toBe(3);
    await page.getByRole('button', { name: 'Switch all off' }).click();
    await page.getByText('No fault is on').waitFor();
    await opened.become('Read Only');
    await page.goto(`${served.origin}/console${rehearsal.path}/faults`);
    expect(await card.getByRole('switch').isDisabled()).toBe(true);
    const tab = async (name: string) =>
      await page.getByRole('main').getByRole('link', { name, exact: true }).first().click();
    await tab('Admin Credentials');
    await page.getByText(/An administrator with the permission entra.write/).waitFor();
    expect(await page.getByRole('button', { name: 'Test Connection' }).count()).toBe(0);
    await tab('Contoso');
    await tab('Users');
    await page.getByRole('row', { name: /Zoë Lang/ }).waitFor();
    expect(await page.getByRole('button', { name: /New user|Generate/ }).count()).toBe(0);
    expect(opened.errors).toEqual([]);
  });
});
