import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from './errors.ts';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';
/** The name of the key file in the data folder. */
export const KEY_FILE = 'secret.key';

/** Encrypts texts that have to be decrypted later: the secrets of authenticator apps, and waiting emails. */
export interface SecretBox {
  readonly seal: (text: string) => string;
  /** Decrypts a sealed text. Throws if it was sealed with another key, or changed since. */
  readonly open: (sealed: string) => string;
  /** Returns a keyed digest. Equal texts have equal digests; without the key, no text can be guessed from its digest. */
  readonly digest: (text: string) => string;
}

export function createSecretBox(key: Buffer): SecretBox {
  const digestKey = Buffer.from(hkdfSync('sha256', key, '', 'tanhua digest v1', KEY_BYTES));
  return {
    digest: (text) => createHmac('sha256', digestKey).update(text, 'utf8').digest('base64url'),
    seal: (text) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce);
      const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), bytes]).toString('base64url')}`;
    },
    open: (sealed) => {
      const bytes = Buffer.from(sealed.slice(VERSION.length + 1), 'base64url');
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
        'utf8',
      );
    },
  };
}

/** Returns a box that loads its key on first use: most commands need no key. */
export function lazySecretBox(loadKey: () => Buffer): SecretBox {
  let box: SecretBox | undefined;
  const opened = () => (box ??= createSecretBox(loadKey()));
  return {
    seal: (text) => opened().seal(text),
    open: (sealed) => opened().open(sealed),
    digest: (text) => opened().digest(text),
  };
}

/**
 * Returns the key from the settings, or else from the key file in the data folder, which is created if it is missing. Throws
 * `configuration` if the file cannot be read or written, or does not contain a key.
 */
export function loadSecretKey(config: { readonly secretKey: Buffer | undefined; readonly dataDir: string }): Buffer {
  if (config.secretKey !== undefined) return config.secretKey;
  const path = join(config.dataDir, KEY_FILE);
  try {
    const key = readOrCreateKey(path, config.dataDir);
    if (key.length === KEY_BYTES) return key;
  } catch (error) {
    throw new AppError(
      'configuration',
      `The key file ${path} in TANHUA_DATA_DIR cannot be used (${error instanceof Error ? error.message : String(error)}): make the user that runs the server its owner, with the mode 600, or set TANHUA_SECRET_KEY.`,
      { cause: error },
    );
  }
  throw new AppError(
    'configuration',
    `The key file ${path} in TANHUA_DATA_DIR does not contain ${KEY_BYTES} bytes in base64: restore it from the backup of the database, or set TANHUA_SECRET_KEY.`,
  );
}

function readOrCreateKey(path: string, dataDir: string): Buffer {
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(path, randomBytes(KEY_BYTES).toString('base64'), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      // Another process may have been faster: its key is used.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    chmodSync(path, 0o600);
  }
  return Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
}
