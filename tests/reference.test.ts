import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pages } from '../tools/generate-reference.ts';

test.for(Object.entries(pages))('%s is what "npm run reference" makes', async ([path, make]) => {
  expect(readFileSync(path, 'utf8')).toBe(await make());
});
