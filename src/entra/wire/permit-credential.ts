import type { TargetClientOptions } from './connection-options.ts';
import { TargetError } from './target-client.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

/**
 * Returns a check to call before a Secret Token, a client secret or an access token is sent. The check throws TargetError for a key of this
 * installation that only some addresses may use. It ignores whitespace around a credential, because servers ignore it in the header too. A
 * credential that has been permitted is not checked again.
 */
export function permitCredential({
  isLimitedKey,
}: Pick<TargetClientOptions, 'isLimitedKey'>): (credential: string | undefined) => Promise<void> {
  let permitted: string | undefined;
  return async (credential) => {
    if (credential === undefined || credential === permitted) return;
    if (await isLimitedKey(credential.replace(/^Bearer\s+/i, '').trim())) {
      throw new TargetError({
        errorCode: 'CredentialValidationUnavailable',
        reason: standInTexts.wire.limitedKey,
        status: null,
        scope: 'endpoint',
        retryAfterMs: null,
      });
    }
    permitted = credential;
  };
}
