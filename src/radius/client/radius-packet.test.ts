import { createHmac, hash } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  decodeReply,
  encodePacket,
  encodeRequest,
  PACKET_PASSWORD_BYTES_MAX,
  passwordAttribute,
  radiusCodes,
  textAttribute,
} from './radius-packet.ts';

// The example of RFC 2865 §7.1.
const SECRET = 'xyzzy5461';
const authenticator = Buffer.from('0f403f9473978057bd83d5cb98f4227a', 'hex');
const request = { code: radiusCodes.accessRequest, identifier: 0, authenticator, attributes: [] };

/** A reply with both authenticators, and attributes after Message-Authenticator. */
function reply(attributes: Parameters<typeof encodePacket>[0]['attributes'], secret = SECRET): Buffer {
  const own = { type: 80, value: Buffer.alloc(16) };
  const bytes = encodePacket({
    code: radiusCodes.accessAccept,
    identifier: 0,
    authenticator,
    attributes: [own, ...attributes],
  });
  createHmac('md5', secret).update(bytes).digest().copy(bytes, 22);
  return withResponseAuthenticator(bytes, secret);
}

function withResponseAuthenticator(bytes: Buffer, secret = SECRET): Buffer {
  authenticator.copy(bytes, 4);
  hash('md5', Buffer.concat([bytes, Buffer.from(secret)]), 'buffer').copy(bytes, 4);
  return bytes;
}

test('a password is hidden as in the example of RFC 2865', () => {
  const { value } = passwordAttribute(Buffer.from('arctangent'), authenticator, SECRET);
  expect(value.toString('hex')).toBe('0dbe708d93d413ce3196e43f782a0aee');
});

test('a password has at most PACKET_PASSWORD_BYTES_MAX bytes', () => {
  const hidden = (bytes: number) => passwordAttribute(Buffer.alloc(bytes, 'x'), authenticator, SECRET).value.length;
  expect(hidden(0)).toBe(16);
  expect(hidden(17)).toBe(32);
  expect(hidden(PACKET_PASSWORD_BYTES_MAX)).toBe(128);
  expect(() => hidden(PACKET_PASSWORD_BYTES_MAX + 1)).toThrow('at most 128 bytes');
});

test('an attribute has at most 253 bytes', () => {
  const encode = (bytes: number) => encodePacket({ ...request, attributes: [textAttribute(1, 'x'.repeat(bytes))] });
  expect(encode(253)).toHaveLength(275);
  expect(() => encode(254)).toThrow('at most 253 bytes');
});

test('a request begins with a valid Message-Authenticator', () => {
  const bytes = encodeRequest({ ...request, attributes: [textAttribute(1, 'nemo')] }, SECRET);
  expect(bytes.subarray(20, 22)).toEqual(Buffer.from([80, 18]));
  const copy = Buffer.from(bytes);
  copy.fill(0, 22, 38);
  expect(bytes.subarray(22, 38)).toEqual(createHmac('md5', SECRET).update(copy).digest());
  expect(bytes.readUInt16BE(2)).toBe(bytes.length);
});

test('an authentic reply is decoded', () => {
  expect(decodeReply(reply([textAttribute(18, 'hi')]), request, SECRET)).toMatchObject({
    code: radiusCodes.accessAccept,
    startsWithMessageAuthenticator: true,
    attributes: [{ type: 80 }, { type: 18, value: Buffer.from('hi') }],
  });
});

test.for<readonly [reason: string, bytes: Buffer]>([
  ['cut off', reply([]).subarray(0, 30)],
  ['cut off', Buffer.alloc(0)],
  ['another request', withResponseAuthenticator(Buffer.from(reply([])).fill(9, 1, 2))],
  ['another secret', reply([], 'other')],
  ['authenticator is wrong', Buffer.from(reply([])).fill(3, 0, 1)],
  ['missing or wrong', withResponseAuthenticator(encodePacket({ ...request, code: radiusCodes.accessAccept }))],
  ['missing or wrong', withResponseAuthenticator(Buffer.from(reply([])).fill(0, 22, 38))],
])('a reply is rejected: %s', ([reason, bytes]) => {
  expect(decodeReply(bytes, request, SECRET)).toContain(reason);
});
