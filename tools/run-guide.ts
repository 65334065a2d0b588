import { readFileSync, writeFileSync } from 'node:fs';
import { runGuide } from '../tests/support/run-guide.ts';
import { setup } from '../tests/support/sqlite-setup.ts';

/** Runs the requests in docs/guide/scim.md and writes the responses into that file. */
const path = 'docs/guide/scim.md';
const before = readFileSync(path, 'utf8');
const removeTemplate = await setup();
try {
  const after = await runGuide(before);
  writeFileSync(path, after);
  console.log(before === after ? `${path} is up to date` : `updated ${path}`);
} finally {
  removeTemplate();
}
