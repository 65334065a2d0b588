import { beforeAll, describe, expect, test, vi } from 'vitest';
import { runInProcess } from '../../tests/support/in-process.ts';
import { AppError } from '#base/errors.ts';
import { errorTable, type ErrorCode } from '#base/error-table.ts';
import { exitCodeOf } from './command-failure.ts';
import { allCommands, commandPath, createProgram } from './program.ts';

// Loading all commands loads the whole program. The long timeouts allow for a busy machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const run = (...args: readonly string[]) => runInProcess(args, {});

/** `actions` has the words of every command that does something; `holders`, of every command that only groups other commands. */
let actions: readonly (readonly string[])[];
let holders: readonly (readonly string[])[];
beforeAll(async () => {
  const all = allCommands(await createProgram());
  const words = (isHolder: boolean) =>
    all.filter(({ commands }) => commands.length > 0 === isHolder).map((command) => commandPath(command).split(' '));
  actions = words(false);
  holders = [[], ...words(true)];
});

/** Returns the calls that are not refused as wrong usage: exit code 2, a message on standard error, and no other output. */
async function notRefused(calls: readonly (readonly string[])[]): Promise<readonly unknown[]> {
  const wrong: unknown[] = [];
  for (const call of calls) {
    const { code, stdout, stderr } = await run(...call);
    if (code !== 2 || stdout !== '' || stderr === '') wrong.push({ call, code, stdout, stderr });
  }
  return wrong;
}

/** Returns the calls whose error is not a single JSON value on standard error. */
async function notJson(calls: readonly (readonly string[])[]): Promise<readonly unknown[]> {
  const wrong: unknown[] = [];
  for (const call of calls) {
    const { code, stdout, stderr } = await run(...call);
    let error: unknown;
    try {
      error = JSON.parse(stderr).error;
    } catch {
      error = stderr;
    }
    const { code: name, message, remedy, exitCode } = error as Record<string, unknown>;
    const isComplete = name === 'usage' && typeof message === 'string' && typeof remedy === 'string' && exitCode === 2;
    if (!isComplete || code !== 2 || stdout !== '') wrong.push({ call, code, stdout, error });
  }
  return wrong;
}

describe('every command', () => {
  test('refuses an unknown option, even with --help', async () => {
    expect(actions.length).toBeGreaterThan(70);
    expect(await notRefused(actions.map((words) => [...words, '--no-such-option']))).toEqual([]);
    expect(await notRefused(actions.map((words) => [...words, '--no-such-option', '--help']))).toEqual([]);
  });

  test('with subcommands refuses an unknown subcommand, even with --help or after "help"', async () => {
    expect(holders.length).toBeGreaterThan(10);
    expect(await notRefused(holders.map((words) => [...words, 'no-such-command']))).toEqual([]);
    expect(await notRefused(holders.map((words) => [...words, 'no-such-command', '--help']))).toEqual([]);
    expect(await notRefused(holders.map((words) => [...words, 'no-such-command', '-h']))).toEqual([]);
    expect(await notRefused(holders.map((words) => ['help', ...words, 'no-such-command']))).toEqual([]);
  });

  test('prints the error for wrong usage as JSON with --json', async () => {
    const withJson = [...actions, ...holders].map((words) => [...words, '--no-such-option', '--json']);
    expect(await notJson(withJson)).toEqual([]);
    expect(await notJson(holders.map((words) => [...words, 'no-such-command', '--json']))).toEqual([]);
  });

  test('prints its help with --help, -h and "help", and exits with 0', async () => {
    const wrong: unknown[] = [];
    for (const words of actions.filter((_, index) => index % 10 === 0)) {
      for (const call of [
        [...words, '--help'],
        [...words, '-h'],
        ['help', ...words],
      ]) {
        const { code, stdout, stderr } = await run(...call);
        if (code !== 0 || stderr !== '' || !stdout.startsWith(`Usage: tanhua ${words.join(' ')}`)) wrong.push(call);
      }
    }
    expect(wrong).toEqual([]);
  });
});

test('every error in the error table has the exit code for its HTTP status', () => {
  const codes: Record<number, string[]> = { 1: [], 2: [], 3: [] };
  for (const [code, { status }] of Object.entries(errorTable)) {
    codes[exitCodeOf(new AppError(code as ErrorCode, 'x'))]?.push(String(status));
  }
  expect(new Set(codes[3])).toEqual(new Set(['404']));
  // Errors with status 500 are due to a wrong configuration, and those with 502 to a target that does not respond.
  expect(new Set(codes[2])).toEqual(new Set(['400', '409', '500', '502']));
  expect(codes[1]).not.toContain('404');
  expect(codes[1]).not.toContain('409');
  expect(codes[1]?.filter((status) => status === '400')).toHaveLength(4);
});
