import type { TargetClientOptions } from './connection-options.ts';
import { TargetError } from './target-client.ts';

/**
 * Checks each credential once, before it is sent: a Secret Token, a client secret, an access token of any token endpoint. The
 * result throws TargetError for a key of this installation that is limited to addresses. White space around a credential does
 * not hide a key: a server that reads the header ignores it.
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
          'The credential is a key of this directory that only some addresses may use (allowedIps), and requests of the stand-in come from the address of the server: nothing was sent. Enter an integration token without such a limit.',
        status: null,
        scope: 'endpoint',
        retryAfterMs: null,
      });
    }
    permitted = credential;
  };
}
