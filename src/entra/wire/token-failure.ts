import { excerpt, statusName } from './failure-text.ts';
import type { HttpAnswer } from '#outbound/http-exchange.ts';
import { NoAnswer } from '#outbound/no-answer.ts';
import type { TargetFailure } from './target-client.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

const { wire } = standInTexts;

/** Builds the failure for a token request that returned no token. Its scope is the endpoint, because every request needs a token. */
export function tokenFailure(outcome: HttpAnswer | NoAnswer, location: 'Header' | 'Body'): TargetFailure {
  const status = outcome instanceof NoAnswer ? null : outcome.status;
  const text = wire.noToken(location.toLowerCase(), outcomeText(outcome));
  return {
    errorCode: 'CredentialValidationUnavailable',
    reason: isRefused(status) ? wire.location(text) : text,
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
  return wire.status(statusName(outcome.status), excerpt(outcome.text));
}
