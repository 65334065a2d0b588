import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli, startCli, startServer, type RunningServer } from '../support/start-server.ts';

// Other tests run commands in their own process. Here the real program runs the same ones.
let server: RunningServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

describe('a command that the real program runs prints what it prints in this process, and ends with the same code', () => {
  test.for<[kind: string, args: readonly string[], code: number]>([
    ['JSON', ['integration', 'list', '--json'], 0],
    ['a table', ['admin', 'list'], 0],
    ['text', ['entra', 'expression', 'ToUpper("é")'], 0],
    ['the version', ['--version'], 0],
    ['help', ['user', 'list', '--help'], 0],
    ['a failure', ['entra', 'expression', 'Left("x", "y")'], 1],
    ['wrong usage', ['user', 'list', '--limit', 'x'], 2],
    ['an unknown command', ['usr', 'list'], 2],
    ['what does not exist', ['group', 'show', 'nobody'], 3],
  ])('%s', async ([, args, code]) => {
    const environment = { TANHUA_DATA_DIR: server.dataDir };
    const started = await startCli(args, environment);
    expect(started).toEqual(await runCli(args, environment));
    expect(started.code).toBe(code);
    expect(started.stdout + started.stderr).not.toBe('');
  });
});

test('wrong configuration ends the real program with the code of wrong usage', async () => {
  const { code, stderr } = await startCli(['user', 'list'], { TANHUA_PORT: 'eighty' });
  expect(code).toBe(2);
  expect(stderr).toContain('TANHUA_PORT');
});
