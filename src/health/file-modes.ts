import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '#base/config.ts';
import { KEY_FILE } from '#base/secret-box.ts';
import { DATABASE_FILE } from '#database/sqlite/open-sqlite.ts';
import type { Finding } from './key-findings.ts';
import type { Language } from '#base/words/language.ts';
import { healthWordsIn } from './health-words-in.ts';

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
export async function checkFileModes(
  { dataDir }: Pick<Config, 'dataDir'>,
  language: Language = 'en',
): Promise<Finding> {
  const words = healthWordsIn(language);
  const open: string[] = [];
  for (const { name, mode } of privateFiles) {
    const path = join(dataDir, name);
    const found = await modeOf(path);
    if (found !== undefined && (found & 0o077) !== 0) {
      open.push(words.modeOpen(path, (found & 0o777).toString(8), mode));
    }
  }
  return open.length === 0
    ? {
        check: 'permissions',
        status: 'ok',
        detail: words.modesPrivate(dataDir),
      }
    : {
        check: 'permissions',
        status: 'warning',
        detail: words.modesOpen(open.join(words.separator)),
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
