import { excerpt, exportFailureText, NOT_FOUND_TEXT } from './failure-text.ts';
import type { HttpAnswer } from '#outbound/http-exchange.ts';
import type { NoAnswer, NoAnswerKind } from '#outbound/no-answer.ts';
import type { TargetFailure } from './target-client.ts';

/** What was asked of the target when it failed. */
export type Purpose = 'probe' | 'query' | 'list' | 'read' | 'create' | 'update' | 'delete';

export const PREFIX = 'SystemForCrossDomainIdentityManagement';
export const INCOMPATIBLE = `${PREFIX}ServiceIncompatible`;
export const INCOMPATIBLE_FILTERING = `${PREFIX}ServiceIncompatibleFiltering`;
export const MULTIPLE_ENTRIES = `${PREFIX}MultipleEntriesInResponse`;

export interface FailureRow {
  readonly errorCode: string;
  readonly scope: 'object' | 'endpoint';
  /** Whether the failure is of the moment: Entra ID tries again by itself, and nobody has to do anything (§3.9). */
  readonly retryable: boolean;
}

const objectFailure = (errorCode: string): FailureRow => ({ errorCode, scope: 'object', retryable: false });
const passingFailure = (errorCode: string): FailureRow => ({ errorCode, scope: 'object', retryable: true });
const endpointFailure = (errorCode: string): FailureRow => ({ errorCode, scope: 'endpoint', retryable: false });

/** Status → what Entra ID makes of it (§2.2, §3.9). */
export const statusTable: Readonly<Record<number, FailureRow>> = {
  400: objectFailure(`${PREFIX}BadRequest`),
  401: endpointFailure('Unauthorized'),
  403: objectFailure('InsufficientRights'),
  404: endpointFailure(INCOMPATIBLE),
  405: objectFailure('MethodNotAllowed'),
  408: passingFailure('Timeout'),
  409: objectFailure('EntryConflict'),
  422: objectFailure('UnprocessableEntity'),
  429: passingFailure('TooManyRequests'),
  501: objectFailure('NotImplemented'),
  504: passingFailure('Timeout'),
};

/** A status that has no row of its own, by its hundred. */
const hundreds: Readonly<Record<number, FailureRow>> = {
  // Redirects are not followed: the Tenant URL is wrong.
  3: endpointFailure('WebExceptionProtocolError'),
  4: objectFailure(`${PREFIX}BadRequest`),
  5: passingFailure('InternalServerError'),
};

const silenceTable: Readonly<Record<NoAnswerKind, FailureRow>> = {
  refused: { errorCode: 'WebExceptionProtocolError', scope: 'endpoint', retryable: true },
  forbidden: endpointFailure('WebExceptionProtocolError'),
  tls: endpointFailure('WebExceptionProtocolError'),
  reset: passingFailure('WebExceptionProtocolError'),
  dropped: passingFailure('WebExceptionProtocolError'),
  protocol: passingFailure('WebExceptionProtocolError'),
  timeout: passingFailure('Timeout'),
  tooLong: objectFailure(INCOMPATIBLE),
  closed: passingFailure('InternalError'),
};

export function rowOfStatus(status: number): FailureRow {
  return statusTable[status] ?? hundreds[Math.floor(status / 100)] ?? passingFailure('WebExceptionProtocolError');
}

/** A failure as the target's answer says it. */
export function failureOfAnswer(purpose: Purpose, answer: HttpAnswer, retryAfterMs: number | null): TargetFailure {
  const { status, text } = answer;
  const { errorCode, scope, retryable } = rowFor(purpose, status);
  return {
    errorCode,
    reason: reasonFor(purpose, status, text),
    status,
    scope: scopeFor(purpose, scope),
    retryable,
    retryAfterMs,
  };
}

export function failureWithoutAnswer(purpose: Purpose, { kind, message }: NoAnswer): TargetFailure {
  const { errorCode, scope, retryable } = silenceTable[kind];
  const reason = `No answer came from the application. ${message}`;
  return { errorCode, reason, status: null, scope: scopeFor(purpose, scope), retryable, retryAfterMs: null };
}

const isSearch = (purpose: Purpose) => purpose === 'probe' || purpose === 'query' || purpose === 'list';

/** A search that is refused is more than one object's fault: without it nothing can be matched. */
function rowFor(purpose: Purpose, status: number): FailureRow {
  if (!isSearch(purpose)) return rowOfStatus(status);
  if (status === 403) return endpointFailure('InsufficientRights');
  if ([400, 405, 409, 422, 501].includes(status)) return objectFailure(INCOMPATIBLE_FILTERING);
  return rowOfStatus(status);
}

/** Who is asked for by a probe does not exist: no object can be at fault. */
function scopeFor(purpose: Purpose, scope: 'object' | 'endpoint'): 'object' | 'endpoint' {
  return purpose === 'probe' ? 'endpoint' : scope;
}

function reasonFor(purpose: Purpose, status: number, body: string): string {
  if (status === 404) return `${NOT_FOUND_TEXT} Web Response: ${excerpt(body)}`;
  if (status === 409 && !isSearch(purpose)) {
    return `Message: The application answered with the HTTP status code 409: it has another user or group with a value that must be unique. Change the value on either side, or match the one that is there. Web Response: ${excerpt(body)}`;
  }
  return exportFailureText(status, body);
}
