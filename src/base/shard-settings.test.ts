import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const main = { TANHUA_DATABASE_URL: 'postgres://tanhua@one.example/tanhua' };

test('TANHUA_SHARD_URLS lists names and URLs, separated by spaces or line breaks', () => {
  const text = 'eu=postgres://tanhua@two.example/t\n  us-1=postgresql://tanhua@three.example/t ';
  const { shards, shown } = readConfig({ ...main, TANHUA_SHARD_URLS: text });
  expect(shards).toEqual([
    { name: 'eu', url: 'postgres://tanhua@two.example/t' },
    { name: 'us-1', url: 'postgresql://tanhua@three.example/t' },
  ]);
  expect(shown.find(({ name }) => name === 'TANHUA_SHARD_URLS')?.value).toBe('********');
  expect(readConfig(main).shards).toEqual([]);
});

test.each([
  ['postgres://two.example/t', /each part is NAME=postgres/],
  ['EU=postgres://two.example/t', /each part is NAME=postgres/],
  ['eu=mysql://two.example/t', /each part is NAME=postgres/],
  ['main=postgres://two.example/t', /the name main is taken/],
  ['eu=postgres://two.example/t eu=postgres://three.example/t', /the name eu is taken/],
  [`${'e'.repeat(33)}=postgres://two.example/t`, /each part is NAME=postgres/],
])('TANHUA_SHARD_URLS rejects %s', (text, reason) => {
  expect(() => readConfig({ ...main, TANHUA_SHARD_URLS: text })).toThrow(reason);
});

test('TANHUA_SHARD_URLS is rejected without TANHUA_DATABASE_URL', () => {
  expect(() => readConfig({ TANHUA_SHARD_URLS: 'eu=postgres://two.example/t' })).toThrow(/needs the database/);
});

test('TANHUA_SHARD_URLS accepts a shard name of 32 characters', () => {
  const name = 'e'.repeat(32);
  expect(readConfig({ ...main, TANHUA_SHARD_URLS: `${name}=postgres://x/t` }).shards[0]?.name).toBe(name);
});
