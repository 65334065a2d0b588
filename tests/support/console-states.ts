import type { Page } from '@playwright/test';
import { consoleOverlays } from './console-overlays.ts';
import { consoleRoutes } from './console-pages.ts';
import type { ConsoleSamples } from './console-samples.ts';
import { rehearsalStates } from './rehearsal-states.ts';
import { all, dialogSeen, fill, press, seen, type ConsoleState, type Step } from './console-steps.ts';

/** The tabs of a source. */
export const sourceTabs = ['setup', 'requests', 'rules', 'attributes', 'keys'] as const;

/** The tabs of an application of the stand-in, besides the one that its address opens. */
const applicationTabs = ['credentials', 'mappings', 'assignments', 'settings'] as const;

/** The sections of the settings; the first one is at /settings. */
const settingsTabs = ['administrators', 'roles', 'keys', 'schemas', 'health', 'account'];

/** Returns every page of the console, and its states: tabs, drawers, dialogs, menus, empty lists, errors. */
export function consoleStates(samples: ConsoleSamples): readonly ConsoleState[] {
  return [
    ...addressedStates(samples),
    ...consoleOverlays(samples),
    ...steppedStates(samples),
    ...rehearsalStates(samples).filter(({ show }) => show !== undefined),
    ...changedStates(),
  ];
}

/** Returns the pages, and their states that have an address and only need to be opened. */
export function addressedStates(samples: ConsoleSamples): readonly ConsoleState[] {
  const { person, own, deleted, refused, group, ownGroup, source, newSource, tenant, application } = samples;
  return [
    ...consoleRoutes({ ...samples }),
    { name: 'people refused', path: '/people?presence=refused' },
    { name: 'people changed last', path: '/people?sort=lastChanged&order=desc' },
    { name: 'people found as refused', path: '/people?search=moser' },
    { name: 'people none found', path: '/people?search=unknown.name', isEmpty: true },
    {
      name: 'people none filtered',
      path: '/people?state=STAGED&password=Locked&since=hour&department=Nowhere',
      isEmpty: true,
    },
    { name: 'person of this directory', path: `/people/${own}` },
    { name: 'person refused', path: `/people/${refused}` },
    { name: 'person deleted', path: `/people/${deleted}` },
    { name: 'person never received', path: '/people/unknown.name@contoso.example' },
    { name: 'groups none found', path: '/groups?search=zzz', isEmpty: true },
    { name: 'group of this directory', path: `/groups/${ownGroup}` },
    { name: 'group timeline', path: `/groups/${group}?tab=timeline` },
    { name: 'group that does not exist', path: `/groups/${'0'.repeat(24)}`, isEmpty: true },
    ...sourceTabs.map((tab) => ({ name: `source ${tab}`, path: `/sources/${source}/${tab}` })),
    { name: 'source that does not exist', path: '/sources/nothing', isEmpty: true },
    { name: 'source set-up begins', path: `/sources/${newSource}/setup` },
    { name: 'source requests empty', path: `/sources/${newSource}/requests`, isEmpty: true },
    { name: 'source requests none', path: `/sources/${source}/requests?reason=none-such`, isEmpty: true },
    { name: 'source requests none found', path: `/sources/${source}/requests?search=zzz`, isEmpty: true },
    { name: 'source attributes none found', path: `/sources/${source}/attributes?search=zzz`, isEmpty: true },
    { name: 'rehearsal tenants', path: '/rehearsal?tenants=all' },
    ...applicationTabs.map((tab) => ({
      name: `application ${tab}`,
      path: `/rehearsal/${tenant}/applications/${application}/${tab}`,
    })),
    ...rehearsalStates(samples).filter(({ show }) => show === undefined),
    ...settingsTabs.map((section) => ({ name: `settings ${section}`, path: `/settings/${section}` })),
    { name: 'settings mail texts', path: '/settings/mail?tab=templates' },
    { name: 'events refused', path: '/events?outcome=refused' },
    { name: 'events of a person', path: `/events?target=${person}&outcome=accepted&period=day` },
    { name: 'events none', path: '/events?target=unknown.name&period=hour', isEmpty: true },
    { name: 'events none found', path: '/events?target=zzz', isEmpty: true },
  ];
}

const checkPeople: Step = async (page) => {
  const boxes = page.getByRole('checkbox', { name: /^Select (?!all)/ });
  for (const position of [0, 1, 2]) await boxes.nth(position).check();
};

const checkMember: Step = async (page) => {
  await page
    .getByRole('checkbox', { name: /^Select (?!all)/ })
    .first()
    .check();
};

/** The states that need some steps after the page was opened, and the drawers that have an address. */
function steppedStates(samples: ConsoleSamples): readonly ConsoleState[] {
  const { source, ownGroup, exchange, event, tenant, application, tenantUser, tenantGroup } = samples;
  const pressQuestionMark: Step = async (page) => await page.keyboard.press('?');
  return [
    { name: 'frame keys', path: '/', show: all(pressQuestionMark, dialogSeen) },
    { name: 'home failed mail', path: '/?mail=failed', show: dialogSeen },
    {
      name: 'group members remove',
      path: `/groups/${ownGroup}`,
      show: all(checkMember, press('button', /^Remove 1 person/), dialogSeen, seen(/lose what the group gives/)),
    },
    { name: 'people selected', path: '/people', show: all(checkPeople, seen(/3 people selected/)) },
    {
      name: 'people suspend',
      path: '/people',
      show: all(checkPeople, press('button', /^Suspend/), dialogSeen, seen(/cannot sign in any more/)),
    },
    {
      name: 'source rule changed',
      path: `/sources/${source}/rules`,
      show: all(press('radio', /also an email address/), seen(/would be decided|None of/)),
    },
    { name: 'request at its address', path: `/sources/${source}/requests?exchange=${exchange}`, show: dialogSeen },
    { name: 'event at its address', path: `/events?event=${event}`, show: dialogSeen },
    { name: 'tenant user', path: `/rehearsal/${tenant}/people?user=${tenantUser}`, show: seen('Street address') },
    { name: 'tenant group', path: `/rehearsal/${tenant}/groups?group=${tenantGroup}`, show: seen('1 member') },
    {
      name: 'application mapping edited',
      path: `/rehearsal/${tenant}/applications/${application}/mappings`,
      show: all(press('button', 'Edit active'), dialogSeen, seen('Mapping type')),
    },
    {
      name: 'application scoping filter',
      path: `/rehearsal/${tenant}/applications/${application}/scope`,
      show: all(press('button', /^Add scoping filter for users/), dialogSeen, seen('Scoping filter title')),
    },
  ];
}

/** The states of readers who may not see everything, and of servers that are slow, fail or do not answer. */
function changedStates(): readonly ConsoleState[] {
  const people = '**/api/people?*';
  return [
    { name: 'sources forbidden', path: '/sources', role: 'Help Desk' },
    {
      name: 'people failing',
      path: '/people',
      prepare: async (page) => {
        await page.route(people, async (route) => {
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
        await page.route(people, () => new Promise<void>(() => undefined));
      },
      show: seen(/Still waiting for the server/),
    },
    {
      name: 'people without a server',
      path: '/people',
      isLoading: true,
      show: all(breakConnection, fill('searchbox', 'Search people', 'grace'), seen(/does not answer/)),
    },
  ];
}

async function breakConnection(page: Page): Promise<void> {
  await page.route('**/api/**', async (route) => await route.abort('connectionrefused'));
}
