import type { Credentials } from './credentials.ts';
import type { TargetClientOptions, WireOptions } from './connection-options.ts';
import type { SecretMask } from './secret-mask.ts';
import { TargetError } from './target-client.ts';
import { openTokenSource } from './token-source.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

/** The secret that each authentication method uses, and its name in the user interface. */
const secretOf = {
  AuthenticationToken: { name: 'secretToken', label: standInTexts.wire.secretToken },
  OAuth2ClientCredentialsGrant: { name: 'oauth2ClientSecret', label: standInTexts.wire.clientSecret },
} as const;

/** Opens the credentials for the authentication method of an application. Throws `usage` if the token endpoint is not valid. */
export function openCredentials(options: TargetClientOptions, wireOptions: WireOptions, mask: SecretMask): Credentials {
  const { name, label } = secretOf[options.settings.authentication];
  if (options.secretsNeeded?.includes(name) === true) return deletedCredentials(label);
  if (options.settings.authentication === 'OAuth2ClientCredentialsGrant') return openTokenSource(options, mask);
  const secret = options.secrets.secretToken ?? '';
  mask.add(secret);
  return {
    authorization: async () => {
      if (secret !== '') return `Bearer ${secret}`;
      const entraToken = await wireOptions.ownToken?.();
      if (entraToken === undefined) return undefined;
      mask.addShortLived(entraToken);
      return `Bearer ${entraToken}`;
    },
    renew: () => false,
    close: () => {},
  };
}

/** Returns credentials that fail before a request is sent: without the secret, the target would refuse the request and not say why. */
function deletedCredentials(label: string): Credentials {
  return {
    authorization: () =>
      Promise.reject(
        new TargetError({
          errorCode: 'CredentialValidationUnavailable',
          reason: standInTexts.wire.deletedSecret(label),
          status: null,
          scope: 'endpoint',
          retryAfterMs: null,
        }),
      ),
    renew: () => false,
    close: () => {},
  };
}
