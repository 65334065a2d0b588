import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pageTokens } from './page.ts';

const tokens = readFileSync(fileURLToPath(new URL('../../web/look/tokens.css', import.meta.url)), 'utf8');

test('the pages of links have the colors of the console and the portal in both themes', () => {
  const [light = '', dark = ''] = tokens.split(":root[data-theme='dark']");
  const valueIn = (block: string, name: string) => new RegExp(`--${name}: ([^;]+);`).exec(block)?.[1];
  const expected = Object.keys(pageTokens).map((name) => [name, [valueIn(light, name), valueIn(dark, name)]]);
  expect(Object.entries(pageTokens)).toEqual(expected);
});
