import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** Flags of WebAuthn level 3 §6.1: user present, user verified, attested credential data included. */
const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTACHED = 0x40;

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest();
const base64url = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64url');

/** Encodes a value in CBOR (RFC 8949). Supports only what a key and an attestation need: small integers, byte strings, texts and maps. */
function cbor(value: number | string | Buffer | ReadonlyMap<number | string, unknown>): Buffer {
  const head = (major: number, length: number) =>
    length < 24
      ? Buffer.from([(major << 5) | length])
      : length < 256
        ? Buffer.from([(major << 5) | 24, length])
        : Buffer.from([(major << 5) | 25, length >> 8, length & 0xff]);
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const pairs = [...value].flatMap(([key, inner]) => [cbor(key), cbor(inner as never)]);
  return Buffer.concat([head(5, value.size), ...pairs]);
}

/**
 * Simulates an authenticator with one passkey, such as a phone. Its signature counter stays 0, as for a passkey that is synchronized
 * between devices. `isChecked` is false for an authenticator that never verifies the user.
 */
export function openAuthenticator(origin: string, { rpId = new URL(origin).hostname, isChecked = true } = {}) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(16);
  const rpIdHash = sha256(rpId);
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const authenticatorData = (flags: number, attached = Buffer.alloc(0)) => {
    const counter = Buffer.alloc(4);
    return Buffer.concat([rpIdHash, Buffer.from([flags]), counter, attached]);
  };
  const clientData = (type: string, challenge: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  return {
    /** Returns what navigator.credentials.create() returns. */
    register: (challenge: string) => {
      const key = cbor(
        new Map<number, number | Buffer>([
          [1, 2],
          [3, -7],
          [-1, 1],
          [-2, Buffer.from(x, 'base64url')],
          [-3, Buffer.from(y, 'base64url')],
        ]),
      );
      const attached = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, key]);
      const authData = authenticatorData(PRESENT | (isChecked ? VERIFIED : 0) | ATTACHED, attached);
      const attestation = new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]);
      return {
        id: base64url(id),
        rawId: base64url(id),
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(clientData('webauthn.create', challenge)),
          attestationObject: base64url(cbor(attestation)),
          transports: ['internal'],
        },
      };
    },
    /** Returns what navigator.credentials.get() returns. */
    answer: (challenge: string, { verified = true } = {}) => {
      const data = authenticatorData(verified ? PRESENT | VERIFIED : PRESENT);
      const client = clientData('webauthn.get', challenge);
      return {
        id: base64url(id),
        rawId: base64url(id),
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64url(client),
          authenticatorData: base64url(data),
          signature: base64url(sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)),
        },
      };
    },
  };
}
