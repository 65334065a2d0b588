import { z } from 'zod';
import type { PasswordAttempt } from '../radius-types.ts';
import { engineAttributes } from '../engine/attribute-names.ts';
import { decodeEngineText } from './engine-text.ts';

/** The maximum length of a name, in bytes: that of an attribute of RADIUS (RFC 2865 §5). In a tunnel, longer ones can arrive. */
export const NAME_BYTES_MAX = 253;
/** The maximum length of a password, in bytes. A packet has at most 128; a tunnel can contain more. */
export const PASSWORD_BYTES_MAX = 1_024;

const attribute = z.strictObject({
  type: z.string(),
  value: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

/** All attributes of a request, as the module rest sends them. Only a few of them are read. */
const requestBody = z.record(z.string(), attribute);
type RequestBody = z.output<typeof requestBody>;

const methods = ['pap', 'eapTtlsPap'] as const;

/** An attempt whose client is not known yet: a request of the probe names only an address. */
export interface SentAttempt extends Omit<PasswordAttempt, 'clientId'> {
  readonly clientId: string | null;
}

/**
 * Reads a request for a decision. A name that arrives twice, is longer than NAME_BYTES_MAX, or contains control characters is null, as one
 * that is not UTF-8 is: no user can have it, and the database cannot store all of them.
 *
 * Throws a ZodError if the body does not have the form that our configuration sends.
 *
 * @param body the parsed JSON
 * @example readAttempt({ 'User-Name': { type: 'string', value: ['ann'] }, … }).userName // 'ann'
 */
export function readAttempt(body: unknown): SentAttempt {
  const sent = requestBody.parse(body);
  const address = nameIn(sent, engineAttributes.address.name);
  const method = nameIn(sent, engineAttributes.method.name);
  const supported = methods.find((one) => one === method);
  return {
    clientId: nameIn(sent, engineAttributes.client.name),
    address: address ?? '',
    userName: nameIn(sent, 'User-Name'),
    password: supported === undefined ? null : textIn(sent, 'User-Password', PASSWORD_BYTES_MAX),
    method: supported ?? 'unsupported',
    outerName: nameIn(sent, engineAttributes.outerName.name),
    callingStation: nameIn(sent, engineAttributes.callingStation.name),
    calledStation: nameIn(sent, engineAttributes.calledStation.name),
  };
}

function nameIn(sent: RequestBody, name: string): string | null {
  const text = textIn(sent, name, NAME_BYTES_MAX);
  return text === null || text === '' || /[\0-\x1f\x7f]/.test(text) ? null : text;
}

/** Returns the only value of an attribute. Of two values, the engine and the directory could use different ones. */
function textIn(sent: RequestBody, name: string, bytesMax: number): string | null {
  const values = Object.hasOwn(sent, name) ? (sent[name]?.value ?? []) : [];
  const [text] = values;
  if (values.length !== 1 || typeof text !== 'string' || text.length > bytesMax) return null;
  return decodeEngineText(text);
}
