import { createHash, createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';

/** What an authenticator says of a check: the person was there (UP), and was verified (UV); the data holds a credential (AT). */
const FLAGS = { UP: 0x01, UV: 0x04, AT: 0x40 } as const;

export interface AuthenticatorOptions {
  readonly origin: string;
  readonly rpId: string;
  /** Whether the person is verified, by a fingerprint or a PIN. */
  readonly verifies?: boolean;
}

/** An authenticator in software (WebAuthn level 3): ES256, attestation `none`, one credential. */
export class SoftwareAuthenticator {
  readonly #options: AuthenticatorOptions;
  readonly #privateKey: KeyObject;
  readonly #point: { readonly x: Buffer; readonly y: Buffer };
  readonly #credentialId = randomBytes(32);
  #counter = 0;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.#privateKey = privateKey;
    this.#point = { x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') };
  }

  /** navigator.credentials.create(), as JSON. */
  create(challenge: string) {
    const id = this.#credentialId.toString('base64url');
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.#credentialId.length);
    const key = cbor(
      new Map<number, number | Buffer>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, this.#point.x],
        [-3, this.#point.y],
      ]),
    );
    const credential = Buffer.concat([Buffer.alloc(16), length, this.#credentialId, key]);
    const authData = Buffer.concat([this.#authenticatorData(FLAGS.AT), credential]);
    const attestation = new Map<string, Cbor>([
      ['fmt', 'none'],
      ['attStmt', new Map<string, Cbor>()],
      ['authData', authData],
    ]);
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: this.#clientData('webauthn.create', challenge).toString('base64url'),
        attestationObject: cbor(attestation).toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  /** navigator.credentials.get(), as JSON. */
  get(challenge: string) {
    const id = this.#credentialId.toString('base64url');
    const clientData = this.#clientData('webauthn.get', challenge);
    const authenticatorData = this.#authenticatorData(0);
    const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientData).digest()]);
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: createSign('SHA256').update(signed).sign(this.#privateKey).toString('base64url'),
      },
    };
  }

  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.#options.origin, crossOrigin: false }));
  }

  #authenticatorData(more: number): Buffer {
    const flags = FLAGS.UP | (this.#options.verifies === false ? 0 : FLAGS.UV) | more;
    const rest = Buffer.alloc(5);
    rest.writeUInt8(flags);
    this.#counter += 1;
    rest.writeUInt32BE(this.#counter, 1);
    return Buffer.concat([createHash('sha256').update(this.#options.rpId).digest(), rest]);
  }
}

type Cbor = number | string | Buffer | ReadonlyMap<string | number, Cbor>;

/** RFC 8949, as much of it as an attestation needs. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const entries = [...value].flatMap(([key, inner]) => [cbor(key), cbor(inner)]);
  return Buffer.concat([head(5, value.size), ...entries]);
}

function head(major: number, size: number): Buffer {
  const type = major << 5;
  if (size < 24) return Buffer.from([type | size]);
  return size < 256 ? Buffer.from([type | 24, size]) : Buffer.from([type | 25, size >> 8, size & 255]);
}
