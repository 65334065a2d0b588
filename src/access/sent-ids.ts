import type { SentIds } from '#audit/event-types.ts';
import { hasOwnToken } from '#base/own-tokens.ts';

/** The maximum length of a request id that a client sends, in characters. */
export const SENT_ID_LENGTH_MAX = 128;

const idPattern = new RegExp(`^[\\w.:/+=@-]{1,${SENT_ID_LENGTH_MAX}}$`);
/** Entra ID's header: `ADSCIMVersion: Date:2026-01-05T09:00:00Z, ActivityId:2f1f7a1c-…`. */
const activityPattern = /\bActivityId:\s*([^\s,;]+)/i;

type Headers = Readonly<Record<string, unknown>>;

/**
 * Returns the ids that the client, or a proxy in front of the server, has given the request. Leaves out values that are too long
 * or have characters that ids do not need, and keys and tokens, since the ids are echoed, logged and stored.
 *
 * @example
 * sentIds({ 'x-request-id': 'a1' }); // { x_request_id: 'a1' }
 */
export function sentIds(headers: Headers): SentIds {
  const activity = textOf(headers['adscimversion']);
  const ids = {
    client_request_id: idOf(headers['client-request-id']),
    x_request_id: idOf(headers['x-request-id']),
    activity_id: idOf(activity && activityPattern.exec(activity)?.[1]),
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

function idOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && idPattern.test(text) && !hasOwnToken(text) ? text : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
