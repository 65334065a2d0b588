import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProgramForm } from '../support/program.ts';
import { runCli, startCli, startServer, type RunningServer } from '../support/start-server.ts';

// Other tests run commands inside the test process. The tests below check that the real program behaves in the same way.
let server: RunningServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe('the real program prints the same text and exits with the same code as a command in the test process', () => {
  test.for<[kind: string, form: ProgramForm, args: readonly string[], code: number]>([
    ['JSON', 'sources', ['integration', 'list', '--json'], 0],
    ['a table', 'bundle', ['admin', 'list'], 0],
    ['text', 'bundle', ['entra', 'expression', 'ToUpper("é")'], 0],
    ['the version', 'sources', ['--version'], 0],
    ['help', 'bundle', ['user', 'list', '--help'], 0],
    ['a failure', 'bundle', ['entra', 'expression', 'Left("x", "y")'], 1],
    ['wrong usage', 'bundle', ['user', 'list', '--limit', 'x'], 2],
    ['an unknown command', 'bundle', ['usr', 'list'], 2],
    ['a group that does not exist', 'bundle', ['group', 'show', 'nobody'], 3],
  ])('for %s', async ([, form, args, code]) => {
    const environment = { TANHUA_DATA_DIR: server.dataDir };
    const started = await startCli(args, environment, form);
    expect(started).toEqual(await runCli(args, environment));
    expect(started.code).toBe(code);
    expect(started.stdout + started.stderr).not.toBe('');
  });
});

test('the real program exits with code 2 if a setting is invalid', async () => {
  const { code, stderr } = await startCli(['user', 'list'], { TANHUA_PORT: 'eighty' }, 'sources');
  expect(code).toBe(2);
  expect(stderr).toContain('TANHUA_PORT');
});
