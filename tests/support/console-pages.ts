import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scimClient } from './http-client.ts';

const router = fileURLToPath(new URL('../../web/router.tsx', import.meta.url));

/** A page of the console: the name of its route, and a path below /console that shows it with real data. */
export interface ConsolePage {
  readonly name: string;
  readonly path: string;
}

/**
 * Returns every page of the console, as listed in web/router.tsx, without the addresses that only lead to another page.
 *
 * @param ids a value for each parameter of a path, such as `person`; a parameter that may be missing is left out
 */
export function consolePages(ids: Readonly<Record<string, string>>): readonly ConsolePage[] {
  const paths = [...readFileSync(router, 'utf8').matchAll(/\bpath: '(?<path>[^'/][^']*)'(?!, loader)/g)].map(
    ({ groups }) => groups?.['path'] ?? '',
  );
  return ['', ...paths].map((route) => ({ name: route === '' ? 'home' : route, path: `/${pathOf(route, ids)}` }));
}

function pathOf(route: string, ids: Readonly<Record<string, string>>): string {
  if (route === '*') return 'a-page-that-does-not-exist';
  return route.replaceAll(/\/:\w+\?/g, '').replaceAll(/:(\w+)/g, (_match, name: string) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`The path ${route} of web/router.tsx needs a value for ${name}.`);
    return id;
  });
}

/** Creates a person and a group with a member, and a person who is refused. Returns the ids that `consolePages` needs. */
export async function createSamples(scimUrl: string, token: string): Promise<Readonly<Record<string, string>>> {
  const client = scimClient(scimUrl, token);
  const emails = (name: string) => [{ type: 'work', primary: true, value: `${name}@contoso.example` }];
  const ann = await client.post('/Users', {
    userName: 'ann.meier',
    displayName: 'Ann Meier',
    name: { givenName: 'Ann', familyName: 'Meier' },
    title: 'Engineer',
    active: true,
    emails: emails('ann.meier'),
  });
  const long = await client.post('/Users', {
    userName: 'wu',
    displayName: '探花 العربية 👩‍🚀 Wolfeschlegelsteinhausenbergerdorff',
    active: false,
    emails: emails('wu'),
  });
  await client.post('/Users', { userName: 'bob.moser', active: true });
  const group = await client.post('/Groups', {
    displayName: 'Engineering',
    members: [{ value: ann.body.id }, { value: long.body.id }],
  });
  return { person: String(ann.body.id), group: String(group.body.id) };
}
