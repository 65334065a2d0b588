import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pages } from '../tools/generate-reference.ts';

test.for(Object.entries(pages))('%s is what "npm run reference" generates', async ([path, generate]) => {
  const generated = await generate();
  expect(readFileSync(path, 'utf8'), `${path} is out of date: run npm run reference`).toBe(generated);
});
