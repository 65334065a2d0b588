import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../../support/browser.ts';
import { createConsoleSamples, type ConsoleSamples } from '../../support/console-samples.ts';
import { addressedStates } from '../../support/console-states.ts';
import { call, scimClient } from '../../support/http-client.ts';
import { openMailServer, type TestMailServer } from '../../support/mail-server.ts';
import { skipWithout } from '../../support/skip-without.ts';
import type { RunningServer } from '../../support/start-server.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { goTo } from './on-page.ts';

const main = (page: Page) => page.getByRole('main');
const numberIn = (text: string | null) => Number(/[\d,]+/.exec(text ?? '')?.[0].replaceAll(',', ''));

/** Each kind of list says how many it has. */
const sizes: Readonly<Record<string, (page: Page) => Promise<number>>> = {
  people: async (page) => Number(await main(page).getByRole('grid').getAttribute('aria-rowcount')) - 1,
  groups: (page) =>
    main(page)
      .getByRole('table', { name: 'Groups' })
      .getByRole('row')
      .count()
      .then((rows) => rows - 1),
  /** A line of connection tests says how many requests it has, and one of requests without content how often they were sent. */
  requests: async (page) => {
    const lines = await main(page)
      .getByRole('region', { name: /^Requests of (?:this source|all sources), newest first/ })
      .getByRole('listitem')
      .allTextContents();
    return lines.reduce(
      (sum, line) => sum + Number(/with (\d+) request|\((\d+) times\)/.exec(line)?.slice(1).find(Boolean) ?? 1),
      0,
    );
  },
  tests: async (page) => {
    const lines = main(page).getByRole('listitem').filter({ hasText: 'Checked the connection' });
    return (await lines.allTextContents()).reduce((sum, line) => sum + timesIn(line), 0);
  },
  events: (page) => main(page).getByRole('region', { name: 'Events' }).getByRole('listitem').count(),
  mails: (page) => page.getByRole('list', { name: 'Emails that were not delivered' }).getByRole('listitem').count(),
};

interface Counted {
  readonly name: string;
  readonly path: (ids: ConsoleSamples) => string;
  /** The link with the number. */
  readonly link: (page: Page) => ReturnType<Page['getByRole']>;
  readonly list: keyof typeof sizes;
  /** The number in the text of the link, unless it is the first one. */
  readonly number?: (text: string) => number;
}

const timesIn = (text: string) => Number(/connection (\d+) times/.exec(text)?.[1] ?? 1);
const sourceRow = (page: Page) =>
  main(page)
    .getByRole('region', { name: 'Sources' })
    .getByRole('row', { name: /Entra ID/ });
const card = (page: Page) => main(page).getByRole('listitem').filter({ hasText: 'Entra ID' }).first();

