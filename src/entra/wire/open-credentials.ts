import type { Credentials } from './credentials.ts';
import type { TargetClientOptions, WireOptions } from './connection-options.ts';
import type { SecretMask } from './secret-mask.ts';
import { TargetError } from './target-client.ts';
import { openTokenSource } from './token-source.ts';

/** The secret that each kind of authentication needs, and what callers know it as. */
const secretOf = {
  AuthenticationToken: { name: 'secretToken', label: 'Secret Token' },
  OAuth2ClientCredentialsGrant: { name: 'oauth2ClientSecret', label: 'client secret' },
} as const;

/** Throws usage when a setting is missing. */
export function openCredentials(options: TargetClientOptions, habits: WireOptions, mask: SecretMask): Credentials {
  const { name, label } = secretOf[options.settings.authentication];
  if (options.secretsNeeded?.includes(name) === true) return deletedCredentials(label);
  if (options.settings.authentication === 'OAuth2ClientCredentialsGrant') return openTokenSource(options, mask);
  const secret = options.secrets.secretToken ?? '';
  mask.add(secret);
  return {
    authorization: async () => {
      if (secret !== '') return `Bearer ${secret}`;
      const own = await habits.ownToken?.();
      if (own === undefined) return undefined;
      mask.addPassing(own);
      return `Bearer ${own}`;
    },
    renew: () => false,
    close: () => {},
  };
}

/** Sends nothing: a request without its secret would only be refused, and not say why. */
function deletedCredentials(label: string): Credentials {
  return {
    authorization: () =>
      Promise.reject(
        new TargetError({
          errorCode: 'CredentialValidationUnavailable',
          reason: `The ${label} was deleted when the Tenant URL or the token endpoint changed, since it was entered for another one: nothing was sent. Enter the ${label} again.`,
          status: null,
          scope: 'endpoint',
          retryAfterMs: null,
        }),
      ),
    renew: () => false,
    close: () => {},
  };
}
