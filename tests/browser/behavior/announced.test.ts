import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../../support/browser.ts';
import { createConsoleSamples, type ConsoleSamples } from '../../support/console-samples.ts';
import { scimClient } from '../../support/http-client.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { goTo } from './on-page.ts';

/** The pages whose data arrives while they are open, each with what is said when a title changes. */
const pages: Readonly<Record<string, (ids: ConsoleSamples) => readonly [path: string, said: RegExp]>> = {
  people: () => ['/people', /^Entra ID changed ann\.meier\./],
  person: ({ person }) => [`/people/${person}`, /Title: .*Title of the person/],
  groups: () => ['/groups', /^Entra ID changed ann\.meier\./],
  events: () => ['/events', /^Entra ID changed ann\.meier\./],
  requests: ({ source }) => [
    `/sources/${source}/requests`,
    /^Arrived: Change ann\.meier → title: .* → Title of the requests/,
  ],
};

/** Returns the texts of the live regions of the page. */
const saidOn = (page: Page) => page.locator('[aria-live]:not([aria-live="off"])').allTextContents();

describe.skipIf(skipWithout(browserUnavailableReason()))('what arrives is said on the page', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let samples: ConsoleSamples;
  beforeAll(async () => {
    served = await startConsole();
    samples = await createConsoleSamples(served.server);
    opened = await served.open();
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const change = async (value: string) => {
    const entra = scimClient(served.server.scimUrl, served.server.started['secretToken'] ?? '');
    await entra.patch(`/Users/${samples.person}`, { Operations: [{ op: 'replace', path: 'title', value }] });
  };

  test.for(Object.keys(pages))('%s', async (name) => {
    const { page, settle } = opened;
    const [path, said] = pages[name]?.(samples) ?? expect.fail(name);
    await goTo(page, path);
    await settle();
    await change(`Title of the ${name}`);
    await expect.poll(() => saidOn(page)).toContainEqual(expect.stringMatching(said));
    expect(opened.errors).toEqual([]);
  });

  test('people, once for many changes, with their number', async () => {
    const { page, settle } = opened;
    await goTo(page, '/people');
    await settle();
    await Promise.all(Array.from({ length: 5 }, (_, index) => change(`Title ${index}`)));
    await expect
      .poll(() => saidOn(page))
      .toContainEqual(expect.stringMatching(/^\d events\. The last one: Entra ID changed/));
  });
});
