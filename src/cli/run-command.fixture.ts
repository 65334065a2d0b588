import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { readConfig } from '#base/config.ts';
import { migrate } from '#database/migrate.ts';
import { cheapestPasswordCost } from '../../tests/support/directory.ts';
import { openDirectory } from '../app.ts';
import { bootstrap } from '../bootstrap.ts';
import { exitCodes } from './output.ts';
import { runProgram } from './program.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in this process, with what it prints and its exit code. */
export async function runCommand(...args: readonly string[]): Promise<Outcome> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const codeBefore = process.exitCode;
  const keep = (into: string[]) => (chunk: unknown) => into.push(String(chunk)) > 0;
  const line = (into: string[]) => (chunk: unknown) => void into.push(`${String(chunk)}\n`);
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(keep(stdout)),
    vi.spyOn(process.stderr, 'write').mockImplementation(keep(stderr)),
    vi.spyOn(console, 'log').mockImplementation(line(stdout)),
    vi.spyOn(console, 'error').mockImplementation(line(stderr)),
  ];
  try {
    process.exitCode = undefined;
    const failed = await runProgram(args);
    const code = failed ?? process.exitCode ?? exitCodes.success;
    return { code: Number(code), stdout: stdout.join(''), stderr: stderr.join('') };
  } finally {
    process.exitCode = codeBefore;
    for (const spy of spies) spy.mockRestore();
  }
}

/** A directory as the first start leaves it, in a folder that the commands use until it is disposed of. */
export async function startedFolder(): Promise<AsyncDisposable & { readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tanhua-cli-'));
  vi.stubEnv('TANHUA_DATA_DIR', folder);
  vi.stubEnv('TANHUA_LOG_LEVEL', 'silent');
  const config = readConfig();
  await using deps = openDirectory(config);
  await migrate(deps.database);
  await bootstrap({ ...deps, passwordCost: cheapestPasswordCost }, config);
  return {
    folder,
    [Symbol.asyncDispose]: () => {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}
