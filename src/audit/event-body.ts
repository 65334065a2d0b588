import { ownSecrets, type SentSecrets } from '#base/sent-secrets.ts';
import { IGNORED_MAX } from '#scim/resource/ignored-attributes.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import type { EventDraft, EventTarget, Origin, RadiusAttempt } from './event-types.ts';

/** The maximum number of UTF-16 units of a name, a path, or a user agent in an event: values that a client sends must not fill the disk. */
export const EVENT_TEXT_LENGTH_MAX = 1_024;

/** An event that was written. */
export interface RecordedEvent {
  readonly id: string;
  readonly at: Date;
}

/** Returns a whole event as the JSON text that is stored, without keys, tokens and the credential of the request. */
export function eventJson({ id, at }: RecordedEvent, origin: Origin, draft: EventDraft): string {
  const json = storableJson(eventBody(id, at, origin, draft));
  return secretsOf(origin).replaceIn(json, SECRET_MASK);
}

/** The names of the legacy directory for authentication methods. */
const authMethods = { bearer: 'api-key', 'x-api-key': 'api-key', session: 'session', none: 'none' } as const;

/** Returns the event in the legacy directory's format, plus the request, the integration, and the ignored attributes. */
function eventBody(id: string, at: Date, origin: Origin, draft: EventDraft) {
  const secrets = secretsOf(origin);
  const { request, integration, actor } = origin;
  return {
    id,
    event_type: draft.type,
    timestamp: at.toISOString(),
    service: 'directory',
    organization: origin.organizationId,
    resource: resourceOf(draft.target, secrets),
    initiated_by: {
      type: actor.type,
      id: actor.id,
      name: actor.name,
      // Scripts for the legacy directory read these fields. The name of an administrator is the email address.
      ...(actor.type === 'administrator' && { email: actor.name }),
      ...(actor.type === 'user' && { username: actor.name }),
      ...(integration && { source: 'tanhua:scim', source_metadata: { name: integration.name } }),
    },
    ...(integration && { integration }),
    ...(request && {
      auth_method: authMethods[request.authMethod],
      client_ip: request.clientIp,
      ...(request.userAgent !== undefined && { useragent: storable(request.userAgent, secrets) }),
      ...(request.client !== undefined && { client: request.client }),
      request: {
        id: request.id,
        ...request.sentIds,
        method: request.method,
        path: storable(request.path, secrets),
        header: request.authMethod,
        ...(draft.operation && { operation: draft.operation.index, operation_method: draft.operation.method }),
      },
    }),
    ...(draft.radius && { radius: radiusOf(draft.radius, secrets) }),
    success: draft.error === undefined,
    ...(draft.error && {
      error_code: draft.error.code,
      error_message: draft.error.message,
      ...(draft.error.reason && { reason: draft.error.reason }),
      message_chain: { response_code: draft.error.status, response_message: draft.error.message },
    }),
    ...(draft.repeated && {
      repeated: {
        count: draft.repeated.count,
        first: draft.repeated.first.toISOString(),
        last: draft.repeated.last.toISOString(),
      },
    }),
    ...(draft.changes && { changes: draft.changes }),
    ...(draft.ignored &&
      draft.ignored.length > 0 && {
        ignored_attributes: draft.ignored
          .slice(0, IGNORED_MAX)
          .map((one) => ({ ...one, path: storable(one.path, secrets) })),
      }),
  };
}

/** Returns an attempt to connect in the names of events. The device and the network are texts that an access point sends. */
function radiusOf(attempt: RadiusAttempt, secrets: SentSecrets) {
  return {
    reason: attempt.reason,
    client: attempt.client,
    server: attempt.server,
    identity_provider: attempt.identityProvider,
    method: attempt.method,
    credential: attempt.credential,
    device: storable(attempt.device, secrets),
    network: storable(attempt.network, secrets),
    outer_name: storable(attempt.outerName, secrets),
    aadsts: attempt.aadsts,
  };
}

/** Returns what finds the secrets that may not be stored of a request. */
export function secretsOf({ request }: Origin): SentSecrets {
  return request?.secrets ?? ownSecrets;
}

/**
 * Returns a text that a client sent in a form that may be stored: without keys and tokens, truncated, and without NUL and lone surrogates.
 *
 * @param secrets Of the request (`secretsOf`); without it, the credential of the request is not replaced.
 */
export function storable<Text extends string | null>(text: Text, secrets: SentSecrets = ownSecrets): Text | string {
  if (text === null) return text;
  const masked = secrets.replaceIn(text, SECRET_MASK);
  return masked.slice(0, EVENT_TEXT_LENGTH_MAX).replaceAll('\0', '\ufffd').toWellFormed();
}

/** NUL and lone surrogates, as JSON escapes them. */
const unstorable = /\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/** Returns JSON that every database can parse: a single event that it cannot parse would make every search fail. */
function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  if (!unstorable.test(text)) return text;
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'string' ? inner.replaceAll('\0', '\ufffd').toWellFormed() : inner,
  );
}

/** Returns the target of an event. For a refused request it includes other names that the client sent, which help find the event. */
function resourceOf({ type, id, name, sent }: EventTarget, secrets: SentSecrets) {
  const shownName = (field: string, [first]: readonly string[] = []) =>
    first === undefined ? {} : { [field]: storable(first, secrets) };
  return {
    type,
    id,
    ...(type === 'user' ? { username: name } : { name }),
    ...shownName('email', sent?.email),
    ...shownName('displayName', type === 'user' ? sent?.displayName : undefined),
    ...shownName('externalId', sent?.externalId),
  };
}
