import { quote } from '#base/errors.ts';
import { TranslatedError, type Messages } from '#base/translated-error.ts';
import type { RefusedAttribute } from '#base/words/radius-server-messages.ts';
import type { ReplyAttribute } from '../radius-types.ts';
import { findAttribute, findControl, similarAttribute, type RadiusAttribute } from './dictionary/dictionary.ts';
import { replyValue } from './reply-value.ts';

/** The maximum number of reply attributes of a group. */
export const REPLIES_MAX = 100;
/** The maximum size of the reply attributes of a group: of the 4,096 bytes of a packet (RFC 2865 §3), the rest is for EAP and its keys. */
export const REPLY_BYTES_MAX = 3_000;
/** The bytes of an attribute besides its value: type and length, and the header of a vendor's attribute. */
const HEADER_BYTES = 8;
/** The highest tag (RFC 2868 §3.1). */
export const TAG_MAX = 31;
/** The highest number of a VLAN (IEEE 802.1Q). */
export const VLAN_ID_MAX = 4_094;
/** The length of the name of a VLAN on the switches of most vendors. */
export const VLAN_NAME_LENGTH_MAX = 32;

/** A reply attribute as a caller sent it. The tag may also be part of the name, as in `Tunnel-Type:3`. */
export interface SentReply {
  readonly name: string;
  readonly tag?: number | null | undefined;
  readonly value: string;
}

/** A VLAN, by its number or its name. */
export interface SentVlan {
  readonly vlan: string | number;
  /** 0 if it is left out. */
  readonly tag?: number | null | undefined;
}

/** The attributes that the dictionaries contain and that no group may set. */
const refusedNames: readonly (readonly [RegExp, RefusedAttribute])[] = [
  [/^(?:message-authenticator|eap-message|eap-key-name|state|proxy-state|user-name|ms-mppe-.*)$/i, 'engine'],
  [/^(?:user-password|chap-.*|arap-(?:password|challenge-response|security.*)|ms-chap.*|ms-arap-.*)$/i, 'credential'],
];
const containerTypes = new Set(['vsa', 'evs', 'extended', 'long-extended', 'tlv']);

/** Returns why no group may set an attribute; undefined if groups may. */
function whyRefused({ name, type, isSecret }: RadiusAttribute): RefusedAttribute | undefined {
  const byName = refusedNames.find(([pattern]) => pattern.test(name))?.[1];
  if (byName !== undefined) return byName;
  if (isSecret) return 'secret';
  return containerTypes.has(type) ? 'container' : undefined;
}

/**
 * Checks reply attributes against the dictionaries of FreeRADIUS, and returns them as FreeRADIUS writes them. Throws `invalidValue` (400)
 * for the first attribute that FreeRADIUS does not know or could not send, and for attributes that would break the authentication.
 *
 * Without this check, one misspelled name would make FreeRADIUS refuse all members of the group.
 *
 * @example
 * checkReplies([{ name: 'tunnel-type', value: 'vlan' }]); // [{ name: 'Tunnel-Type', tag: 0, value: 'VLAN' }]
 */
export function checkReplies(sent: readonly SentReply[]): readonly ReplyAttribute[] {
  if (sent.length > REPLIES_MAX) {
    throw new TranslatedError('invalidValue', ({ radiusServers }) =>
      radiusServers.replies.tooMany(sent.length, REPLIES_MAX),
    );
  }
  const replies = sent.map(checkReply);
  const bytes = replies.reduce((sum, { value }) => sum + HEADER_BYTES + Buffer.byteLength(value), 0);
  if (bytes > REPLY_BYTES_MAX) {
    throw new TranslatedError('invalidValue', ({ radiusServers }) =>
      radiusServers.replies.tooLarge(bytes, REPLY_BYTES_MAX),
    );
  }
  return replies;
}

function checkReply(sent: SentReply, index: number): ReplyAttribute {
  const at = `replies[${index}]`;
  const { name, tag: tagInName } = /^(?<name>.*):(?<tag>\d{1,3})$/.exec(sent.name.trim())?.groups ?? {
    name: sent.name.trim(),
  };
  const attribute = requireAttribute(name ?? '', `${at}.name`);
  const given = sent.tag ?? undefined;
  if (tagInName !== undefined && given !== undefined && Number(tagInName) !== given) {
    throw invalid((replies) => replies.severalTags(quote(sent.name)), `${at}.tag`, given);
  }
  const tag = checkedTag(attribute, given ?? (tagInName === undefined ? undefined : Number(tagInName)), `${at}.tag`);
  return { name: attribute.name, tag, value: replyValue(attribute, sent.value, `${at}.value`) };
}

function requireAttribute(name: string, field: string): RadiusAttribute {
  const attribute = findAttribute(name);
  if (attribute === undefined) {
    const control = findControl(name);
    throw control === undefined
      ? invalid((replies) => replies.unknown(quote(name), similarAttribute(name)), field, name)
      : invalid((replies) => replies.refused(control, 'control'), field, name);
  }
  const why = whyRefused(attribute);
  if (why !== undefined) throw invalid((replies) => replies.refused(attribute.name, why), field, name);
  return attribute;
}

/** Returns the tag of an attribute: 0 if an attribute that can have one has none, because FreeRADIUS sends it then. */
function checkedTag({ name, hasTag }: RadiusAttribute, tag: number | undefined, field: string): number | null {
  if (!hasTag) {
    if (tag !== undefined) throw invalid((replies) => replies.noTag(name), field, tag);
    return null;
  }
  if (tag !== undefined && (!Number.isInteger(tag) || tag < 0 || tag > TAG_MAX)) {
    throw invalid((replies) => replies.tagRange(quote(tag)), field, tag);
  }
  return tag ?? 0;
}

/**
 * Returns the three attributes that put a person into a VLAN (RFC 3580 §3.31). Throws `invalidValue` (400) for a number or a name that no
 * VLAN can have.
 *
 * @example
 * vlanReplies({ vlan: 42 }); // Tunnel-Type:0 = VLAN, Tunnel-Medium-Type:0 = IEEE-802, Tunnel-Private-Group-Id:0 = 42
 */
export function vlanReplies({ vlan, tag }: SentVlan): readonly SentReply[] {
  const text = String(vlan).trim();
  const isNumber = /^\d+$/.test(text);
  const isValid = isNumber
    ? Number(text) >= 1 && Number(text) <= VLAN_ID_MAX
    : text !== '' && text.length <= VLAN_NAME_LENGTH_MAX && !/\p{Cc}|\p{Cs}/u.test(text);
  if (!isValid) throw invalid((replies) => replies.vlanId(quote(vlan)), 'vlan', vlan);
  const id = isNumber ? String(Number(text)) : text;
  return [
    { name: 'Tunnel-Type', tag, value: 'VLAN' },
    { name: 'Tunnel-Medium-Type', tag, value: 'IEEE-802' },
    { name: 'Tunnel-Private-Group-Id', tag, value: id },
  ];
}

/** True for the attributes that `vlanReplies` returns, which a new VLAN replaces. */
export function isVlanReply({ name }: { readonly name: string }): boolean {
  return /^tunnel-(?:type|medium-type|private-group-id)$/i.test(name);
}

function invalid(
  say: (replies: Messages['radiusServers']['replies']) => string,
  attribute: string,
  value: unknown,
): TranslatedError {
  return new TranslatedError('invalidValue', ({ radiusServers }) => say(radiusServers.replies), { attribute, value });
}
