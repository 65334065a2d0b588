import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { programEnvironment } from './support/program.ts';

/** What the set-up of the tests leaves for them, and a bench does not have: all but the program that it starts. */
const OF_TESTS = /^(?:TEST_(?!PROGRAM)|VITEST)/;
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_TESTS.test(name)));

/** That the programs under bench/ run, on little: their figures are for whoever reads them, and no test. */
async function output(...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, {
    env: { ...env, ...programEnvironment() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(stderr).toBe('');
  return stdout;
}

test('bench/million-users.ts', async () => {
  const few = ['--users', '600', '--few', '200', '--rounds', '1', '--warm', '1'];
  const printed = await output('bench/million-users.ts', ...few);
  expect(printed).toMatch(/\| operation \| 200 users, ms \| 600 users, ms \| ratio \|/);
  for (const title of [
    'userName eq',
    'POST a user',
    'PATCH a manager',
    'DELETE a user',
    'Entra ID’s whole conversation',
  ]) {
    expect(printed).toMatch(new RegExp(`\\| ${title} +\\| [\\d.]+ \\| [\\d.]+ \\| [\\d.]+`));
  }
  expect(printed).toMatch(/\| by userName( \| [\d.]+){4}/);
});

test('bench/large-group.ts', async () => {
  const printed = await output('bench/large-group.ts', '--sizes', '5,20', '--rounds', '1');
  expect(printed).toMatch(/GET without members( +[\d.]+){3}/);
});

test('bench/large-bodies.ts', async () => {
  const few = ['--clients', '1', '--rounds', '1', '--share', '0.001', '--wait', '0', '--ratio', '100'];
  const printed = await output('bench/large-bodies.ts', ...few);
  for (const kind of ['one string', 'many keys', 'many e-mails', 'bulk']) {
    expect(printed).toMatch(new RegExp(`\\| ${kind} +\\| [\\d.]+ MB \\| \\d{3}[, \\d]* \\| \\d+ MB \\|`));
  }
  expect(printed).toMatch(/\| after 0 s .* \| \d+ MB \|/);
});

test('bench/provisioning.ts', async () => {
  const few = ['--users', '15', '--groups', '3', '--changes', '4', '--only', 'measured'];
  const printed = await output('bench/provisioning.ts', ...few);
  expect(printed).toMatch(/initial cycle: [\d.]+ s\n +\d+ created, .* 0 failed\n/);
  expect(printed).toMatch(/idle cycle: .*\n.*\n +2 requests \(2 GET\)/);
  expect(printed).not.toContain('FAILED');
});

test('bench/fuzz.ts', async () => {
  expect(await output('bench/fuzz.ts', '--requests', '200')).toContain('0 faults in answers, 0 in the directory');
});

test('bench/speed.ts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-bench-test-'));
  try {
    const few = ['--sizes', '50', '--seconds', '0.3', '--rounds', '1', '--only', 'get,firstLoad', '--out', folder];
    const printed = await output('bench/speed.ts', ...few);
    expect(printed).toMatch(/\| GET by id +\| 50 +\| \d+ +\| [\d.]+ +\| [\d.]+ +\| [\d.]+ +\| [\d.]+ /);
    expect(printed).not.toContain('failed');
    expect(readFileSync(join(folder, 'speed.svg'), 'utf8')).toMatch(/^<svg [^]*50 users[^]*GET by id[^]*<\/svg>\n$/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
