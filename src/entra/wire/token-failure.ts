import { excerpt, statusName } from './failure-text.ts';
import type { HttpAnswer } from '#outbound/http-exchange.ts';
import { NoAnswer } from '#outbound/no-answer.ts';
import type { TargetFailure } from './target-client.ts';

/** The portal's own words for a token endpoint that wants the client's credentials elsewhere (§1.1). */
const LOCATION =
  'Supported CredentialLocationInRequest is required. This parameter determines whether client credentials are included in the request header or body during token acquisition.';

/** No token, no request: it is the connection that is wrong, and no object. */
export function tokenFailure(outcome: HttpAnswer | NoAnswer, location: 'Header' | 'Body'): TargetFailure {
  const status = outcome instanceof NoAnswer ? null : outcome.status;
  return {
    errorCode: 'CredentialValidationUnavailable',
    reason: `${isRefused(status) ? `${LOCATION} ` : ''}The token endpoint gave no token; the credentials were sent in the ${location.toLowerCase()}. ${whatCame(outcome)}`,
    status,
    scope: 'endpoint',
    retryAfterMs: null,
  };
}

function isRefused(status: number | null): boolean {
  return status === 400 || status === 401;
}

function whatCame(outcome: HttpAnswer | NoAnswer): string {
  if (outcome instanceof NoAnswer) return outcome.message;
  return `StatusCode: ${statusName(outcome.status)} Web Response: ${excerpt(outcome.text)}`;
}
