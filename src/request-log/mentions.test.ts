import { expect, test } from 'vitest';
import { CONTAINED_LENGTH_MIN, Mentions } from './mentions.ts';

const long = 'x'.repeat(CONTAINED_LENGTH_MIN);
const short = 'x'.repeat(CONTAINED_LENGTH_MIN - 1);
const mentions = new Mentions(['Dora', 'dora@contoso.example', 'Émilie Zola', '7', long, short]);

test.for([
  'DORA',
  'userName eq "dora"',
  'emails[value eq "Dora@Contoso.example"]',
  'The address dora@contoso.example, which Ann has, is taken.',
  'a note about émilie zola of 1898',
  'externalId eq "7"',
  `about ${long}.`,
])('finds an identifier in %j', (text) => {
  expect(mentions.areIn(text)).toBe(true);
});

test.for([
  'dora.other',
  'dora2',
  'not-dora@contoso.example',
  'W/"7"',
  '7 Main Street',
  'about Dora',
  `about ${short}`,
  '',
])('finds no identifier in %j', (text) => {
  expect(mentions.areIn(text)).toBe(false);
});

test('finds identifiers in the values of JSON, also with escape sequences and in JSON that was cut', () => {
  const found = (text: string) => mentions.areInJson(text);
  expect(found(String.raw`{"Resources":[{"userName":"d\u006fra"}]}`)).toBe(true);
  expect(found(String.raw`{"filter":"userName eq \"dora\""}`)).toBe(true);
  expect(found(String.raw`{"Resources":[{"userName":"d\u006fra"},{"use`)).toBe(true);
  expect(found('{"Resources":[{"emails":[{"value":"dora@contoso.example…')).toBe(true);
  expect(found('{"userName":"dora.other","meta":{"version":"W/\\"7\\""},"count":7,"none":null}')).toBe(false);
  expect(found('{"userName":"dora.oth')).toBe(false);
});

test('finds identifiers in URLs, also in ones that are not encoded correctly', () => {
  expect(mentions.areInUrl('/scim/v2/Users/D%6Fra', undefined)).toBe(true);
  expect(mentions.areInUrl('/scim/v2/Users', 'count=1&filter=userName+eq+%22dora%22')).toBe(true);
  expect(mentions.areInUrl('/scim/v2/Users/%', 'filter=userName eq "dora"')).toBe(true);
  expect(mentions.areInUrl('/scim/v2/Users', 'filter=userName+eq+%22other%22')).toBe(false);
});
