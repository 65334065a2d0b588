import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { readConfig } from '#base/config.ts';
import { migrate } from '#database/migrate.ts';
import { cheapestPasswordCost } from '../../tests/support/directory.ts';
import { runInProcess, stubbedSettings, type CommandResult } from '../../tests/support/in-process.ts';
import { openDirectory } from '../app.ts';
import { bootstrap } from '../bootstrap.ts';

/** Runs a command in this process, with the TANHUA_ variables of this process. */
export async function runCommand(...args: readonly string[]): Promise<CommandResult> {
  return await runInProcess(args, stubbedSettings());
}

/** Creates a directory as the first start does, in a temporary folder that commands use until the result is disposed of. */
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
