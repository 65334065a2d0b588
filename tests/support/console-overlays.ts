import type { Locator, Page } from '@playwright/test';
import type { ConsoleSamples } from './console-samples.ts';
import { all, fill, seen, type ConsoleState, type Overlay, type Step } from './console-steps.ts';

/** A state of a page in which something is open above it. */
export interface OverlayState extends ConsoleState {
  readonly overlay: Overlay;
}

const button = (name: string | RegExp) => (page: Page) =>
  page
    .getByRole('main')
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first();
const inFrame = (name: string) => (page: Page) => page.getByRole('button', { name });
const menuItem = (name: string) => (page: Page) => page.getByRole('menuitem', { name, exact: true });
const dialog = (name: string | RegExp) => (page: Page) => page.getByRole('dialog', { name });
const menu = (page: Page) => page.getByRole('menu');
const more = button('More actions');

const chooseFile: Step = async (page) => {
  const lines = ['username,email,firstname,shoe', 'mara.voss2,mara2@contoso.example,Mara,38', '9lives,none,Nine,41'];
  await page.getByLabel(/^A CSV file/).setInputFiles({
    name: 'people.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(lines.join('\n')),
  });
};

/** Returns everything that opens above a page, each with the control that opens it. */
export function consoleOverlays(samples: ConsoleSamples): readonly OverlayState[] {
  const { source } = samples;
  const keys = `/sources/${source}/keys`;
  return [
    overlay(
      'frame palette',
      '/',
      { origin: inFrame('Find anyone'), above: dialog(/^Find people/) },
      fill('combobox', /^Find/, 'a'),
      seen('Refused'),
    ),
    overlay('frame account', '/', {
      origin: inFrame('Account and preferences'),
      above: menu,
      isInMenuOnPhones: true,
    }),
    overlay('frame about', '/', {
      origin: menuItem('About Tanhua…'),
      above: dialog('About Tanhua'),
      menu: inFrame('Account and preferences'),
      isInMenuOnPhones: true,
    }),
    ...peopleOverlays(),
    ...personOverlays(samples),
    ...groupOverlays(samples),
    overlay('sources add', '/sources', { origin: button('Add a source…'), above: dialog('Add a source') }),
    overlay('source key create', keys, { origin: button('Create a key…'), above: dialog('Create a key') }),
    overlay('source key rotate', keys, { origin: button(/^Rotate/), above: dialog(/^Rotate/) }),
    overlay('source key revoke', keys, { origin: button(/^Revoke/), above: dialog(/^Revoke/) }),
    overlay('settings invite', '/settings/administrators', {
      origin: button('Invite an administrator…'),
      above: dialog('Invite an administrator'),
    }),
    overlay('settings new role', '/settings/roles', { origin: button('New role…'), above: dialog('New role') }),
    overlay('request drawer', `/sources/${source}/requests`, {
      origin: (page) => page.getByRole('main').getByRole('listitem').getByRole('link').first(),
      above: dialog('Request'),
    }),
    overlay('events export', '/events', { origin: button('Export'), above: menu }),
    overlay('events type filter', '/events', { origin: button(/^Type/), above: menu }),
    overlay('events outcome filter', '/events', { origin: button(/^Outcome/), above: menu }),
    overlay('event drawer', '/events', {
      origin: (page) => page.getByRole('link', { name: /Ann Meier|ann\.meier/ }).first(),
      above: dialog('Event'),
    }),
  ];
}

function peopleOverlays(): readonly OverlayState[] {
  const filtered = '/people?state=ACTIVATED';
  const saved = { origin: menuItem('Save this view…'), above: dialog('Save this view'), menu: button('Views') };
  return [
    overlay('people add', '/people', { origin: button('Add a person…'), above: dialog('Add a person') }),
    overlay(
      'people import',
      '/people',
      { origin: button('Import…'), above: dialog('Import people from CSV') },
      chooseFile,
      seen(/can be imported/),
    ),
    overlay('people views', '/people', { origin: button('Views'), above: menu }),
    overlay('people views of a filter', filtered, { origin: button('Views'), above: menu }),
    overlay('people view save', filtered, saved),
    { ...overlay('people columns', '/people', { origin: button('Columns'), above: menu }), isWide: true },
    overlay('people state filter', '/people', { origin: button(/^State/), above: menu }),
    overlay('people password filter', filtered, { origin: button(/^Password/), above: menu }),
    overlay('people text filter', '/people', { origin: button(/^Department/), above: dialog('Department') }),
    overlay('people group filter', '/people', { origin: button(/^Group/), above: dialog('Group') }),
  ];
}

function personOverlays({ person, own }: ConsoleSamples): readonly OverlayState[] {
  const [sent, here] = [`/people/${person}`, `/people/${own}`];
  const remove = { origin: menuItem('Delete…'), above: dialog(/^Delete/), menu: more };
  return [
    overlay('person suspend', here, { origin: button('Suspend…'), above: dialog(/^Suspend/) }),
    overlay('person more', sent, { origin: more, above: menu }),
    overlay('person of this directory more', here, { origin: more, above: menu }),
    overlay('person delete', sent, remove),
    overlay('person of this directory delete', here, remove),
    overlay('person change', sent, { origin: button('Change Location'), above: dialog('Change Location') }),
    overlay('person of this directory change', here, { origin: button('Change Title'), above: dialog('Change Title') }),
    overlay('person release', sent, { origin: button('Release Title'), above: dialog('Release Title') }),
    overlay('person manager', sent, { origin: button('Release Manager'), above: dialog('Release Manager') }),
    overlay('person request behind a change', sent, {
      origin: (page) =>
        page
          .getByRole('list', { name: 'Timeline' })
          .getByRole('link', { name: /^PATCH/ })
          .first(),
      above: dialog('Request'),
    }),
  ];
}

function groupOverlays({ group, ownGroup }: ConsoleSamples): readonly OverlayState[] {
  const here = `/groups/${ownGroup}`;
  return [
    overlay('groups create', '/groups', { origin: button('Create a group…'), above: dialog('Create a group') }),
    overlay('group release', `/groups/${group}`, { origin: button(/^Release from/), above: dialog(/^Release/) }),
    overlay('group member add', here, { origin: button('Add a member…'), above: dialog(/^Add a member/) }),
    overlay('group rename', here, { origin: button('Rename…'), above: dialog(/^Rename/) }),
    overlay('group delete', here, { origin: button('Delete…'), above: dialog(/^Delete/) }),
  ];
}

function overlay(name: string, path: string, opened: Overlay, ...steps: readonly Step[]): OverlayState {
  return { name, path, overlay: opened, ...(steps.length > 0 && { show: all(...steps) }) };
}

/**
 * Opens a dialog, a drawer or a menu from the page that has it.
 *
 * @param use uses a control; by default with the keyboard
 */
export async function openOverlay(
  page: Page,
  { origin, menu: opener, above, isInMenuOnPhones = false }: Overlay,
  use: (control: Locator) => Promise<void> = (control) => control.press('Enter'),
): Promise<Locator> {
  const frameMenu = page.getByRole('button', { name: 'Menu', exact: true });
  if (isInMenuOnPhones && (await frameMenu.isVisible())) await use(frameMenu);
  if (opener !== undefined) await use(opener(page));
  await use(origin(page));
  const opened = above(page);
  await opened.waitFor();
  return opened;
}
