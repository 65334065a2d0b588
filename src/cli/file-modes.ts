import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '#base/config.ts';
import { KEY_FILE } from '#base/secret-box.ts';
import { DATABASE_FILE } from '#database/sqlite/open-sqlite.ts';
import type { Finding } from './key-findings.ts';

/** The data folder and the files in it that only their owner may open, with the mode that `doctor` recommends. */
const privateFiles: readonly { readonly name: string; readonly mode: string }[] = [
  { name: '.', mode: '700' },
  { name: KEY_FILE, mode: '600' },
  ...['', '-wal', '-shm'].map((end) => ({ name: `${DATABASE_FILE}${end}`, mode: '600' })),
];

/**
 * Checks the modes of the data folder and its files, for `doctor`. A user of the machine who can read the secret key and the database
 * can generate the codes of every authenticator app, and can read the emails that wait in the outbox.
 */
export async function checkFileModes({ dataDir }: Pick<Config, 'dataDir'>): Promise<Finding> {
  const open: string[] = [];
  for (const { name, mode } of privateFiles) {
    const path = join(dataDir, name);
    const found = await modeOf(path);
    if (found !== undefined && (found & 0o077) !== 0) {
      open.push(`${path} has the mode ${(found & 0o777).toString(8)}: chmod ${mode} ${path}`);
    }
  }
  return open.length === 0
    ? {
        check: 'permissions',
        status: 'ok',
        detail: `only the owner of ${dataDir} can open the folder, the database and the secret key`,
      }
    : {
        check: 'permissions',
        status: 'warning',
        detail: `other users of the machine can open files of the directory: ${open.join('; ')}`,
      };
}

/**
 * Returns the mode of a file, or undefined if it does not exist: a key in TANHUA_SECRET_KEY has no file, and a PostgreSQL database is
 * not in the data folder.
 */
async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
