import type { Page } from '@playwright/test';
import type { Role } from '#admins/roles.ts';

/** A page of the console with real data, in one of its states. */
export interface ConsolePage {
  readonly name: string;
  /** The path below /console. */
  readonly path: string;
  /** Brings the page into its state after it was opened, such as with an open dialog. */
  readonly show?: (page: Page) => Promise<void>;
  /** Changes what the server answers, before the page is opened. */
  readonly prepare?: (page: Page) => Promise<void>;
  /** True if the page keeps loading. */
  readonly isLoading?: boolean;
  /** The role of the reader. Default: the one that may do everything. */
  readonly role?: Role;
}

type Ids = Readonly<Record<string, string>>;
type Step = (page: Page) => Promise<void>;

function press(role: 'button' | 'menuitem' | 'radio', name: string | RegExp): Step {
  return async (page) => await page.getByRole(role, { name }).first().click();
}

function fill(role: 'searchbox' | 'combobox' | 'textbox', name: string | RegExp, text: string): Step {
  return async (page) => await page.getByRole(role, { name }).fill(text);
}

function seen(text: string | RegExp): Step {
  return async (page) => await page.getByText(text).first().waitFor();
}

const dialog: Step = async (page) => await page.getByRole('dialog').first().waitFor();
const menu: Step = async (page) => await page.getByRole('menu').first().waitFor();

const check: Step = async (page) => {
  for (const position of [0, 1, 2]) {
    await page
      .getByRole('checkbox', { name: /^Select (?!all)/ })
      .nth(position)
      .check();
  }
};

const chooseFile: Step = async (page) => {
  const lines = ['username,email,firstname,shoe', 'mara.voss2,mara2@contoso.example,Mara,38', '9lives,none,Nine,41'];
  await page.getByLabel(/^A CSV file/).setInputFiles({
    name: 'people.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(lines.join('\n')),
  });
};

/** Opens the menu on a phone, where the account and the search are in it. */
const openMenu: Step = async (page) => {
  const burger = page.getByRole('button', { name: 'Menu', exact: true });
  if (await burger.isVisible()) await burger.click();
};

function view(name: string, path: string, ...steps: readonly Step[]): ConsolePage {
  if (steps.length === 0) return { name, path };
  return {
    name,
    path,
    show: async (page) => {
      for (const step of steps) await step(page);
    },
  };
}

/** The states of the places and of the frame that need no id. */
function plainViews(): readonly ConsolePage[] {
  return [
    view('frame palette', '/', press('button', /^Find anyone/), fill('combobox', /^Find/, 'a'), seen('Refused')),
    view('frame keys', '/', async (page) => await page.keyboard.press('?'), dialog),
    view('frame account', '/', openMenu, press('button', /^Account and preferences/), menu),
    view('people refused', '/people?presence=refused'),
    view('people changed last', '/people?sort=lastChanged&order=desc'),
    view('people found as refused', '/people?search=moser'),
    view('people none found', '/people?search=unknown.name'),
    view('people none filtered', '/people?state=STAGED&password=Locked&since=hour&department=Nowhere'),
    view('people filter', '/people?state=ACTIVATED', press('button', /^Password/), menu),
    view('people text filter', '/people', press('button', /^Department/), dialog),
    view('people columns', '/people', press('button', /^Columns/), menu),
    view('people views', '/people?state=ACTIVATED', press('button', /^Views/), menu),
    view('people add', '/people', press('button', /^Add a person/), dialog),
    view('people import', '/people', press('button', /^Import/), dialog, chooseFile, seen(/can be imported/)),
    view('people selected', '/people', check, seen(/3 people selected/)),
    view('people suspend', '/people', check, press('button', /^Suspend/), dialog, seen(/cannot sign in any more/)),
    view('person never received', '/people/unknown.name@contoso.example'),
    view('groups none found', '/groups?search=zzz'),
    view('groups create', '/groups', press('button', /^Create a group/), dialog),
    view('sources add', '/sources', press('button', /^Add a source/), dialog),
    view('events refused', '/events?outcome=refused'),
    view('events none', '/events?target=unknown.name&period=hour'),
    view('events filter', '/events', press('button', /^Type/), menu),
    view('events export', '/events', press('button', /^Export/), menu),
    { name: 'sources forbidden', path: '/sources', role: 'Help Desk' },
    {
      name: 'people failing',
      path: '/people',
      prepare: async (page) => {
        await page.route('**/api/people?*', async (route) => {
          const message = 'The database is busy. Try again in a few seconds.';
          await route.fulfill({ status: 409, json: { message, error_code: 'busy', request_id: 'req-0123' } });
        });
      },
      show: async (page) => await page.getByRole('alert').first().waitFor(),
    },
    {
      name: 'people slow',
      path: '/people',
      isLoading: true,
      prepare: async (page) => {
        await page.route('**/api/people?*', () => new Promise<void>(() => undefined));
      },
      show: seen(/longer than usual/),
    },
    {
      name: 'people without a server',
      path: '/people',
      show: async (page) => {
        await page.route('**/api/**', async (route) => await route.abort('connectionrefused'));
        await page.getByRole('searchbox', { name: 'Search people' }).fill('grace');
        await seen(/does not answer/)(page);
      },
      isLoading: true,
    },
  ];
}

const tabs = ['setup', 'requests', 'rules', 'attributes', 'keys'] as const;

/** The states that show one person, group, source, event or request. Those whose id is missing are left out. */
function sampleViews(ids: Ids): readonly ConsolePage[] {
  const { person, group, source, newSource, refused, deleted, exchange, event } = ids;
  const rules = `/sources/${source}/rules`;
  const needed: readonly (readonly [string | undefined, readonly ConsolePage[]])[] = [
    [
      person,
      [
        view('person change', `/people/${person}`, press('button', /^Change Location/), dialog),
        view('person manager', `/people/${person}`, press('button', /^Release Manager/), dialog),
        view('person more', `/people/${person}`, press('button', 'More actions'), menu),
        view(
          'person delete',
          `/people/${person}`,
          press('button', 'More actions'),
          press('menuitem', /^Delete/),
          dialog,
        ),
      ],
    ],
    [refused, [view('person refused', `/people/${refused}`)]],
    [deleted, [view('person deleted', `/people/${deleted}`)]],
    [group, [view('group timeline', `/groups/${group}?tab=timeline`)]],
    [
      source,
      [
        ...tabs.map((tab) => view(`source ${tab}`, `/sources/${source}/${tab}`)),
        view('source rule changed', rules, press('radio', /also an email address/), seen(/would be decided|None of/)),
        view('source key create', `/sources/${source}/keys`, press('button', /^Create a key/), dialog),
        view('source key revoke', `/sources/${source}/keys`, press('button', /^Revoke/), dialog),
        view('source requests none', `/sources/${source}/requests?reason=none-such`),
      ],
    ],
    [
      newSource,
      [
        view('source set-up begins', `/sources/${newSource}/setup`),
        view('source requests empty', `/sources/${newSource}/requests`),
      ],
    ],
    [exchange, [view('request drawer', `/sources/${source}/requests?exchange=${exchange}`, dialog)]],
    [event, [view('event drawer', `/events?event=${event}`, dialog)]],
  ];
  return needed.flatMap(([id, views]) => (id === undefined ? [] : views));
}

/** Returns the states of the pages: tabs, drawers, dialogs, menus, empty lists, errors. */
export function consoleViews(ids: Ids): readonly ConsolePage[] {
  return [...plainViews(), ...sampleViews(ids)];
}
