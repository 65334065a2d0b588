import { excerpt, statusName } from './failure-text.ts';
import type { HttpAnswer } from '#outbound/http-exchange.ts';
import { NoAnswer } from '#outbound/no-answer.ts';
import type { TargetFailure } from './target-client.ts';

/** The text of the portal for a token endpoint that expects the client credentials in another part of the request (§1.1). */
const LOCATION =
  'Supported CredentialLocationInRequest is required. This parameter determines whether client credentials are included in the request header or body during token acquisition.';

/** Builds the failure for a token request without a token. Its scope is the endpoint, because no request can be sent without a token. */
export function tokenFailure(outcome: HttpAnswer | NoAnswer, location: 'Header' | 'Body'): TargetFailure {
  const status = outcome instanceof NoAnswer ? null : outcome.status;
  return {
    errorCode: 'CredentialValidationUnavailable',
    reason: `${isRefused(status) ? `${LOCATION} ` : ''}The token endpoint gave no token; the credentials were sent in the ${location.toLowerCase()}. ${outcomeText(outcome)}`,
    status,
    scope: 'endpoint',
    retryAfterMs: null,
  };
}

function isRefused(status: number | null): boolean {
  return status === 400 || status === 401;
}

function outcomeText(outcome: HttpAnswer | NoAnswer): string {
  if (outcome instanceof NoAnswer) return outcome.message;
  return `StatusCode: ${statusName(outcome.status)} Web Response: ${excerpt(outcome.text)}`;
}
