import type { TargetClientOptions } from './connection-options.ts';
import { TargetError } from './target-client.ts';

/**
 * Returns a check to call before a credential is sent: a Secret Token, a client secret, or an access token of any token endpoint. The check
 * throws TargetError for a key of this installation that is limited to addresses. It ignores white space around a credential, because a
 * server that reads the header ignores it too. A permitted credential is checked only once.
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
        reason:
          'Nothing was sent: the credential is a key of this directory that only some addresses may use (allowedIps), and requests of the stand-in come from the address of the server. Enter an integration token without that limit.',
        status: null,
        scope: 'endpoint',
        retryAfterMs: null,
      });
    }
    permitted = credential;
  };
}
