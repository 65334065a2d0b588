import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { productVersion } from '#base/product-version.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { administratorWith, browserUnavailableReason, startConsole, type TestConsole } from '../../support/browser.ts';
import { createConsoleSamples, type ConsoleSamples } from '../../support/console-samples.ts';
import { call, scimClient } from '../../support/http-client.ts';
import { skipWithout } from '../../support/skip-without.ts';

/** Counts what the reader does. */
function stepsOf(page: Page) {
  const steps: string[] = [];
  return {
    steps,
    click: async (role: Parameters<Page['getByRole']>[0], name: string | RegExp) => {
      steps.push(`click ${String(name)}`);
      await page.getByRole(role, { name }).first().click();
    },
    type: async (label: string, text: string) => {
      steps.push(`type ${text}`);
      await page.getByLabel(label).fill(text);
    },
  };
}

describe.skipIf(skipWithout(browserUnavailableReason()))('one look or a few steps', () => {
  let served: TestConsole;
  let samples: ConsoleSamples;
  beforeAll(async () => {
    served = await startConsole();
    samples = await createConsoleSamples(served.server);
    await call(`${served.server.url}/api/systemusers/${samples.own}`, {
      method: 'PUT',
      headers: { 'x-api-key': served.server.key, 'content-type': 'application/json' },
      body: { jobTitle: 'Auditor' },
    });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test('show an auditor who changed a person, when, how, and what it was before, and save the proof', async () => {
    await using opened = await served.open({ role: 'Read Only' });
    const { page, settle } = opened;
    const { steps, click, type } = stepsOf(page);
    await click('link', 'Events');
    await type('Search events by name or id', 'ann.meier');
    await page.waitForURL(/ann\.meier/);
    await settle();
    await click('link', /changed ann\.meier/);
    const event = page.getByRole('dialog', { name: 'Event' });
    const change = event.getByRole('row', { name: /title/i });
    await change.getByText('Engineer').waitFor();
    await change.getByText('Head of Platform').waitFor();
    expect(await event.getByText('Entra ID').count(), 'who').toBeGreaterThan(0);
    expect(await event.locator('time').first().getAttribute('title'), 'when, with the time zone').toMatch(
      /\d{4}.*\d:\d\d:\d\d.+/,
    );
    expect(steps).toHaveLength(3);
    await page.keyboard.press('Escape');
    await click('button', 'Export');
    const download = page.waitForEvent('download');
    await click('menuitem', 'As CSV');
    const saved = await readFile(await (await download).path(), 'utf8');
    expect(saved).toContain('ann.meier');
    expect(saved).toContain('Head of Platform');
    expect(saved, 'only what the list shows').not.toContain('bob.moser');
    expect(steps).toHaveLength(5);
  });

  test('show the request behind a change to a role that may read it', async () => {
    await using opened = await served.open({ path: `/people/${samples.person}` });
    const { page } = opened;
    const { steps, click } = stepsOf(page);
    await click('link', /^PATCH, 200/);
    const request = page.getByRole('dialog', { name: 'Request' });
    await request.getByText('Head of Platform').first().waitFor();
    await request.getByText(`PATCH`).first().waitFor();
    expect(steps).toHaveLength(1);
  });

  test('show who did it here: the administrator by email', async () => {
    await using opened = await served.open({ role: 'Administrator', path: `/people/${samples.own}` });
    const { page } = opened;
    await page.getByRole('button', { name: 'Change Title' }).click();
    await page.getByRole('dialog').getByLabel('Title').fill('Head of Audit');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    const entry = page
      .getByRole('list', { name: 'Timeline' })
      .getByRole('listitem')
      .filter({ hasText: 'Head of Audit' });
    await entry.getByText(administratorWith('Administrator')).waitFor();
    await entry.getByText('Auditor', { exact: true }).waitFor();
  });

  test('show a platform engineer on Home what is wrong, the rates, the refusals and the last request of each source', async () => {
    await using opened = await served.open({ role: 'Read Only' });
    const { page, settle } = opened;
    await settle();
    const main = page.getByRole('main');
    await main.getByRole('heading', { level: 1, name: 'Two things need your attention' }).waitFor();
    const attention = main.getByRole('region', { name: 'What needs attention' });
    await attention.getByText(/^A person is refused/).waitFor();
    await attention.getByText(/is waiting for a member/).waitFor();
    const arrived = main.getByRole('region', { name: 'What arrived' });
    await arrived.getByText(/^● \d+ accepted$/).waitFor();
    await arrived.getByText('▲ 1 refused').waitFor();
    const source = main.getByRole('region', { name: 'Sources' }).getByRole('row', { name: /Entra ID/ });
    await source.getByText('just now').waitFor();
    await source.getByText('1 refused request').waitFor();
    // All of it without scrolling on a laptop.
    const bottom = await source.evaluate((row) => row.getBoundingClientRect().bottom);
    expect(bottom).toBeLessThan(page.viewportSize()?.height ?? 0);
  });

  test('show a platform engineer on Home the versions and the space on disk, and other roles the versions', async () => {
    await using opened = await served.open();
    const { page, settle } = opened;
    await settle();
    const line = page.getByRole('main').getByRole('region', { name: 'Server' });
    const text = (await line.textContent()) ?? '';
    expect(text).toContain(`Tanhua ${productVersion}, schema `);
    expect(text).toMatch(
      /schema \d{3}-[a-z-]+, (?:SQLite|PostgreSQL) [\d.]+ · database [\d.]+ [kMG]B · [\d,.]+ [GT]B free/,
    );
    await page.route('**/api/server', async (route) => {
      const answer = await route.fetch();
      const body = await answer.json();
      await route.fulfill({
        response: answer,
        json: { ...body, database: { ...body.database, freeBytes: 300_000_000 } },
      });
    });
    await page.reload();
    await line.getByText('300 MB free on the disk. Make space: when the disk is full,').waitFor();

    const { steps, click } = stepsOf(page);
    await click('link', 'Settings');
    await click('link', 'Health');
    await page.getByRole('heading', { level: 1, name: 'Health' }).waitFor();
    const mailServer = page.getByRole('row', { name: /^Mail server/ });
    await mailServer.getByText('Warning').waitFor();
    await mailServer.getByText(/TANHUA_SMTP_URL/).waitFor();
    expect(steps, 'every check, and what to do').toHaveLength(2);

    await using other = await served.open({ role: 'Read Only' });
    await other.settle();
    expect(await other.page.getByRole('region', { name: 'Server' }).count()).toBe(0);
    await other.page.getByRole('button', { name: 'Account and preferences' }).click();
    await other.page.getByRole('menuitem', { name: 'About Tanhua…' }).click();
    const about = other.page.getByRole('dialog', { name: 'About Tanhua' });
    await about.getByText(productVersion, { exact: true }).waitFor();
    await about.getByText('Database schema').waitFor();
    expect(await about.getByText('Free on the disk').count()).toBe(0);
  });

  test('say to connect a source that has sent nothing, and that all is well once it has', async () => {
    await using calm = await startConsole();
    await using opened = await calm.open();
    await opened.page.getByRole('heading', { level: 1, name: 'Connect your source' }).waitFor();
    await opened.page.getByRole('link', { name: 'Set up Entra ID' }).click();
    await opened.page.getByRole('button', { name: /^Step 1, current step/ }).waitFor();
    await scimClient(calm.server.scimUrl, calm.server.started['secretToken'] ?? '').get('/Users');
    await opened.page.goto('/console/');
    await opened.page.getByRole('heading', { level: 1, name: 'All is well' }).waitFor();
    await opened.page.getByText('Nothing needs your attention.').waitFor();
    expect(
      await opened.page.getByRole('navigation', { name: 'Places' }).getByRole('img').count(),
      'no number at Home',
    ).toBe(0);
  });
});
