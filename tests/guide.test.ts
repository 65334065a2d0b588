import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runGuide } from './support/run-guide.ts';

test('every response in docs/guide/scim.md is what the directory returns; "npm run guide" updates them', async () => {
  const guide = readFileSync('docs/guide/scim.md', 'utf8');
  expect(await runGuide(guide)).toBe(guide);
});

test('a wrong response in a guide is replaced, and a response without a request is an error', async () => {
  const wrong = '```http\nGET /Users?count=0\n```\n\n```http\nHTTP/1.1 404 Not Found\n```\n';
  expect(await runGuide(wrong)).toContain('HTTP/1.1 200 OK');
  await expect(runGuide('```http\nHTTP/1.1 200 OK\n```')).rejects.toThrow('has no request');
});
