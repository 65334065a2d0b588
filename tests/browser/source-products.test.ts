import type { Page } from '@playwright/test';
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
import { en } from '../../web/words/en.ts';

const { of, products } = en.sources.setup;
const main = (page: Page) => page.getByRole('main');

describe.skipIf(skipWithout(browserUnavailableReason()))('a source in the console', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let entra: string;
  const headers = () => ({ 'x-api-key': served.server.key, 'content-type': 'application/json' });
  const rest = async (method: string, path: string, body?: object) =>
    (await call(`${served.server.url}${path}`, { method, headers: headers(), ...(body !== undefined && { body }) }))
      .body;
  /** Reads a page of users with a token, as a product. */
  const listUsers = async (token: string, agent: string) =>
    await call(`${served.server.scimUrl.replace(/\?.*$/, '').replace(/\/$/, '')}/Users?count=1`, {
      headers: { authorization: `Bearer ${token}`, 'user-agent': agent },
    });
  beforeAll(async () => {
    served = await startConsole();
    opened = await served.open();
    [{ id: entra }] = await rest('GET', '/api/integrations');
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test.for(Object.keys(of) as readonly (keyof typeof of)[])(
    'shows the six steps of %s in the words of its screens, and no words of another product',
    async (product) => {
      const { page, settle } = opened;
      await page.goto(`/console/sources/${entra}/setup?product=${product}`);
      await settle();
      const { chip: _, ...steps } = of[product];
      for (const [index, { title }] of Object.values(steps).entries()) {
        const step = main(page).getByRole('button', { name: new RegExp(`^Step ${index + 1}, `) });
        expect(await step.textContent()).toContain(title);
        if ((await step.getAttribute('aria-expanded')) === 'false') await step.click();
      }
      const { connect } = of[product];
      for (const label of [connect.url, connect.token]) await main(page).getByText(label, { exact: true }).waitFor();
      const shown = (await main(page).innerText()).replaceAll(/\s+/g, ' ');
      for (const text of Object.values(steps).flatMap((step) => ('paths' in step ? step.paths : [])))
        expect(shown).toContain(text.replaceAll(/\s+/g, ' ').split('→')[0]?.trim());
      const choice = main(page).getByRole('radio', { name: products[product], exact: true });
      expect(await choice.isChecked()).toBe(true);
      // The test serves the console at a loopback address.
      const notPublic = 'notPublic' in connect ? connect.notPublic(served.server.url) : '';
      expect(shown).toContain(notPublic);
      const foreign = {
        entra: /Okta Admin|Bearer token/,
        okta: /Enterprise applications|Tenant URL/,
        other: /Enterprise applications|Okta Admin/,
      };
      expect(shown).not.toMatch(foreign[product]);
    },
  );

  test('rotates a key: states the overlap, shows the new value once, and says when the old one stops', async () => {
    const { page } = opened;
    await page.goto(`/console/sources/${entra}/keys`);
    await main(page).getByRole('button', { name: 'Rotate Entra ID…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rotate “Entra ID”' });
    await dialog.getByText('The old key keeps working for the time that you choose').waitFor();
    await dialog.getByLabel('The old key works for').selectOption('another three days');
    await dialog.getByLabel('Your password').fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Create the new key' }).click();
    const secret = (await dialog.getByLabel('Secret Token').first().textContent()) ?? '';
    expect(secret).toMatch(/^tnh_/);
    await dialog.getByText('It is shown only once').waitFor();
    await dialog.getByText(/^The old key works until /).waitFor();
    const keys = await rest('GET', `/api/integrations/${entra}/tokens`);
    const isNew = ({ prefix }: { readonly prefix: string }) => secret.startsWith(prefix);
    const [added, old] = [keys.find(isNew), keys.find((key: { readonly prefix: string }) => !isNew(key))];
    const end = await page.evaluate(
      (at) => new Date(at).toLocaleString('en', { dateStyle: 'long', timeStyle: 'long' }),
      old.expiresAt,
    );
    await dialog.getByText(`The old key works until ${end}.`).waitFor();
    // The two times differ by some milliseconds.
    expect(Math.round((Date.parse(old.expiresAt) - Date.parse(added.createdAt)) / 3_600_000)).toBe(72);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.content(), 'the value is shown once').not.toContain(secret);
    for (const token of [secret, served.server.started['secretToken'] ?? '']) {
      expect((await listUsers(token, 'curl')).status, 'both keys work').toBe(200);
    }
  });

  test('warns that the flag is missing for Entra ID, and never for another product', async () => {
    const { page, settle } = opened;
    const okta = await rest('POST', '/api/integrations', { name: 'Okta', preset: 'standard' });
    const workforce = await rest('POST', '/api/integrations', { name: 'Workforce', preset: 'standard' });
    const tokenOf = async (id: string) => (await rest('POST', `/api/integrations/${id}/tokens`, { name: 'key' })).key;
    await listUsers(await tokenOf(okta.id), 'Okta SCIM Client 1.0.0');
    await listUsers(await tokenOf(workforce.id), 'Okta SCIM Client 1.0.0');
    await listUsers(served.server.started['secretToken'] ?? '', 'Microsoft-Azure-Provisioning');
    await page.goto('/console/sources');
    await settle();
    const card = (name: string) =>
      main(page)
        .getByRole('listitem')
        .filter({ has: page.getByRole('link', { name, exact: true }) });
    await card('Entra ID')
      .getByText(/^◷ without the flag aadOptscim062020/)
      .waitFor();
    for (const name of ['Okta', 'Workforce']) {
      await card(name).getByText('1 request').waitFor();
      expect(await card(name).getByText(/flag/).count(), name).toBe(0);
    }
  });
});