const counted: readonly Counted[] = [
  {
    name: 'refused people on Home',
    path: () => '/',
    link: (page) =>
      main(page)
        .getByRole('link', { name: /^Show (?:who|the \d)/ })
        .first(),
    list: 'people',
    number: (text) => (text === 'Show who' ? 1 : numberIn(text)),
  },
  {
    name: 'people of a source on Home',
    path: () => '/',
    link: (page) => sourceRow(page).getByRole('link', { name: /people|person/ }),
    list: 'people',
  },
  {
    name: 'groups of a source on Home',
    path: () => '/',
    link: (page) => sourceRow(page).getByRole('link', { name: /group/ }),
    list: 'groups',
  },
  {
    name: 'refused requests of a source on Home',
    path: () => '/',
    link: (page) => sourceRow(page).getByRole('link', { name: /refused request/ }),
    list: 'requests',
  },
  {
    name: 'connection tests of a source on Home',
    path: () => '/',
    link: (page) => sourceRow(page).getByRole('link', { name: /^checked the connection/ }),
    list: 'tests',
    number: timesIn,
  },
  ...(['accepted', 'no change', 'refused'] as const).map((outcome): Counted => ({
    name: `requests on Home: ${outcome}`,
    path: () => '/',
    link: (page) =>
      main(page)
        .getByRole('region', { name: 'What arrived' })
        .getByRole('link', { name: new RegExp(`[\\d,]+ ${outcome}$`) }),
    list: 'requests',
  })),
  {
    name: 'emails that were not delivered on Home',
    path: () => '/',
    link: (page) => main(page).getByRole('link', { name: 'Show the 2' }),
    list: 'mails',
  },
  {
    name: 'members of a group in the list of groups',
    path: () => '/groups',
    link: (page) => main(page).getByRole('link', { name: /^Members of Engineering/ }),
    list: 'people',
  },
  {
    name: 'connection tests of a source',
    path: () => '/sources',
    link: (page) => card(page).getByRole('link', { name: /^checked the connection/ }),
    list: 'tests',
    number: timesIn,
  },
  {
    name: 'people who are here',
    path: () => '/people',
    link: (page) => main(page).getByRole('link', { name: /here$/ }),
    list: 'people',
  },
  {
    name: 'people who are refused',
    path: () => '/people',
    link: (page) => main(page).getByRole('link', { name: /refused$/ }),
    list: 'people',
  },
  {
    name: 'people of a group',
    path: ({ group }) => `/groups/${group}?tab=timeline`,
    link: (page) => main(page).getByRole('link', { name: /^Members/ }),
    list: 'people',
  },
  {
    name: 'requests of a source',
    path: () => '/sources',
    link: (page) => card(page).getByRole('link', { name: /^\d+ requests?$/ }),
    list: 'requests',
  },
  {
    name: 'refused requests of a source',
    path: () => '/sources',
    link: (page) => card(page).getByRole('link', { name: /^\d+ refused$/ }),
    list: 'requests',
  },
  {
    name: 'people of a source',
    path: () => '/sources',
    link: (page) => card(page).getByRole('link', { name: /^\d+ (?:people|person)$/ }),
    list: 'people',
  },
  {
    name: 'groups of a source',
    path: () => '/sources',
    link: (page) => card(page).getByRole('link', { name: /^\d+ groups?$/ }),
    list: 'groups',
  },
];

/** Requests that test the connection, one that changes nothing, and two emails that no mail server accepts. */
async function createMore(server: RunningServer, { own, person }: ConsoleSamples): Promise<void> {
  const entra = scimClient(server.scimUrl, server.started['secretToken'] ?? '');
  for (const type of ['Users', 'Groups', 'Users', 'Groups']) {
    const name = type === 'Users' ? 'userName' : 'displayName';
    await entra.get(`/${type}?filter=${encodeURIComponent(`${name} eq "${crypto.randomUUID()}"`)}`);
  }
  const same = { Operations: [{ op: 'replace', path: 'title', value: 'Head of Platform' }] };
  await entra.patch(`/Users/${person}`, same);
  const headers = { 'x-api-key': server.key, 'content-type': 'application/json' };
  const rest = (method: string, path: string, body?: object) =>
    call(`${server.url}${path}`, { method, headers, ...(body !== undefined && { body }) });
  await rest('POST', '/api/systemusers/reactivate', { models: [{ _id: own }, { _id: person }] });
  const failed = async () => (await rest('GET', '/api/mail/outbox?state=failed')).body.length === 2;
  await waitUntil(failed, { failure: () => 'The emails have not failed.' });
}

/** Numbers that are next to what they count, or do not count rows of a list. Each has its reason. */
const withoutLink: readonly (readonly [RegExp, string])[] = [
  [/^(?:\d+ sources? sends?|\d+ groups?$|\d+–\d+ of \d+$)/, 'the list is below'],
  [/^The source sent \d+ members? that/, 'the list is below'],
  [/^\d+ (?:users?|administrators?|keys? works?|warnings?|valid|built-in roles)\b/, 'the list is below'],
  [/^[\d,]+ to [\d,]+\.$|[;,] 0 for (?:none|no|never)\b/, 'the values that a setting can have'],
  [/^with \d+ attributes?$/, 'opens the changes below it'],
  [/^Refused: /, 'the answer of the server'],
  [/\d+ (?:hours|days|minutes|months|characters|[kMGT]?B)\b/, 'a time, a size or a limit'],
];

/** Returns the texts of a page that have a number and what is counted. */
const numbersOn = (page: Page) =>
  page.evaluate(() => {
    const found: { readonly text: string; readonly isLink: boolean }[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? '';
      const parent = node.parentElement;
      if (!/(?:^|\s)\d[\d,]* [a-z]+/.test(text) || parent === null || parent.closest('pre, code') !== null) continue;
      found.push({ text, isLink: parent.closest('a[href], button') !== null });
    }
    return found;
  });

