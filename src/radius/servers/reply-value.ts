import { isIPv4, isIPv6 } from 'node:net';
import { quote } from '#base/errors.ts';
import { suggestion } from '#base/suggestion.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Messages } from '#base/translated-error.ts';
import type { RadiusAttribute } from './dictionary/dictionary.ts';

/** The maximum number of bytes of the value of an attribute (RFC 2865 §5). */
export const VALUE_BYTES_MAX = 253;
/** The bytes that the header of a Vendor-Specific attribute needs (RFC 2865 §5.26). */
const VENDOR_BYTES = 6;
/** A tag takes one byte (RFC 2868 §3). */
const TAG_BYTES = 1;
/** The number of names of values that an error lists. */
const LISTED_VALUES_MAX = 12;

const UINT_MAX: Readonly<Record<string, bigint>> = {
  byte: 0xffn,
  short: 0xffffn,
  integer: 0xffff_ffffn,
  uint32: 0xffff_ffffn,
  date: 0xffff_ffffn,
  integer64: 0xffff_ffff_ffff_ffffn,
};
/** The number of a tagged attribute has 3 bytes, because the tag takes the first (RFC 2868 §3.1). */
const TAGGED_MAX = 0xff_ffffn;

/** Examples of the forms that values of other types have. */
const forms: Readonly<Record<string, { readonly example: string; readonly isValid: (value: string) => boolean }>> = {
  ipaddr: { example: '192.0.2.1', isValid: isIPv4 },
  ipv4prefix: { example: '192.0.2.0/24', isValid: (value) => isPrefix(value, isIPv4, 32) },
  ipv6addr: { example: '2001:db8::1', isValid: (value) => isIPv6(value) && !value.includes('%') },
  ipv6prefix: { example: '2001:db8::/64', isValid: (value) => isPrefix(value, isIPv6, 128) },
  ifid: { example: '0011:2233:4455:6677', isValid: (value) => /^[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){3}$/i.test(value) },
  ether: { example: '00:11:22:33:44:55', isValid: (value) => /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(value) },
};

/** Returns the maximum number of bytes of an attribute's value. */
export function valueBytesMax({ hasTag, isVendor }: RadiusAttribute): number {
  return VALUE_BYTES_MAX - (isVendor ? VENDOR_BYTES : 0) - (hasTag ? TAG_BYTES : 0);
}

/**
 * Returns the value of a reply attribute as FreeRADIUS reads it: with the name of a value in the dictionary's letter case. Throws
 * `invalidValue` (400) if FreeRADIUS could not send the value, with a suggestion for a misspelled name.
 *
 * @param field Names the value in the error, such as `replies[0].value`.
 */
export function replyValue(attribute: RadiusAttribute, value: string, field: string): string {
  const { name, type } = attribute;
  const refuse = (say: (replies: Messages['radiusServers']['replies']) => string): never => {
    throw new TranslatedError('invalidValue', ({ radiusServers }) => say(radiusServers.replies), {
      attribute: field,
      value,
    });
  };
  if (value === '') refuse((replies) => replies.empty(name));
  if (/\p{Cc}|\p{Cs}/u.test(value)) refuse((replies) => replies.control(name));
  if (type === 'string') return requireLength(attribute, value, Buffer.byteLength(value), refuse);
  if (type === 'octets') return octets(attribute, value, refuse);
  const max = UINT_MAX[type];
  if (max !== undefined) return numeric(attribute, value, attribute.hasTag ? TAGGED_MAX : max, refuse);
  const { isValid, example } = forms[type] ?? { isValid: () => true, example: '' };
  if (!isValid(value)) refuse((replies) => replies.form(name, quote(value), example));
  return value;
}

type Refuse = (say: (replies: Messages['radiusServers']['replies']) => string) => never;

function requireLength(attribute: RadiusAttribute, value: string, bytes: number, refuse: Refuse): string {
  const max = valueBytesMax(attribute);
  if (bytes > max) refuse((replies) => replies.tooLong(attribute.name, bytes, max));
  return value;
}

/** Bytes are written as 0x and hex digits. */
function octets(attribute: RadiusAttribute, value: string, refuse: Refuse): string {
  const { name, length } = attribute;
  const bytes = (value.length - 2) / 2;
  const example = `0x${'0a'.repeat(length ?? 4)}`;
  if (!/^0x(?:[0-9a-f]{2})+$/i.test(value) || (length !== undefined && bytes !== length)) {
    refuse((replies) => replies.form(name, quote(value), example));
  }
  return requireLength(attribute, value, bytes, refuse);
}

function numeric({ name, values }: RadiusAttribute, value: string, max: bigint, refuse: Refuse): string {
  const known = values.find((one) => one.toLowerCase() === value.toLowerCase());
  if (known !== undefined) return known;
  if (/^(?:\d{1,20}|0x[0-9a-f]{1,16})$/i.test(value) && BigInt(value) <= max) return value;
  if (values.length > 0 && !/^\d+$/.test(value)) {
    const listed = values.slice(0, LISTED_VALUES_MAX).join(', ') + (values.length > LISTED_VALUES_MAX ? ', …' : '');
    refuse((replies) => replies.named(name, quote(value), suggestion(value, values), listed));
  }
  return refuse((replies) => replies.number(name, quote(value), String(max)));
}

function isPrefix(value: string, isAddress: (text: string) => boolean, max: number): boolean {
  const { address = '', bits = '' } = /^(?<address>[^/%]+)\/(?<bits>\d{1,3})$/.exec(value)?.groups ?? {};
  return isAddress(address) && Number(bits) <= max;
}
