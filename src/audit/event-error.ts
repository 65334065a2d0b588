import { cutText } from '#base/cut-text.ts';
import { recordedFor } from '#base/error-message.ts';
import type { AppError } from '#base/errors.ts';
import { ownSecrets, type SentSecrets } from '#base/sent-secrets.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import type { Interface, ReasonParameters } from '#base/reasons/reason.ts';
import type { EventDraft } from './event-types.ts';

/**
 * The maximum number of UTF-16 units of a text in the parameters of a reason and, below, the maximum number of entries of a list. Clients
 * choose both.
 */
export const PARAMETER_LENGTH_MAX = 256;
export const PARAMETER_ENTRIES_MAX = 20;
/** The maximum number of UTF-16 units of the error message in an event. The message quotes values that a client sent. */
export const EVENT_MESSAGE_LENGTH_MAX = 4_000;

/**
 * Returns the error of an event: the message that the caller received, and the reason as a code with parameters, which can later be
 * rendered for other readers.
 *
 * @param secrets What may not be stored of the request: the message can quote it.
 *
 * @example
 * await recordEvent(database, clock, origin, { type: 'request_refused', target, error: eventError(error, 'rest') });
 */
export function eventError(
  error: AppError,
  at: Interface,
  secrets: SentSecrets = ownSecrets,
): NonNullable<EventDraft['error']> {
  const { code, reason, recorded, message, definition } = error;
  // If the recorded message differs, it leaves out values that only the caller may read. The parameters contain them too.
  const isQuotable = recorded === message;
  return {
    code,
    status: definition.status,
    message: cut(recordedFor(error, at), EVENT_MESSAGE_LENGTH_MAX, secrets),
    ...(reason !== undefined &&
      isQuotable && { reason: { code: reason.code, parameters: shortened(reason.parameters, secrets) } }),
  };
}

function shortened(parameters: ReasonParameters, secrets: SentSecrets): ReasonParameters {
  const shortText = (text: string) => cut(text, PARAMETER_LENGTH_MAX, secrets);
  const shortValue = (value: ReasonParameters[string]): ReasonParameters[string] => {
    if (typeof value === 'string') return shortText(value);
    return typeof value === 'object' ? value.slice(0, PARAMETER_ENTRIES_MAX).map(shortText) : value;
  };
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, shortValue(value)]));
}

/** A message can quote a key that a client sent in the place of an id. */
function cut(sent: string, lengthMax: number, secrets: SentSecrets): string {
  return cutText(secrets.replaceIn(sent, SECRET_MASK), lengthMax);
}
