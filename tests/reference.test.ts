import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pages } from '../tools/generate-reference.ts';

test.for(Object.entries(pages))('%s is what "npm run reference" makes', async ([path, make]) => {
  const made = await make();
  expect(readFileSync(path, 'utf8'), `${path} is not what the sources make: npm run reference`).toBe(made);
});
