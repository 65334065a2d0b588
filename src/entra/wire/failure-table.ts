import { excerpt, exportFailureText } from './failure-text.ts';
import type { HttpAnswer } from '#outbound/http-exchange.ts';
import type { NoAnswer, NoAnswerKind } from '#outbound/no-answer.ts';
import type { TargetFailure } from './target-client.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

/** What a request to the target does. */
export type Purpose = 'probe' | 'query' | 'list' | 'read' | 'create' | 'update' | 'delete';

export const PREFIX = 'SystemForCrossDomainIdentityManagement';
export const INCOMPATIBLE = `${PREFIX}ServiceIncompatible`;
export const INCOMPATIBLE_FILTERING = `${PREFIX}ServiceIncompatibleFiltering`;
export const MULTIPLE_ENTRIES = `${PREFIX}MultipleEntriesInResponse`;

export interface FailureRow {
  readonly errorCode: string;
  readonly scope: 'object' | 'endpoint';
  /** True if the failure is temporary, so that Entra ID retries automatically and the administrator need not do anything (§3.9). */
  readonly retryable: boolean;
}

const objectFailure = (errorCode: string): FailureRow => ({ errorCode, scope: 'object', retryable: false });
const transientFailure = (errorCode: string): FailureRow => ({ errorCode, scope: 'object', retryable: true });
const endpointFailure = (errorCode: string): FailureRow => ({ errorCode, scope: 'endpoint', retryable: false });

/** The failure that Entra ID reports for each HTTP status (§2.2, §3.9). */
export const statusTable: Readonly<Record<number, FailureRow>> = {
  400: objectFailure(`${PREFIX}BadRequest`),
  401: endpointFailure('Unauthorized'),
  403: objectFailure('InsufficientRights'),
  404: endpointFailure(INCOMPATIBLE),
  405: objectFailure('MethodNotAllowed'),
  408: transientFailure('Timeout'),
  409: objectFailure('EntryConflict'),
  422: objectFailure('UnprocessableEntity'),
  429: transientFailure('TooManyRequests'),
  501: objectFailure('NotImplemented'),
  504: transientFailure('Timeout'),
};

/** The failure that Entra ID reports for statuses that are not in `statusTable`, by their first digit. */
const statusClassTable: Readonly<Record<number, FailureRow>> = {
  // Redirects are not followed. A redirect means that the Tenant URL is wrong.
  3: endpointFailure('WebExceptionProtocolError'),
  4: objectFailure(`${PREFIX}BadRequest`),
  5: transientFailure('InternalServerError'),
};

const noAnswerTable: Readonly<Record<NoAnswerKind, FailureRow>> = {
  refused: { errorCode: 'WebExceptionProtocolError', scope: 'endpoint', retryable: true },
  forbidden: endpointFailure('WebExceptionProtocolError'),
  tls: endpointFailure('WebExceptionProtocolError'),
  reset: transientFailure('WebExceptionProtocolError'),
  dropped: transientFailure('WebExceptionProtocolError'),
  protocol: transientFailure('WebExceptionProtocolError'),
  timeout: transientFailure('Timeout'),
  tooLong: objectFailure(INCOMPATIBLE),
  closed: transientFailure('InternalError'),
};

export function rowOfStatus(status: number): FailureRow {
  return (
    statusTable[status] ?? statusClassTable[Math.floor(status / 100)] ?? transientFailure('WebExceptionProtocolError')
  );
}

/** Builds the failure for a response with an error status. */
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

/** Builds the failure for a request without a response. */
export function failureWithoutAnswer(purpose: Purpose, { kind, message }: NoAnswer): TargetFailure {
  const { errorCode, scope, retryable } = noAnswerTable[kind];
  const reason = standInTexts.wire.noAnswer(message);
  return { errorCode, reason, status: null, scope: scopeFor(purpose, scope), retryable, retryAfterMs: null };
}

const isSearch = (purpose: Purpose) => purpose === 'probe' || purpose === 'query' || purpose === 'list';

/** Returns the row for a request. Refused searches have other error codes, because objects cannot be matched without searches. */
function rowFor(purpose: Purpose, status: number): FailureRow {
  if (!isSearch(purpose)) return rowOfStatus(status);
  if (status === 403) return endpointFailure('InsufficientRights');
  if ([400, 405, 409, 422, 501].includes(status)) return objectFailure(INCOMPATIBLE_FILTERING);
  return rowOfStatus(status);
}

/** Returns the scope of a failure. A probe searches for objects that do not exist, so its failure always concerns the endpoint. */
function scopeFor(purpose: Purpose, scope: 'object' | 'endpoint'): 'object' | 'endpoint' {
  return purpose === 'probe' ? 'endpoint' : scope;
}

function reasonFor(purpose: Purpose, status: number, body: string): string {
  const { wire } = standInTexts;
  if (status === 404) return wire.withResponse(wire.notFound, excerpt(body));
  if (status === 409 && !isSearch(purpose)) {
    return wire.withResponse(wire.conflict, excerpt(body));
  }
  return exportFailureText(status, body);
}
