import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { requirePublicKey, RSA_BITS_MIN } from './ssh-public-key.ts';
import { PUBLIC_KEY_LENGTH_MAX } from './system-user-fields.ts';

/** Encodes a field of a key, preceded by its length (RFC 4251 §5). */
function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Encodes a positive integer: a zero byte precedes an integer whose first bit is set. */
const integer = (bytes: Buffer) => field((bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]));
const line = (type: string, ...fields: readonly Buffer[]) =>
  `${type} ${Buffer.concat([field(type), ...fields]).toString('base64')} ann@laptop`;
const part = (key: KeyObject, name: 'n' | 'e' | 'x' | 'y') =>
  Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url');

/** Returns a line in the format of an RSA key whose modulus has this many bits; it is not a usable key. */
const rsaOf = (bits: number) => {
  const modulus = Buffer.alloc(Math.ceil(bits / 8), 0xff);
  modulus[0] = 0xff >> (modulus.length * 8 - bits);
  return line('ssh-rsa', integer(Buffer.of(1, 0, 1)), integer(modulus));
};
const rsa = () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: RSA_BITS_MIN });
  return line('ssh-rsa', integer(part(publicKey, 'e')), integer(part(publicKey, 'n')));
};
const point = (curve: string) => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  return Buffer.concat([Buffer.of(4), part(publicKey, 'x'), part(publicKey, 'y')]);
};
const ecdsa = (curve: string, size: number) =>
  line(`ecdsa-sha2-nistp${size}`, field(`nistp${size}`), field(point(curve)));
const ed25519 = () => field(part(generateKeyPairSync('ed25519').publicKey, 'x'));

const accepted: Readonly<Record<string, () => string>> = {
  ed25519: () => line('ssh-ed25519', ed25519()),
  ed448: () => line('ssh-ed448', field(part(generateKeyPairSync('ed448').publicKey, 'x'))),
  'ECDSA on P-256': () => ecdsa('P-256', 256),
  'ECDSA on P-384': () => ecdsa('P-384', 384),
  'ECDSA on P-521': () => ecdsa('P-521', 521),
  'RSA with 2048 bits': rsa,
  'RSA with 2049 bits': () => rsaOf(RSA_BITS_MIN + 1),
  'RSA with 4096 bits': () => rsaOf(4_096),
  'ed25519 on hardware': () => line('sk-ssh-ed25519@openssh.com', ed25519(), field('ssh:')),
  'ECDSA on hardware': () =>
    line('sk-ecdsa-sha2-nistp256@openssh.com', field('nistp256'), field(point('P-256')), field('ssh:')),
};

test.for(Object.entries(accepted))('accepts an SSH public key: %s', ([, key]) => {
  expect(() => requirePublicKey(key())).not.toThrow();
});

describe('requirePublicKey rejects, with an error that says why,', () => {
  const dsa = () => {
    const number = integer(Buffer.alloc(128, 0x7f));
    return line('ssh-dss', number, integer(Buffer.alloc(20, 0x7f)), number, number);
  };
  test.for<[string, () => string, RegExp]>([
    ['an RSA key of 1024 bits', () => rsaOf(1_024), /RSA key of 1024 bits.*at least 2048.*ssh-keygen -t ed25519/],
    ['an RSA key that is one bit too short', () => rsaOf(RSA_BITS_MIN - 1), /RSA key of 2047 bits/],
    [
      'an RSA key with a modulus of zeros',
      () => line('ssh-rsa', integer(Buffer.of(3)), field(Buffer.alloc(256))),
      /of 0 bits/,
    ],
    ['a DSA key', dsa, /DSA key.*ssh-keygen -t ed25519/],
    ['a private key', () => '-----BEGIN OPENSSH PRIVATE KEY-----', /private key: keep it/],
    ['an RSA key without a modulus', () => line('ssh-rsa', integer(Buffer.of(3))), /not an SSH public key/],
    [
      'an RSA key with a negative modulus',
      () => line('ssh-rsa', integer(Buffer.of(3)), field(Buffer.alloc(256, 0xff))),
      /not an SSH/,
    ],
    ['a short ed25519 key', () => line('ssh-ed25519', field(Buffer.alloc(31))), /not an SSH public key/],
    ['a key with an additional field', () => line('ssh-ed25519', ed25519(), field('more')), /not an SSH public key/],
    [
      'a key whose type and curve differ',
      () => line('ecdsa-sha2-nistp256', field('nistp384'), field(point('P-256'))),
      /not an SSH/,
    ],
    ['a hardware key without its application', () => line('sk-ssh-ed25519@openssh.com', ed25519()), /not an SSH/],
    ['a key of an unknown type', () => line('ssh-xmss', ed25519()), /not an SSH public key/],
    [
      'a key type that is the name of an inherited property',
      () => line('constructor', ed25519()),
      /not an SSH public key/,
    ],
    ['a truncated key', () => line('ssh-ed25519', ed25519()).slice(0, 50), /not an SSH public key/],
    ['two keys on two lines', () => `${rsa()}\n${rsa()}`, /not an SSH public key/],
    ['an empty string', () => '', /not an SSH public key/],
    ['a line that is too long', () => `${rsa()} ${'c'.repeat(PUBLIC_KEY_LENGTH_MAX)}`, /not an SSH public key/],
  ])('%s', ([, key, reason]) => {
    expect(() => requirePublicKey(key())).toThrow(reason);
  });

  test('a key whose type differs from the type at the start of the line', () => {
    expect(() => requirePublicKey(line('ssh-ed25519', ed25519()).replace('ssh-ed25519', 'ssh-ed448'))).toThrow(
      /not an SSH/,
    );
  });
});
