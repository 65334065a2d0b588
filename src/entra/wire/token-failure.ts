import { excerpt, statusName } from './failure-text.ts';
import type { HttpAnswer } from '#outbound/http-exchange.ts';
import { NoAnswer } from '#outbound/no-answer.ts';
import type { TargetFailure } from './target-client.ts';

/** The text that the portal shows if the token endpoint may expect the client credentials in the other part of the request (§1.1). */
const LOCATION =
  'Supported CredentialLocationInRequest is required. This parameter determines whether client credentials are included in the request header or body during token acquisition.';

/** Builds the failure for a token request that returned no token. Its scope is the endpoint, because every request needs a token. */
export function tokenFailure(outcome: HttpAnswer | NoAnswer, location: 'Header' | 'Body'): TargetFailure {
  const status = outcome instanceof NoAnswer ? null : outcome.status;
  return {
    errorCode: 'CredentialValidationUnavailable',
    reason: `${isRefused(status) ? `${LOCATION} ` : ''}The token endpoint returned no token; the credentials were sent in the ${location.toLowerCase()}. ${outcomeText(outcome)}`,
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
