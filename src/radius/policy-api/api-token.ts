import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '#base/errors.ts';
import { engineFolder } from '../engine/engine-folder.ts';

const TOKEN_BYTES = 32;
/** The name of the file in the folder of the engine. Only its owner can read it. */
export const TOKEN_FILE = 'api-token';

/**
 * Returns the token with which the engine identifies itself to the policy API. The processes that serve, supervise and test share it through
 * a file of mode 0600, which the first of them creates.
 *
 * Throws `configuration` if the file cannot be read or written, or does not contain a token.
 *
 * @param dataDir the value of TANHUA_DATA_DIR
 * @example loadApiToken('./data') // 43 characters of base64url
 */
export function loadApiToken(dataDir: string): string {
  const folder = engineFolder(dataDir);
  const path = join(folder, TOKEN_FILE);
  try {
    const token = readOrCreateToken(path, folder);
    if (/^[\w-]{43}$/.test(token)) return token;
  } catch (error) {
    throw new AppError(
      'configuration',
      `The file ${path} in TANHUA_DATA_DIR cannot be used (${error instanceof Error ? error.message : String(error)}): make the user that runs the server its owner, with the mode 600.`,
      { cause: error },
    );
  }
  throw new AppError(
    'configuration',
    `The file ${path} in TANHUA_DATA_DIR does not contain a token: delete it, and restart the server and "tanhua radius run".`,
  );
}

function readOrCreateToken(path: string, folder: string): string {
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(path, randomBytes(TOKEN_BYTES).toString('base64url'), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      // Another process may have been faster: its token is used.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    chmodSync(path, 0o600);
  }
  return readFileSync(path, 'utf8').trim();
}

/** Returns the secret of the engine's port for the supervisor and `tanhua radius test`, so that no other file has to contain it. */
export function probeSecretOf(token: string): string {
  return createHmac('sha256', token).update('tanhua radius probe v1').digest('base64url');
}

/** True if the header names the token. Takes the same time for each wrong token, whatever its length. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  const digest = (text: string) => hash('sha256', text, 'buffer');
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}
