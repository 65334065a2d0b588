import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OpenedPage } from './browser.ts';
import { consoleViews, type ConsolePage } from './console-views.ts';
import { call, scimClient } from './http-client.ts';
import type { RunningServer } from './start-server.ts';

export type { ConsolePage } from './console-views.ts';

const router = fileURLToPath(new URL('../../web/router.tsx', import.meta.url));

/**
 * Returns every page of the console, as listed in web/router.tsx, without the addresses that only lead to another page.
 *
 * @param ids a value for each parameter of a path, such as `person`
 */
export function consoleRoutes(ids: Readonly<Record<string, string>>): readonly ConsolePage[] {
  const paths = [...readFileSync(router, 'utf8').matchAll(/\bpath: '(?<path>[^'/][^']*)'(?!, loader)/g)].map(
    ({ groups }) => groups?.['path'] ?? '',
  );
  return ['', ...paths].map((route) => ({ name: route === '' ? 'home' : route, path: `/${pathOf(route, ids)}` }));
}

/** Returns the pages, and the states of these pages that console-views.ts lists. States that need another id are left out if it is missing. */
export function consolePages(ids: Readonly<Record<string, string>>): readonly ConsolePage[] {
  return [...consoleRoutes(ids), ...consoleViews(ids)];
}

/** Opens a page, and brings it into its state. */
export async function showConsolePage({ page, settle }: OpenedPage, shown: ConsolePage): Promise<void> {
  await page.unrouteAll();
  await shown.prepare?.(page);
  await page.goto(`/console${shown.path}`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  if (shown.isLoading !== true) await settle();
  await shown.show?.(page);
  if (shown.isLoading !== true) await settle();
}

function pathOf(route: string, ids: Readonly<Record<string, string>>): string {
  if (route === '*') return 'a-page-that-does-not-exist';
  return route.replaceAll(/\/:\w+\?/g, '').replaceAll(/:(\w+)/g, (_match, name: string) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`The path ${route} of web/router.tsx needs a value for ${name}.`);
    return id;
  });
}

/**
 * Creates what the pages show: a person with a manager, people with other scripts and long names, people who are refused, a person who was
 * deleted, and a group with members. Returns the ids of those that `consolePages` needs.
 */
export async function createSamples(scimUrl: string, token: string): Promise<Readonly<Record<string, string>>> {
  const client = scimClient(scimUrl, token);
  const create = async (userName: string, more: object): Promise<string> => {
    const emails = [{ type: 'work', primary: true, value: `${userName}@contoso.example` }];
    return (await client.post('/Users', { userName, active: true, emails, ...more })).body.id;
  };
  const grace = await create('grace', { displayName: 'Grace Wanjiru' });
  const ann = await create('ann.meier', {
    displayName: 'Ann Meier',
    name: { givenName: 'Ann', familyName: 'Meier' },
    title: 'Engineer',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { manager: grace },
  });
  const long = await create('wu', { displayName: '探花 العربية 👩‍🚀 Wolfeschlegelsteinhausenbergerdorff' });
  const deleted = await create('gone', { displayName: 'Gone Person' });
  await client.delete(`/Users/${deleted}`);
  await client.post('/Users', { userName: 'bob.moser', active: true });
  const group = await client.post('/Groups', {
    displayName: 'Engineering',
    members: [{ value: ann }, { value: long }],
  });
  return { person: ann, group: String(group.body.id), refused: 'bob.moser', deleted };
}

/** Returns the ids of the first source, of another one that has sent nothing, of a refused request and of an event. */
export async function findIds(server: RunningServer): Promise<Readonly<Record<string, string>>> {
  const headers = { 'x-api-key': server.key, 'content-type': 'application/json' };
  const get = async (path: string) => (await call(`${server.url}${path}`, { headers })).body;
  const body = { name: 'Workday', preset: 'strict' };
  const added = await call(`${server.url}/api/integrations`, { method: 'POST', headers, body });
  const sources = await get('/api/integrations');
  const refusals = await get('/api/requests?outcome=refused&limit=1');
  const events = await get('/api/events?target=ann.meier&limit=1');
  return {
    source: String(sources[0].id),
    newSource: String(added.body.id),
    exchange: String(refusals.results[0].id),
    event: String(events.results[0].id),
  };
}
