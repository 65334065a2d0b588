import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { DAY_MS, type Clock } from '#base/clock.ts';
import type { Config } from '#base/config.ts';
import { AppError } from '#base/errors.ts';
import type { SecretBox } from '#base/secret-box.ts';
import { engineFolder } from '../engine/engine-folder.ts';
import type { EngineCertificate } from '../engine/engine-settings.ts';
import type { IssuedCertificate } from './issue-certificate.ts';

/** A certificate is renewed this many days before its end, which is before the first warning. */
export const RENEWAL_DAYS = 90;

const FOLDER = 'certificates';
const CA_FILE = 'ca.pem';
const CA_KEY_FILE = 'ca.key.sealed';
const SERVER_FILE = 'server.pem';
const SERVER_KEY_FILE = 'server.key';
/** The name of the CA that devices show when they ask a person to trust it. */
const AUTHORITY_NAME = 'Tanhua RADIUS CA';

export type CertificateConfig = Pick<
  Config,
  'dataDir' | 'radiusServerName' | 'radiusCertificatePath' | 'radiusKeyPath'
>;

export interface CertificateDeps {
  readonly clock: Clock;
  readonly secrets: SecretBox;
}

/** The certificate in use, with what the engine needs to read its key. */
export interface PreparedCertificate {
  readonly certificate: EngineCertificate;
  /** The passphrase of the key; empty for a key that is not encrypted. */
  readonly passphrase: string;
  readonly notAfter: Date;
  /** The names that devices can check. */
  readonly names: string;
  /** The CA that devices have to trust; null for a certificate that an administrator provides. */
  readonly authorityFile: string | null;
  /** Changes when the certificate changes. */
  readonly fingerprint: string;
}

/** Returns the path of the certificate in use; it may not exist yet. */
export function certificatePath(config: Pick<CertificateConfig, 'dataDir' | 'radiusCertificatePath'>): string {
  const { radiusCertificatePath, dataDir } = config;
  if (radiusCertificatePath !== undefined) return resolve(radiusCertificatePath);
  return join(engineFolder(dataDir), FOLDER, SERVER_FILE);
}

/**
 * Returns the certificate that the engine uses: the administrator's, or one that the directory's own CA issues, which is created or renewed
 * first if necessary. The CA stays the same, so that devices keep trusting renewed certificates.
 *
 * Throws `configuration` if a file cannot be read or written, if a key does not belong to its certificate, or if the CA's key was sealed
 * with another secret key.
 *
 * @param config the settings of the certificate
 * @example (await prepareCertificate(config, { clock, secrets })).names // 'DNS:radius.contoso.example'
 */
export async function prepareCertificate(
  config: CertificateConfig,
  deps: CertificateDeps,
): Promise<PreparedCertificate> {
  const { radiusCertificatePath, radiusKeyPath } = config;
  if (radiusCertificatePath !== undefined && radiusKeyPath !== undefined) {
    return describe(providedCertificate(resolve(radiusCertificatePath), resolve(radiusKeyPath)));
  }
  return describe(await ownCertificate(config, deps));
}

type Described = Omit<PreparedCertificate, 'notAfter' | 'names' | 'fingerprint'>;

function describe(prepared: Described): PreparedCertificate {
  const read = new X509Certificate(readFileSync(prepared.certificate.certificateFile));
  return {
    ...prepared,
    notAfter: read.validToDate,
    names: read.subjectAltName ?? read.subject,
    fingerprint: read.fingerprint256,
  };
}

function providedCertificate(certificateFile: string, keyFile: string): Described {
  const fix = 'Correct TANHUA_RADIUS_CERTIFICATE_PATH and TANHUA_RADIUS_KEY_PATH.';
  try {
    const certificate = new X509Certificate(readFileSync(certificateFile));
    if (!certificate.checkPrivateKey(createPrivateKey(readFileSync(keyFile)))) {
      throw new Error('the key belongs to another certificate');
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'configuration',
      `The certificate ${certificateFile} and the key ${keyFile} cannot be used for RADIUS: ${reason}. ${fix}`,
      { cause: error },
    );
  }
  return {
    certificate: { certificateFile, keyFile, isKeyEncrypted: false },
    passphrase: '',
    authorityFile: null,
  };
}