describe.skipIf(skipWithout(browserUnavailableReason()))('a number', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let samples: ConsoleSamples;
  let mailServer: TestMailServer;
  beforeAll(async () => {
    mailServer = await openMailServer();
    mailServer.behavior = { refuseRecipient: () => '550 no such user here' };
    served = await startConsole({ TANHUA_SMTP_URL: mailServer.url('?ignoreTLS=true') });
    samples = await createConsoleSamples(served.server);
    await createMore(served.server, samples);
    opened = await served.open();
  });
  afterAll(async () => {
    await served[Symbol.asyncDispose]();
    await mailServer[Symbol.asyncDispose]();
  });

  test.for(counted.map(({ name }) => name))('of %s opens the list that it counts', async (name) => {
    const { page, settle } = opened;
    const { path, link, list, number = numberIn } = counted.find((one) => one.name === name) ?? expect.fail(name);
    await goTo(page, path(samples));
    await settle();
    const shown = number((await link(page).textContent()) ?? '');
    expect(shown).toBeGreaterThan(0);
    await link(page).click();
    await settle();
    await expect.poll(() => sizes[list]?.(page), { message: page.url() }).toBe(shown);
  });

  test('that counts rows is a link, on every page', async () => {
    const { page, settle } = opened;
    const missing: string[] = [];
    let seen = 0;
    for (const { name, path } of addressedStates(samples)) {
      await goTo(page, path);
      await settle();
      for (const { text, isLink } of await numbersOn(page)) {
        seen += 1;
        const isNext = withoutLink.some(([pattern]) => pattern.test(text));
        if (!isLink && !isNext) missing.push(`${name}: ${text}`);
      }
    }
    expect(missing).toEqual([]);
    expect(seen).toBeGreaterThan(counted.length);
  });

  test('of a type of events, and the totals of the chart, agree with the list', async () => {
    const { page, settle } = opened;
    await goTo(page, '/events');
    await settle();
    await main(page).getByRole('button', { name: /^Type/ }).click();
    const item = page.getByRole('menuitemradio', { name: /^user create/ });
    const shown = numberIn(await item.textContent());
    await item.click();
    await settle();
    expect(await sizes['events']?.(page)).toBe(shown);
    for (const [outcome, path] of [
      ['accepted', '/events?outcome=accepted'],
      ['refused', '/events?outcome=refused'],
    ] as const) {
      await goTo(page, path);
      await settle();
      const chart = main(page).getByRole('region', { name: 'What happened' });
      const link = chart.getByRole('link', { name: new RegExp(`[\\d,]+ ${outcome}$`) });
      const total = numberIn(await link.textContent());
      await expect.poll(() => sizes['events']?.(page), { message: path }).toBe(total);
      await link.click();
      await settle();
      await expect.poll(() => sizes['events']?.(page), { message: page.url() }).toBe(total);
    }
  });

  test.for([
    ['a person', (ids: ConsoleSamples) => `/events?target=${ids.person}`],
    ['an actor', () => '/events?actor=Entra%20ID'],
    ['an actor and an outcome', () => '/events?actor=Entra%20ID&outcome=refused'],
  ] as const)('of the chart of %s counts the events of the list, and no others', async ([, path]) => {
    const { page, settle } = opened;
    await goTo(page, path(samples));
    await settle();
    const chart = main(page).getByRole('region', { name: 'What happened' });
    const totals = await chart.getByRole('link', { name: /[\d,]+ (?:accepted|refused)$/ }).allTextContents();
    expect(totals.reduce((sum, text) => sum + numberIn(text), 0)).toBe(await sizes['events']?.(page));
  });

  test('of the chart of a period opens the events of that period', async () => {
    const { page, settle } = opened;
    await goTo(page, '/events');
    await settle();
    const chart = main(page).getByRole('region', { name: 'What happened' });
    await chart.getByText('As a table').click();
    const row = chart.getByRole('row').nth(1);
    const cells = await row.getByRole('cell').allTextContents();
    const total = cells.slice(0, 2).reduce((sum, text) => sum + Number(text), 0);
    await row.getByRole('button').click();
    await settle();
    await expect.poll(() => sizes['events']?.(page)).toBe(total);
  });
});
