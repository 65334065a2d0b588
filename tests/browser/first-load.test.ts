import { expect, test } from 'vitest';
import { firstScripts, FIRST_SCRIPT_BYTES_MAX, PORTAL_SCRIPT_BYTES_MAX } from '../support/first-scripts.ts';

test.for([
  ['console', FIRST_SCRIPT_BYTES_MAX],
  ['portal', PORTAL_SCRIPT_BYTES_MAX],
] as const)('the %s loads at most %i bytes of compressed JavaScript before its first page', ([application, most]) => {
  const scripts = firstScripts(application);
  expect(scripts.length).toBeGreaterThan(1);
  const bytes = scripts.reduce((sum, script) => sum + script.bytes, 0);
  expect(bytes, JSON.stringify(scripts)).toBeLessThanOrEqual(most);
});
