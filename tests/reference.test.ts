import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pages } from '../tools/generate-reference.ts';

/** The page of the commands loads the whole program: generous, for a busy machine. */
const TIMEOUT_MS = 120_000;

test.for(Object.entries(pages))(
  '%s is what "npm run reference" makes',
  { timeout: TIMEOUT_MS },
  async ([path, make]) => {
    expect(readFileSync(path, 'utf8')).toBe(await make());
  },
);
