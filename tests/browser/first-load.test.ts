import { expect, test } from 'vitest';
import { firstScripts, FIRST_SCRIPT_BYTES_MAX } from '../support/first-scripts.ts';

test('the console loads at most 250 KB of compressed JavaScript before its first page', () => {
  const scripts = firstScripts();
  expect(scripts.length).toBeGreaterThan(1);
  const bytes = scripts.reduce((sum, script) => sum + script.bytes, 0);
  expect(bytes, JSON.stringify(scripts)).toBeLessThanOrEqual(FIRST_SCRIPT_BYTES_MAX);
});
