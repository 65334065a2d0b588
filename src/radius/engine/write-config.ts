import { execFile } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '#base/errors.ts';
import { engineFiles } from './engine-config.ts';
import { configFault } from './engine-log.ts';
import { ENGINE_DICTIONARIES, type EngineSettings } from './engine-settings.ts';

/** The name of FreeRADIUS's program in Debian's package. */
export const ENGINE_PROGRAM = 'freeradius';
/** FreeRADIUS checks its configuration in less than 0.1 seconds. */
const CHECK_MAX_MS = 30_000;
const OUTPUT_BYTES_MAX = 8 * 1024 * 1024;

/** The variables that the engine gets. It never gets those of the server, which contain the database's password. */
export type EngineEnvironment = Readonly<Record<string, string>>;

/** Writes the configuration to its folder, each file at once. Only the owner can read the files. */
export function writeEngineFiles(settings: EngineSettings): void {
  const { folder } = settings;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const { name, text } of engineFiles(settings)) {
      writeFileSync(join(folder, `${name}.new`), text, { mode: 0o600 });
      renameSync(join(folder, `${name}.new`), join(folder, name));
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'configuration',
      `The configuration of FreeRADIUS cannot be written to ${folder} (${reason}): make the user that runs the server the owner of TANHUA_DATA_DIR.`,
      { cause: error },
    );
  }
}

/** Returns the arguments with which FreeRADIUS uses only the configuration in `folder`. */
export function engineArguments(folder: string): readonly string[] {
  return ['-d', folder, '-D', ENGINE_DICTIONARIES, '-n', 'radiusd'];
}

/**
 * Writes the configuration, and has FreeRADIUS check it (`freeradius -XC`), which loads every module and reads the certificate, but opens no
 * port.
 *
 * Rejects with `configuration` and FreeRADIUS's own words if it rejects the configuration or is not installed.
 *
 * @param environment the variables that the configuration refers to
 */
export async function writeAndCheck(settings: EngineSettings, environment: EngineEnvironment): Promise<void> {
  writeEngineFiles(settings);
  const args = [...engineArguments(settings.folder), '-XC'];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const options = { env: environment, timeout: CHECK_MAX_MS, maxBuffer: OUTPUT_BYTES_MAX };
  execFile(ENGINE_PROGRAM, args, options, (error, stdout, stderr) => {
    if (error === null) resolve();
    else if (error.code === 'ENOENT') reject(missingEngine());
    else {
      const fault = configFault(`${stdout}\n${stderr}`);
      reject(
        new AppError(
          'configuration',
          `FreeRADIUS rejects the configuration in ${settings.folder}: ${fault}. Correct the setting that it names (TANHUA_RADIUS_…), or run "tanhua radius setup".`,
          { cause: error },
        ),
      );
    }
  });
  await promise;
}

/** The error of a machine without FreeRADIUS. */
export function missingEngine(): AppError {
  return new AppError(
    'configuration',
    'FreeRADIUS is not installed: the program "freeradius" was not found. Run "tanhua radius setup --install" as root on Debian, or install FreeRADIUS 3.2.7 or newer with its module rest.',
  );
}

/** The path that the engine gets, since the packages install programs for the system. */
export const ENGINE_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
