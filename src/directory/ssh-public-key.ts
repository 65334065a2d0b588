import { TranslatedError, type Messages } from '#base/translated-error.ts';
import { PUBLIC_KEY_LENGTH_MAX } from './system-user-fields.ts';

/** The minimum number of bits of an RSA modulus: NIST SP 800-131A has disallowed shorter moduli since 2014. */
export const RSA_BITS_MIN = 2_048;

/** The expected content of a field: a number of bytes, an exact text, or a positive integer (RFC 4251 §5). */
type Field = number | string | typeof INTEGER;

const INTEGER = Symbol('integer');
/** The maximum length, in bytes, of the application name in the key of a hardware token, such as "ssh:". */
const APPLICATION_LENGTH_MAX = 256;

/** The key types of RFC 4253 §6.6, RFC 5656, and RFC 8709, with the fields that follow the name of the type. */
const keyTypes: Readonly<Record<string, readonly Field[]>> = {
  'ssh-rsa': [INTEGER, INTEGER],
  'ssh-dss': [INTEGER, INTEGER, INTEGER, INTEGER],
  'ssh-ed25519': [32],
  'ssh-ed448': [57],
  // The name of the curve and an uncompressed point: the byte 4, x, and y.
  'ecdsa-sha2-nistp256': ['nistp256', 65],
  'ecdsa-sha2-nistp384': ['nistp384', 97],
  'ecdsa-sha2-nistp521': ['nistp521', 133],
};
/** The types of hardware keys (OpenSSH, PROTOCOL.u2f). After the listed fields, they have the name of the application as the last field. */
const hardwareKeyTypes: Readonly<Record<string, readonly Field[]>> = {
  'sk-ssh-ed25519@openssh.com': [32],
  'sk-ecdsa-sha2-nistp256@openssh.com': ['nistp256', 65],
};

const linePattern = /^(\S+) ([A-Za-z0-9+/]+={0,2})( [^\r\n]*)?$/;

/**
 * Checks that a text is one line of a public key file, and that the key is strong enough. Throws `invalidValue` (400) with the
 * attribute `field`. The message begins with `calledAs`.
 *
 * @example
 * requirePublicKey('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI… ann@laptop');
 */
export function requirePublicKey(text: string, field = 'public_key', calledAs = field): void {
  const say = problemOf(text);
  if (say === undefined) return;
  throw new TranslatedError('invalidValue', ({ sshKeys }) => say(sshKeys, calledAs), { attribute: field });
}

/** Says what is wrong with a key and how to fix it. */
type Problem = (words: Messages['sshKeys'], field: string) => string;

/** Returns what is wrong with a key; undefined if the key is accepted. */
function problemOf(text: string): Problem | undefined {
  if (text.includes('PRIVATE KEY')) return ({ isPrivate }, field) => isPrivate(field);
  const [, type = '', encoded = ''] = text.length <= PUBLIC_KEY_LENGTH_MAX ? (linePattern.exec(text) ?? []) : [];
  const values = readFields(type, Buffer.from(encoded, 'base64'));
  if (values === undefined) return ({ malformed }, field) => malformed(field);
  if (type === 'ssh-dss') return ({ isDsa }, field) => isDsa(field);
  const bits = type === 'ssh-rsa' ? bitsOf(values[1]) : undefined;
  if (bits === undefined || bits >= RSA_BITS_MIN) return undefined;
  return ({ tooShort }, field) => tooShort(field, bits, RSA_BITS_MIN);
}

/** Returns the fields that follow the name of the type; undefined if the bytes are not a complete key of this type. */
function readFields(type: string, blob: Buffer): readonly Buffer[] | undefined {
  const own = Object.hasOwn(keyTypes, type) ? keyTypes[type] : undefined;
  const onHardware = Object.hasOwn(hardwareKeyTypes, type) ? hardwareKeyTypes[type] : undefined;
  const expected = own ?? onHardware;
  if (expected === undefined) return undefined;
  const [name, ...values] = splitFields(blob) ?? [];
  if (name?.toString('latin1') !== type) return undefined;
  const application = onHardware === undefined ? undefined : values.pop();
  if (onHardware !== undefined && !isApplication(application)) return undefined;
  const isWhole = values.length === expected.length && expected.every((field, index) => isField(field, values[index]));
  return isWhole ? values : undefined;
}

function isApplication(value: Buffer | undefined): boolean {
  return value !== undefined && value.length > 0 && value.length <= APPLICATION_LENGTH_MAX;
}

function isField(field: Field, value: Buffer | undefined): boolean {
  if (value === undefined) return false;
  if (typeof field === 'number') return value.length === field;
  // RFC 4251 §5: the sign bit of a positive integer is not set.
  return field === INTEGER ? value.length > 0 && (value[0] ?? 0) < 0x80 : value.toString('latin1') === field;
}

/** Splits a key into its fields, each preceded by its length in four bytes (RFC 4251 §5). Returns undefined if a field is incomplete. */
function splitFields(blob: Buffer): readonly Buffer[] | undefined {
  const fields: Buffer[] = [];
  for (let start = 0; start < blob.length;) {
    if (start + 4 > blob.length) return undefined;
    const end = start + 4 + blob.readUInt32BE(start);
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(start + 4, end));
    start = end;
  }
  return fields;
}

/** Returns the number of bits of an integer, without leading zeros. */
function bitsOf(value: Buffer = Buffer.alloc(0)): number {
  const first = value.findIndex((byte) => byte !== 0);
  return first === -1 ? 0 : (value.length - first) * 8 - (Math.clz32(value[first] ?? 0) - 24);
}
