import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** RADIUS codes (RFC 2865 §3, RFC 5997 §4). */
export const radiusCodes = {
  accessRequest: 1,
  accessAccept: 2,
  accessReject: 3,
  accessChallenge: 11,
  statusServer: 12,
} as const;

/** The types of the attributes that the client sends or reads (RFC 2865 §5, RFC 3579 §3, RFC 3162 §2). */
export const attributeTypes = {
  userName: 1,
  userPassword: 2,
  nasIpAddress: 4,
  replyMessage: 18,
  calledStationId: 30,
  callingStationId: 31,
  tunnelType: 64,
  tunnelPrivateGroupId: 81,
  messageAuthenticator: 80,
  nasIpv6Address: 95,
} as const;

const HEADER_BYTES = 20;
const AUTHENTICATOR_BYTES = 16;
/** The maximum length of a password in a packet, in bytes (RFC 2865 §5.2). */
export const PACKET_PASSWORD_BYTES_MAX = 128;
const VALUE_BYTES_MAX = 253;

/** An attribute with its bytes as they are in the packet. */
export interface Attribute {
  readonly type: number;
  readonly value: Buffer;
}

export interface SentPacket {
  readonly code: number;
  /** 0 to 255. */
  readonly identifier: number;
  /** 16 random bytes. */
  readonly authenticator: Buffer;
  readonly attributes: readonly Attribute[];
}

export interface Reply {
  readonly code: number;
  readonly attributes: readonly Attribute[];
  /** True if the first attribute is Message-Authenticator, which protects the whole reply (CVE-2024-3596). */
  readonly startsWithMessageAuthenticator: boolean;
}

/** An attribute with a text in UTF-8. */
export function textAttribute(type: number, text: string): Attribute {
  return { type, value: Buffer.from(text, 'utf8') };
}

/**
 * Hides a password for a packet (RFC 2865 §5.2). Throws a RangeError if it is longer than PACKET_PASSWORD_BYTES_MAX, since longer ones
 * cannot be sent without a tunnel.
 *
 * @param password the bytes of the password
 * @param authenticator the authenticator of the packet
 */
export function passwordAttribute(password: Buffer, authenticator: Buffer, secret: string): Attribute {
  if (password.length > PACKET_PASSWORD_BYTES_MAX) {
    throw new RangeError(`A password in a RADIUS packet has at most ${PACKET_PASSWORD_BYTES_MAX} bytes.`);
  }
  const blocks = Math.max(1, Math.ceil(password.length / AUTHENTICATOR_BYTES));
  const hidden = Buffer.alloc(blocks * AUTHENTICATOR_BYTES);
  password.copy(hidden);
  let previous = authenticator;
  for (let start = 0; start < hidden.length; start += AUTHENTICATOR_BYTES) {
    const key = md5(Buffer.from(secret, 'utf8'), previous);
    for (let index = 0; index < AUTHENTICATOR_BYTES; index += 1) {
      hidden[start + index] = (hidden[start + index] ?? 0) ^ (key[index] ?? 0);
    }
    previous = hidden.subarray(start, start + AUTHENTICATOR_BYTES);
  }
  return { type: attributeTypes.userPassword, value: hidden };
}

/**
 * Returns the bytes of a request, with Message-Authenticator as its first attribute (RFC 3579 §3.2).
 *
 * @example encodeRequest({ code: radiusCodes.statusServer, identifier: 7, authenticator: randomBytes(16), attributes: [] }, 'secret')
 */
export function encodeRequest(packet: SentPacket, secret: string): Buffer {
  const bytes = encodePacket({
    ...packet,
    attributes: [
      { type: attributeTypes.messageAuthenticator, value: Buffer.alloc(AUTHENTICATOR_BYTES) },
      ...packet.attributes,
    ],
  });
  createHmac('md5', secret)
    .update(bytes)
    .digest()
    .copy(bytes, HEADER_BYTES + 2);
  return bytes;
}

/** Returns the bytes of a packet with exactly these attributes. */
export function encodePacket({ code, identifier, authenticator, attributes }: SentPacket): Buffer {
  const parts = attributes.map(({ type, value }) => {
    if (value.length > VALUE_BYTES_MAX) {
      throw new RangeError(`An attribute of RADIUS has at most ${VALUE_BYTES_MAX} bytes, not ${value.length}.`);
    }
    return Buffer.concat([Buffer.from([type, value.length + 2]), value]);
  });
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(code, 0);
  header.writeUInt8(identifier, 1);
  header.writeUInt16BE(HEADER_BYTES + body.length, 2);
  authenticator.copy(header, 4);
  return Buffer.concat([header, body]);
}

/**
 * Decodes a reply, and checks that it answers the request and comes from a server that knows the secret: its response authenticator
 * (RFC 2865 §3) and its Message-Authenticator. Returns the reason as a text if it does not.
 */
export function decodeReply(bytes: Buffer, request: SentPacket, secret: string): Reply | string {
  const attributes = attributesOf(bytes);
  if (attributes === undefined) return 'the packet is cut off';
  if (bytes.readUInt8(1) !== request.identifier) return 'it answers another request';
  const expected = md5(
    bytes.subarray(0, 4),
    request.authenticator,
    bytes.subarray(HEADER_BYTES),
    Buffer.from(secret, 'utf8'),
  );
  if (!timingSafeEqual(expected, bytes.subarray(4, HEADER_BYTES))) {
    return 'its authenticator is wrong: the server has another secret';
  }
  if (!hasValidMessageAuthenticator(bytes, request, secret)) return 'its Message-Authenticator is missing or wrong';
  return {
    code: bytes.readUInt8(0),
    attributes,
    startsWithMessageAuthenticator: attributes[0]?.type === attributeTypes.messageAuthenticator,
  };
}

function attributesOf(bytes: Buffer): readonly Attribute[] | undefined {
  if (bytes.length < HEADER_BYTES || bytes.readUInt16BE(2) !== bytes.length) return undefined;
  const attributes: Attribute[] = [];
  for (let at = HEADER_BYTES; at < bytes.length;) {
    const length = bytes[at + 1] ?? 0;
    if (length < 2 || at + length > bytes.length) return undefined;
    attributes.push({ type: bytes[at] ?? 0, value: bytes.subarray(at + 2, at + length) });
    at += length;
  }
  return attributes;
}

/** The HMAC covers the reply with the authenticator of the request and with zeros in its own place (RFC 3579 §3.2). */
function hasValidMessageAuthenticator(bytes: Buffer, request: SentPacket, secret: string): boolean {
  const copy = Buffer.from(bytes);
  const own = attributesOf(copy)?.find(({ type }) => type === attributeTypes.messageAuthenticator);
  if (own === undefined || own.value.length !== AUTHENTICATOR_BYTES) return false;
  const sent = Buffer.from(own.value);
  own.value.fill(0);
  request.authenticator.copy(copy, 4);
  return timingSafeEqual(createHmac('md5', secret).update(copy).digest(), sent);
}

function md5(...parts: readonly Buffer[]): Buffer {
  return hash('md5', Buffer.concat(parts), 'buffer');
}
