import type { Credentials } from './credentials.ts';
import type { TargetClientOptions, WireHabits } from './connection-options.ts';
import type { SecretMask } from './secret-mask.ts';
import { openTokenSource } from './token-source.ts';

/** Throws usage when a setting is missing. */
export function openCredentials(options: TargetClientOptions, habits: WireHabits, mask: SecretMask): Credentials {
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
