import type { Locator, Page } from '@playwright/test';
import type { ConsoleSamples } from './console-samples.ts';

/** A page of the console, in a state that has an address. */
export interface ConsoleState {
  readonly name: string;
  /** The path below /console. */
  readonly path: string;
}

/** Something that opens above a page: a dialog, a drawer or a menu. */
export interface ConsoleOverlay extends ConsoleState {
  /** The control that opens it. */
  readonly origin: (page: Page) => Locator;
  readonly overlay: (page: Page) => Locator;
  /** A menu that has to be opened first, which contains the origin. */
  readonly menu?: (page: Page) => Locator;
}

/** The tabs of a source. */
export const sourceTabs = ['setup', 'requests', 'rules', 'attributes', 'keys'] as const;

/** Returns the tabs, and the states of pages without content, which the list of routes does not name. */
export function consoleStates({ person, deleted, group, source }: ConsoleSamples): readonly ConsoleState[] {
  return [
    ...sourceTabs.map((tab) => ({ name: `source: ${tab}`, path: `/sources/${source}/${tab}` })),
    { name: 'group: timeline', path: `/groups/${group}?tab=timeline` },
    { name: 'person who is refused', path: '/people/bob.moser' },
    { name: 'person who was deleted', path: `/people/${deleted}` },
    { name: 'person who was never sent', path: '/people/zoe.unknown' },
    { name: 'people: refused', path: '/people?presence=refused' },
    { name: 'people: search without a match', path: '/people?search=zzz' },
    { name: 'people: filter without a match', path: '/people?state=STAGED' },
    { name: 'groups: search without a match', path: '/groups?search=zzz' },
    { name: 'group that does not exist', path: `/groups/${'0'.repeat(24)}` },
    { name: 'source that does not exist', path: '/sources/nothing' },
    { name: 'requests: filter without a match', path: `/sources/${source}/requests?search=zzz` },
    { name: 'attributes: search without a match', path: `/sources/${source}/attributes?search=zzz` },
    { name: 'events: search without a match', path: '/events?target=zzz' },
    { name: 'events of a person', path: `/events?target=${person}&outcome=accepted&period=day` },
  ];
}

const button = (name: string | RegExp) => (page: Page) =>
  page
    .getByRole('main')
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first();
const dialog = (name: string | RegExp) => (page: Page) => page.getByRole('dialog', { name });
const menu = (page: Page) => page.getByRole('menu');

/** Returns everything that opens above a page, each with the control that opens it. */
export function consoleOverlays(samples: ConsoleSamples): readonly ConsoleOverlay[] {
  const { person, own, group, ownGroup, source } = samples;
  const keys = `/sources/${source}/keys`;
  const more = button('More actions');
  return [
    overlay('add a person', '/people', button('Add a person…'), dialog('Add a person')),
    overlay('import people', '/people', button('Import…'), dialog('Import people from CSV')),
    overlay('views', '/people', button('Views'), menu),
    overlay('columns', '/people', button('Columns'), menu),
    overlay('filter by state', '/people', button(/^State/), menu),
    overlay('filter by department', '/people', button(/^Department/), dialog('Department')),
    overlay('filter by group', '/people', button(/^Group/), dialog('Group')),
    overlay(
      'save a view',
      '/people?state=ACTIVATED',
      menuItem('Save this view…'),
      dialog('Save this view'),
      button('Views'),
    ),
    overlay('suspend a person', `/people/${own}`, button('Suspend…'), dialog(/^Suspend/)),
    overlay('more actions', `/people/${own}`, more, menu),
    overlay('delete a person', `/people/${own}`, menuItem('Delete…'), dialog(/^Delete/), more),
    overlay('change a fact', `/people/${own}`, button('Change Title'), dialog('Change Title')),
    overlay('release a fact', `/people/${person}`, button('Release Title'), dialog('Release Title')),
    overlay(
      'request behind a change',
      `/people/${person}`,
      (page) =>
        page
          .getByRole('list', { name: 'Timeline' })
          .getByRole('link', { name: /^PATCH/ })
          .first(),
      dialog('Request'),
    ),
    overlay('create a group', '/groups', button('Create a group…'), dialog('Create a group')),
    overlay('release a group', `/groups/${group}`, button(/^Release from/), dialog(/^Release/)),
    overlay('add a member', `/groups/${ownGroup}`, button('Add a member…'), dialog(/^Add a member/)),
    overlay('rename a group', `/groups/${ownGroup}`, button('Rename…'), dialog(/^Rename/)),
    overlay('delete a group', `/groups/${ownGroup}`, button('Delete…'), dialog(/^Delete/)),
    overlay('add a source', '/sources', button('Add a source…'), dialog('Add a source')),
    overlay('create a key', keys, button('Create a key…'), dialog('Create a key')),
    overlay('rotate a key', keys, button(/^Rotate/), dialog(/^Rotate/)),
    overlay('revoke a key', keys, button(/^Revoke/), dialog(/^Revoke/)),
    overlay(
      'request',
      `/sources/${source}/requests`,
      (page) => page.getByRole('main').getByRole('listitem').getByRole('link').first(),
      dialog('Request'),
    ),
    overlay('export events', '/events', button('Export'), menu),
    overlay('filter events by outcome', '/events', button(/^Outcome/), menu),
    overlay(
      'event',
      '/events',
      (page) => page.getByRole('link', { name: /Ann Meier|ann\.meier/ }).first(),
      dialog('Event'),
    ),
    overlay('palette', '/', (page) => page.getByRole('button', { name: 'Find anyone' }), dialog(/^Find people/)),
    overlay('account', '/', (page) => page.getByRole('button', { name: 'Account and preferences' }), menu),
  ];
}

function menuItem(name: string) {
  return (page: Page) => page.getByRole('menuitem', { name, exact: true });
}

function overlay(
  name: string,
  path: string,
  origin: ConsoleOverlay['origin'],
  above: ConsoleOverlay['overlay'],
  opener?: ConsoleOverlay['menu'],
): ConsoleOverlay {
  return { name, path, origin, overlay: above, ...(opener !== undefined && { menu: opener }) };
}

/** Opens a dialog, a drawer or a menu with the keyboard, from the page that has it. */
export async function openOverlay(
  page: Page,
  { origin, menu: opener, overlay: above }: ConsoleOverlay,
): Promise<Locator> {
  if (opener !== undefined) await opener(page).press('Enter');
  await origin(page).press('Enter');
  const opened = above(page);
  await opened.waitFor();
  return opened;
}
