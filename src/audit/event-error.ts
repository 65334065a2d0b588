import { recordedFor, type AppError } from '#base/errors.ts';
import type { Interface, ReasonParameters } from '#base/reasons/reason.ts';
import type { EventDraft } from './event-types.ts';

/** UTF-16 units of one text in the parameters of a reason, and entries of one list: a client chooses them. */
export const PARAMETER_LENGTH_MAX = 256;
export const PARAMETER_ENTRIES_MAX = 20;
/** UTF-16 units of the message of a refusal in an event, which quotes what a client sent. */
export const EVENT_MESSAGE_LENGTH_MAX = 4_000;

/**
 * A refusal as an event has it: the message as the caller read it, and the reason as a code with parameters, which can be
 * rendered for another reader later.
 *
 * @example
 * await recordEvent(database, clock, origin, { type: 'request_refused', target, error: eventError(error, 'rest') });
 */
export function eventError(error: AppError, at: Interface): NonNullable<EventDraft['error']> {
  const { code, reason, recorded, message, definition } = error;
  // The parameters quote the caller's values as well.
  const isQuotable = recorded === message;
  return {
    code,
    status: definition.status,
    message: cut(recordedFor(error, at), EVENT_MESSAGE_LENGTH_MAX),
    ...(reason !== undefined &&
      isQuotable && { reason: { code: reason.code, parameters: shortened(reason.parameters) } }),
  };
}

function shortened(parameters: ReasonParameters): ReasonParameters {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, shortenedValue(value)]));
}

function shortenedValue(value: ReasonParameters[string]): ReasonParameters[string] {
  if (typeof value === 'string') return shortText(value);
  return typeof value === 'object' ? value.slice(0, PARAMETER_ENTRIES_MAX).map(shortText) : value;
}

function shortText(text: string): string {
  return cut(text, PARAMETER_LENGTH_MAX);
}

function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax).toWellFormed()}…`;
}
