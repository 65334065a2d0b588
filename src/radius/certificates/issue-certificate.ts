import { createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type X509CertificateCreateSelfSignedParams,
} from '@peculiar/x509';
import { DAY_MS } from '#base/clock.ts';

/** Devices store the CA, so it should outlive them. */
const AUTHORITY_DAYS = 7_305;
/** Apple's devices refuse server certificates of more than 825 days, and those of public CAs of more than 398. */
export const SERVER_DAYS = 397;
/** Certificates begin a day early, since a device may have a wrong clock. */
const EARLY_DAYS = 1;

const KEY = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

type LibraryKey = X509CertificateCreateSelfSignedParams['keys']['privateKey'];

/** A certificate and its private key, both in PEM; the key is not encrypted. */
export interface IssuedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Creates a CA with an ECDSA P-256 key. It may only sign server certificates, not other CAs.
 *
 * @param name the name that devices show
 * @example await createAuthority('Contoso RADIUS CA', clock.now())
 * @source RFC 5280 §4.2.1
 */
export async function createAuthority(name: string, now: Date): Promise<IssuedCertificate> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: commonName(name),
      ...validity(now, AUTHORITY_DAYS),
      signingAlgorithm: KEY,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    },
    libraryCrypto,
  );
  return { certificate: pem(certificate), key: exported(keys.privateKey) };
}

/**
 * Issues a certificate for a RADIUS server. The name is in the subject and in the alternative names, because old devices only read the
 * subject.
 *
 * @param authority the CA of `createAuthority`
 * @param serverName the name that devices check, such as radius.contoso.example
 * @example await issueServerCertificate(authority, 'radius.contoso.example', clock.now())
 */
export async function issueServerCertificate(
  authority: IssuedCertificate,
  serverName: string,
  now: Date,
): Promise<IssuedCertificate> {
  const keys = await newKeys();
  const issuer = new X509Certificate(authority.certificate);
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: commonName(serverName),
      issuer: issuer.subjectName,
      ...validity(now, SERVER_DAYS),
      signingAlgorithm: KEY,
      publicKey: keys.publicKey,
      signingKey: forLibrary(createPrivateKey(authority.key).toCryptoKey(KEY, false, ['sign'])),
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension([{ type: 'dns', value: serverName }]),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
        await AuthorityKeyIdentifierExtension.create(issuer),
      ],
    },
    libraryCrypto,
  );
  return { certificate: pem(certificate), key: exported(keys.privateKey) };
}

async function newKeys() {
  const { publicKey, privateKey } = await webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
  return { publicKey: forLibrary(publicKey), privateKey: forLibrary(privateKey) };
}

const libraryCrypto = webcrypto as unknown as NonNullable<Parameters<typeof X509CertificateGenerator.create>[1]>;

/** The library has the types of browsers, which know fewer usages of a key than those of Node.js. The objects are the same. */
function forLibrary(key: webcrypto.CryptoKey): LibraryKey {
  return key as unknown as LibraryKey;
}

function validity(now: Date, days: number) {
  const start = now.getTime() - EARLY_DAYS * DAY_MS;
  return { notBefore: new Date(start), notAfter: new Date(start + days * DAY_MS) };
}

/** A name as an object, because a text with a comma or an equals sign would be several parts. */
function commonName(name: string): Name {
  return new Name([{ CN: [{ utf8String: name }] }]);
}

/** A positive number (RFC 5280 §4.1.2.2) that is random, so that a new CA with the same name does not repeat one. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function pem(certificate: X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`;
}

function exported(key: LibraryKey): string {
  return KeyObject.from(key as unknown as webcrypto.CryptoKey)
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
}
