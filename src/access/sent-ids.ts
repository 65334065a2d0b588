import type { SentIds } from '#audit/event-types.ts';
import { SentSecrets } from '#base/sent-secrets.ts';
import { sentKey } from './sent-key.ts';

/** The maximum length of a request id that a client sends, in characters. */
export const SENT_ID_LENGTH_MAX = 128;

const idPattern = new RegExp(`^[\\w.:/+=@-]{1,${SENT_ID_LENGTH_MAX}}$`);
/** Entra ID's header: `ADSCIMVersion: Date:2026-01-05T09:00:00Z, ActivityId:2f1f7a1c-…`. */
const activityPattern = /\bActivityId:\s*([^\s,;]+)/i;

/** The ids of the requests being served, which the log, the echo and the events each need. */
const found = new WeakMap<object, SentIds>();

/**
 * Returns the ids that the client, or a proxy in front of the server, has given the request. Leaves out values that are too long
 * or have characters that ids do not need, and keys, tokens and the credential of the request, since the ids are echoed, logged and stored.
 *
 * @example
 * sentIds({ 'x-request-id': 'a1' }); // { x_request_id: 'a1' }
 */
export function sentIds(headers: Readonly<Record<string, unknown>>): SentIds {
  const known = found.get(headers);
  if (known !== undefined) return known;
  const ids = readIds(headers);
  found.set(headers, ids);
  return ids;
}

function readIds(headers: Readonly<Record<string, unknown>>): SentIds {
  const names = ['client-request-id', 'x-request-id', 'adscimversion'] as const;
  // Most requests of other clients than Entra ID have none of these headers.
  if (names.every((name) => headers[name] === undefined)) return {};
  const secrets = new SentSecrets(sentKey(headers).key);
  const activity = textOf(headers['adscimversion']);
  const ids = {
    client_request_id: idOf(secrets, headers['client-request-id']),
    x_request_id: idOf(secrets, headers['x-request-id']),
    activity_id: idOf(secrets, activity && activityPattern.exec(activity)?.[1]),
  };
  return Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== undefined));
}

/** Returns the response headers that echo the client's ids. `x-request-id` is not echoed: the response has the server's own id there. */
export function echoedIds({ client_request_id, x_request_id, activity_id }: SentIds): Readonly<Record<string, string>> {
  const client = client_request_id ?? x_request_id;
  return {
    ...(client !== undefined && { 'client-request-id': client }),
    ...(activity_id !== undefined && { 'x-activity-id': activity_id }),
  };
}

function idOf(secrets: SentSecrets, value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && idPattern.test(text) && !secrets.areIn(text) ? text : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
