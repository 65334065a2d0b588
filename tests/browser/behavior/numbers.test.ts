import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../../support/browser.ts';
import { createConsoleSamples, type ConsoleSamples } from '../../support/console-samples.ts';
import { skipWithout } from '../../support/skip-without.ts';
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
  /** A line of connection tests says how many requests it has. */
  requests: async (page) => {
    const lines = await main(page)
      .getByRole('region', { name: /^Requests of this source/ })
      .getByRole('listitem')
      .allTextContents();
    return lines.reduce((sum, line) => sum + Number(/\((\d+) requests?\)/.exec(line)?.[1] ?? 1), 0);
  },
  events: (page) => main(page).getByRole('region', { name: 'Events' }).getByRole('listitem').count(),
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

describe.skipIf(skipWithout(browserUnavailableReason()))('a number', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let samples: ConsoleSamples;
  beforeAll(async () => {
    served = await startConsole();
    samples = await createConsoleSamples(served.server);
    opened = await served.open();
  });
  afterAll(() => served[Symbol.asyncDispose]());

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
      const total = numberIn(await chart.getByText(new RegExp(`^. [\\d,]+ ${outcome}$`)).textContent());
      await expect.poll(() => sizes['events']?.(page), { message: path }).toBe(total);
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
    const totals = await chart.getByText(/^. [\d,]+ (?:accepted|refused)$/).allTextContents();
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
