import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { portalPaths, portalPlaces } from '#organizations/organization-name.ts';

test('no organization can have the name of a page of the portal', () => {
  const linkPages = readFileSync('src/user-portal/link-page.ts', 'utf8').matchAll(/\$\{root\}\/([\w-]+)/g);
  const taken = [...portalPlaces, ...[...linkPages].map(([, page = '']) => page)];
  expect(taken.length).toBeGreaterThan(portalPlaces.length);
  expect(taken.filter((page) => !portalPaths.includes(page))).toEqual([]);
});
