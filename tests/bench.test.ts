import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { endWithFile } from './support/child-process.ts';
import { browserUnavailableReason } from './support/browser.ts';
import { programEnvironment } from './support/program.ts';
import { skipWithout } from './support/skip-without.ts';

/** Matches the environment variables that are removed for a benchmark: all that the test setup sets, except the path of the program. */
const TEST_VARIABLES = /^(?:TEST_(?!PROGRAM)|VITEST)/;
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !TEST_VARIABLES.test(name)));

/** Runs a program of bench/ and returns its output. The tests check only that each program works with little data, and not its results. */
async function output(...args: readonly string[]): Promise<string> {
  const child = endWithFile(
    spawn(process.execPath, args, {
      env: { ...env, ...programEnvironment() },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(stderr).toBe('');
  return stdout;
}

test('bench/million-users.ts prints a table that compares the two numbers of users', async () => {
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

test('bench/large-group.ts prints a row of times for each request', async () => {
  const printed = await output('bench/large-group.ts', '--sizes', '5,20', '--rounds', '1');
  expect(printed).toMatch(/GET without members( +[\d.]+){3}/);
});

test('bench/large-bodies.ts prints the memory that each kind of body takes', async () => {
  const few = ['--clients', '1', '--rounds', '1', '--share', '0.001', '--wait', '0', '--ratio', '100'];
  const printed = await output('bench/large-bodies.ts', ...few);
  for (const kind of ['one string', 'many keys', 'many emails', 'bulk']) {
    expect(printed).toMatch(new RegExp(`\\| ${kind} +\\| [\\d.]+ MB \\| \\d{3}[, \\d]* \\| \\d+ MB \\|`));
  }
  expect(printed).toMatch(/\| after 0 s .* \| \d+ MB \|/);
});

test('bench/event-summary.ts prints the duration of each summary', async () => {
  const printed = await output('bench/event-summary.ts', '--events', '2000', '--tail', '100', '--only', 'sqlite');
  for (const title of ['by minute', 'by quarter-hour', 'by minute and reason', 'the same without totals']) {
    expect(printed).toMatch(new RegExp(`\\| sqlite \\| ${title} \\| [\\d.]+ ms \\| [\\d.]+ ms \\|`));
  }
});

test('bench/live.ts prints the processor time of idle listeners, and how late events arrive', async () => {
  const few = ['--listeners', '2', '--seconds', '0.1', '--changes', '2', '--share', '100', '--late', '100000'];
  const printed = await output('bench/live.ts', ...few, '--only', 'sqlite');
  expect(printed).toMatch(/\| sqlite \| 0 \| [\d.]+ % .*\n\| sqlite \| 2 \| [\d.]+ %/);
  expect(printed).toMatch(/\| sqlite \| 2 \| \d+ ms \| \d+ ms \|/);
});

test.skipIf(skipWithout(browserUnavailableReason()))(
  'bench/console.ts prints the time of each reaction of the console',
  async () => {
    const printed = await output('bench/console.ts', '--people', '300', '--rounds', '1', '--share', '1000');
    for (const title of ['Home, cold', 'list of 300: search', 'group of 300: scroll to the end', 'event from commit']) {
      expect(printed).toMatch(new RegExp(`\\| ${title}[^|]*\\| [\\d,]+ ms \\|`));
    }
  },
);

test('bench/provisioning.ts runs an initial and an idle cycle without failures', async () => {
  const few = ['--users', '15', '--groups', '3', '--changes', '4', '--only', 'measured'];
  const printed = await output('bench/provisioning.ts', ...few);
  expect(printed).toMatch(/initial cycle: [\d.]+ s\n +\d+ created, .* 0 failed\n/);
  expect(printed).toMatch(/idle cycle: .*\n.*\n +2 requests \(2 GET\)/);
  expect(printed).not.toContain('FAILED');
});

test('bench/fuzz.ts finds no faults', async () => {
  expect(await output('bench/fuzz.ts', '--requests', '200')).toContain('0 faults in responses, 0 in the directory');
});

test('bench/speed.ts prints a table and draws a chart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-bench-test-'));
  try {
    const few = ['--sizes', '50', '--seconds', '0.1', '--rounds', '1', '--only', 'get,firstLoad', '--out', folder];
    const printed = await output('bench/speed.ts', ...few);
    expect(printed).toMatch(/\| GET by id +\| 50 +\| \d+ +\| [\d.]+ +\| [\d.]+ +\| [\d.]+ +\| [\d.]+ /);
    expect(printed).not.toContain('failed');
    expect(readFileSync(join(folder, 'speed.svg'), 'utf8')).toMatch(/^<svg [^]*50 users[^]*GET by id[^]*<\/svg>\n$/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
