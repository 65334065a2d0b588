import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissionsOf, roleNames, type Permission } from '#admins/roles.ts';
import { browserUnavailableReason, startConsole, type OpenedPage, type TestConsole } from '../../support/browser.ts';
import { createConsoleSamples, type ConsoleSamples } from '../../support/console-samples.ts';
import { skipWithout } from '../../support/skip-without.ts';
import { goTo } from './on-page.ts';

/** The pages, each with the permission that a role needs to open it, and the actions with theirs. A role that needs one of two has both. */
function pagesOf(
  ids: ConsoleSamples,
): readonly (readonly [string, Permission | undefined, Readonly<Record<string, readonly Permission[]>>])[] {
  const { person, own, group, ownGroup, source, deleted } = ids;
  return [
    ['/', undefined, {}],
    ['/people', 'users.read', { 'Add a person…': ['users.write'], 'Import…': ['users.write'] }],
    [
      `/people/${own}`,
      'users.read',
      {
        'Send activation email…': ['users.help', 'users.write'],
        'Suspend…': ['users.write'],
        'Change Title': ['users.write'],
      },
    ],
    [`/people/${person}`, 'users.read', { 'Release Title': ['users.write'] }],
    [`/people/${deleted}`, 'users.read', { 'Restore Carl Weiss': ['users.write'] }],
    ['/people/bob.moser', 'users.read', { 'Replay without writing': ['requests.read'] }],
    ['/groups', 'groups.read', { 'Create a group…': ['groups.write'] }],
    [`/groups/${group}`, 'groups.read', { 'Release from Entra ID…': ['groups.write'] }],
    [
      `/groups/${ownGroup}`,
      'groups.read',
      { 'Add a member…': ['groups.write'], 'Rename…': ['groups.write'], 'Delete…': ['groups.write'] },
    ],
    ['/sources', 'integrations.read', { 'Add a source…': ['integrations.write'] }],
    [`/sources/${source}/setup`, 'integrations.read', {}],
    [`/sources/${source}/requests`, 'integrations.read', { Pause: ['requests.read'] }],
    [`/sources/${source}/rules`, 'integrations.read', {}],
    [`/sources/${source}/attributes`, 'integrations.read', {}],
    [`/sources/${source}/keys`, 'integrations.read', { 'Create a key…': ['integrations.write'] }],
    ['/rehearsal', 'entra.read', {}],
    ['/events', 'events.read', { Export: ['events.read'] }],
    ['/settings/organization', 'organization.read', {}],
    ['/settings/administrators', 'administrators.read', { 'Invite an administrator…': ['administrators.write'] }],
    ['/settings/roles', 'administrators.read', { 'New role…': ['administrators.write'] }],
    ['/settings/keys', 'keys.own', { 'New key…': ['keys.own'] }],
    ['/settings/mail', 'mail.read', {}],
    ['/settings/schemas', 'organization.read', { 'Add a schema…': ['schemas'] }],
    ['/settings/about', 'organization.read', {}],
    ['/settings/account', undefined, {}],
  ];
}

/** The places of the side bar, each with the permission that a role needs to see it. */
const places: readonly (readonly [name: string, permission: Permission | undefined])[] = [
  ['Home', undefined],
  ['People', 'users.read'],
  ['Groups', 'groups.read'],
  ['Sources', 'integrations.read'],
  ['Rehearsal', 'entra.read'],
  ['Events', 'events.read'],
  ['Settings', undefined],
];

describe.skipIf(skipWithout(browserUnavailableReason()))('an administrator with the role', () => {
  let served: TestConsole;
  let opened: OpenedPage;
  let pages: ReturnType<typeof pagesOf>;
  const refused: string[] = [];
  beforeAll(async () => {
    served = await startConsole();
    pages = pagesOf(await createConsoleSamples(served.server));
    opened = await served.open();
    const { page } = opened;
    page.on('response', (answer) => {
      if (answer.status() === 403 || answer.status() === 401) refused.push(`${page.url()} requested ${answer.url()}`);
    });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  const visible = (page: Page, name: string) =>
    page.getByRole('main').getByRole('button', { name, exact: true }).count();

  test.for(roleNames)(
    '%s sees exactly the places, the pages and the actions of the role, and sends nothing that is refused',
    async (role) => {
      const { page, settle } = opened;
      await opened.become(role);
      const has = (permission: Permission) => permissionsOf(role).has(permission);
      const links = page.getByRole('navigation', { name: 'Places' }).getByRole('link');
      const seen = places.filter(([, needed]) => needed === undefined || has(needed)).map(([name]) => name);
      // Home has the number of what needs attention behind its name.
      const shown = async () => (await links.allTextContents()).map((text) => text.replace(/\d+$/, ''));
      await expect.poll(shown).toEqual(seen);
      for (const [path, needed, actions] of pages) {
        await goTo(page, path);
        const isOpen = needed === undefined || has(needed);
        await expect
          .poll(() => page.getByText(/^Your role does not include/).count(), { message: path })
          .toBe(isOpen ? 0 : 1);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await settle();
        for (const [name, permissions] of Object.entries(actions)) {
          const isShown = isOpen && permissions.some(has);
          await expect
            .poll(() => visible(page, name), { message: `${role}: ${name} on ${path}` })
            .toBe(isShown ? 1 : 0);
        }
      }
      expect(refused).toEqual([]);
      expect(opened.errors).toEqual([]);
    },
  );

  test.for([
    [
      'Read Only',
      '/sources/{source}/requests',
      'The roles Manager, Administrator and Administrator With Billing can read them.',
    ],
    ['Read Only', '/events?exchange=abc', 'Your role does not include reading requests'],
    ['Help Desk', '/sources', 'Your role does not include Sources.'],
  ] as const)('%s learns at %s which role may do it', async ([role, path, text]) => {
    await opened.become(role);
    const source = pages.find(([one]) => one.endsWith('/setup'))?.[0].split('/')[2] ?? '';
    await goTo(opened.page, path.replace('{source}', source));
    await opened.page.getByText(text).waitFor();
  });
});