async function ownCertificate(config: CertificateConfig, { clock, secrets }: CertificateDeps): Promise<Described> {
  const folder = join(engineFolder(config.dataDir), FOLDER);
  const path = (name: string) => join(folder, name);
  // Derived from the secret key, so that the key file alone is not enough to impersonate the server.
  const passphrase = secrets.digest('tanhua radius server key v1');
  const serverName = config.radiusServerName ?? hostname();
  const now = clock.now();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isCurrent(path, { serverName, passphrase, now })) {
      const issuing = await import('./issue-certificate.ts');
      const authority = readAuthority(path, secrets) ?? (await issuing.createAuthority(AUTHORITY_NAME, now));
      writeAuthority(path, secrets, authority);
      const issued = await issuing.issueServerCertificate(authority, serverName, now);
      replaceFile(path(SERVER_KEY_FILE), encryptKey(issued.key, passphrase));
      replaceFile(path(SERVER_FILE), `${issued.certificate}${authority.certificate}`);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'configuration',
      `The certificates for RADIUS in ${folder} cannot be read or written (${reason}): make the user that runs the server the owner of the folder. If the folder comes from another installation, restore its secret key too, or delete the folder; devices then have to trust a new CA.`,
      { cause: error },
    );
  }
  return {
    certificate: { certificateFile: path(SERVER_FILE), keyFile: path(SERVER_KEY_FILE), isKeyEncrypted: true },
    passphrase,
    authorityFile: path(CA_FILE),
  };
}

interface Wanted {
  readonly serverName: string;
  readonly passphrase: string;
  readonly now: Date;
}

/** True if the certificate exists, has the name and its key, and does not need to be renewed. */
function isCurrent(path: (name: string) => string, { serverName, passphrase, now }: Wanted): boolean {
  if (![SERVER_FILE, SERVER_KEY_FILE, CA_FILE, CA_KEY_FILE].every((name) => existsSync(path(name)))) return false;
  const certificate = new X509Certificate(readFileSync(path(SERVER_FILE)));
  const leftMs = certificate.validToDate.getTime() - now.getTime();
  if (leftMs < RENEWAL_DAYS * DAY_MS || certificate.subjectAltName !== `DNS:${serverName}`) return false;
  try {
    const key = createPrivateKey({ key: readFileSync(path(SERVER_KEY_FILE)), passphrase });
    return certificate.checkPrivateKey(key);
  } catch {
    // The secret key changed, or the process ended between the two files. A new certificate replaces both.
    return false;
  }
}

function readAuthority(path: (name: string) => string, secrets: SecretBox): IssuedCertificate | undefined {
  if (!existsSync(path(CA_FILE)) || !existsSync(path(CA_KEY_FILE))) return undefined;
  const certificate = readFileSync(path(CA_FILE), 'utf8');
  return { certificate, key: secrets.open(readFileSync(path(CA_KEY_FILE), 'utf8').trim()) };
}

/** Writes the key first: a CA without its key would be replaced, and devices would have to trust the new one. */
function writeAuthority(path: (name: string) => string, secrets: SecretBox, { certificate, key }: IssuedCertificate) {
  if (existsSync(path(CA_FILE)) && existsSync(path(CA_KEY_FILE))) return;
  replaceFile(path(CA_KEY_FILE), secrets.seal(key));
  replaceFile(path(CA_FILE), certificate);
}

function encryptKey(key: string, passphrase: string): string {
  const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
  return createPrivateKey(key).export(options).toString();
}

/** Replaces a file at once, so that an engine that starts now never reads half of it. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
