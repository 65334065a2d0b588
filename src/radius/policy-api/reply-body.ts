import type { AttemptDecision, EngineClient, ReplyAttribute } from '../radius-types.ts';

/** The maximum length of a value, in bytes (RFC 2865 §5). */
export const VALUE_BYTES_MAX = 253;
/** The maximum number of attributes of a reply, so that it fits in a packet of 4,096 bytes (RFC 2865 §3) with EAP. */
export const REPLIES_MAX = 64;
/** RFC 2868 §3 allows tags from 1 to 31; 0 is the absence of a tag. */
const TAG_MAX = 31;

/** A value that FreeRADIUS must not expand: without `do_xlat`, it would run `%{…}` in it. */
interface LiteralValue {
  readonly value: readonly string[];
  readonly do_xlat: false;
  readonly op?: '+=';
}

/** The body of an answer. The keys are `list:Attribute` or `list:Attribute:tag`. */
export type ReplyBody = Readonly<Record<string, LiteralValue>>;

/**
 * Returns the answer to a question about a client: its secret, and the virtual server that its packets go to. The name of the client in the
 * engine is its id.
 *
 * Throws if the secret is longer than VALUE_BYTES_MAX, or empty.
 */
export function clientBody({ id, secret, requiresMessageAuthenticator }: EngineClient): ReplyBody {
  return {
    'control:FreeRADIUS-Client-Secret': literal('the secret of a client', [secret]),
    'control:FreeRADIUS-Client-Shortname': literal('the id of a client', [id]),
    'control:FreeRADIUS-Client-NAS-Type': literal('the type', ['other']),
    'control:FreeRADIUS-Client-Virtual-Server': literal('the server', ['directory']),
    'control:FreeRADIUS-Client-Require-MA': literal('the flag', [requiresMessageAuthenticator ? 'yes' : 'no']),
  };
}

/**
 * Returns the attributes of an acceptance. Several values of one attribute keep their order.
 *
 * Throws if an attribute has a name or a tag that FreeRADIUS could read as something else, if a value is empty or longer than
 * VALUE_BYTES_MAX, or if there are more than REPLIES_MAX values. The rules for saving attributes prevent this.
 *
 * @example acceptBody({ kind: 'accept', userName: 'ann', replies: [{ name: 'Tunnel-Type', tag: 1, value: 'VLAN' }] })
 * // { 'reply:User-Name': {…}, 'reply:Tunnel-Type:1': { value: ['VLAN'], do_xlat: false } }
 */
export function acceptBody({ userName, replies }: Extract<AttemptDecision, { readonly kind: 'accept' }>): ReplyBody {
  if (replies.length > REPLIES_MAX) {
    throw new Error(`A decision has ${replies.length} reply attributes, which are more than ${REPLIES_MAX}.`);
  }
  const byKey = new Map<string, string[]>();
  for (const reply of replies) {
    const key = keyOf(reply);
    byKey.set(key, [...(byKey.get(key) ?? []), reply.value]);
  }
  return {
    'reply:User-Name': literal('User-Name', [userName]),
    ...Object.fromEntries([...byKey].map(([key, values]) => [key, literal(key, values)])),
  };
}

function keyOf({ name, tag }: ReplyAttribute): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_./-]{0,127}$/.test(name)) {
    throw new Error(`${JSON.stringify(name)} is not the name of a reply attribute.`);
  }
  if (tag === null) return `reply:${name}`;
  if (!Number.isInteger(tag) || tag < 0 || tag > TAG_MAX) throw new Error(`The tag ${tag} of ${name} is not 0 to 31.`);
  return `reply:${name}:${tag}`;
}

/** Returns the body of a refusal. A longer message is cut at the end of a character, since it only informs a person. */
export function rejectBody(message: string | null): ReplyBody {
  if (message === null || message === '') return {};
  let text = '';
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter().segment(message)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > VALUE_BYTES_MAX) break;
    text += segment;
  }
  return { 'reply:Reply-Message': literal('Reply-Message', [text]) };
}

function literal(what: string, values: readonly string[]): LiteralValue {
  for (const value of values) {
    const bytes = Buffer.byteLength(value);
    // The message has no value, because it may be a secret.
    if (bytes === 0 || bytes > VALUE_BYTES_MAX) {
      throw new Error(`A value of ${what} has ${bytes} bytes: 1 to ${VALUE_BYTES_MAX} fit in an attribute.`);
    }
  }
  // FreeRADIUS reads escapes such as \\n in a value even without do_xlat.
  const escaped = values.map((value) => value.replaceAll('\\', '\\\\'));
  return { value: escaped, do_xlat: false, ...(values.length > 1 && { op: '+=' as const }) };
}
