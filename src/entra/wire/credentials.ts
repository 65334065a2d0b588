import type { TargetClientOptions, WireHabits } from './connection-options.ts';
import type { SecretMask } from './secret-mask.ts';
import type { Recorder } from './target-client.ts';
import { openTokenSource } from './token-source.ts';

/** The value of the header Authorization. */
export interface Credentials {
  /** undefined when there is none to send. */
  readonly authorization: (record: Recorder) => Promise<string | undefined>;
  /** The target did not accept it: whether there can be another one, which is then asked for next time. */
  readonly renew: () => boolean;
  readonly close: () => void;
}

/** Throws usage when a setting is missing. */
export function openCredentials(options: TargetClientOptions, habits: WireHabits, mask: SecretMask): Credentials {
  if (options.settings.authentication === 'OAuth2ClientCredentialsGrant') return openTokenSource(options, mask);
  const secret = options.secrets.secretToken ?? '';
  mask.add(secret);
  return {
    authorization: async () => {
      if (secret !== '') return `Bearer ${secret}`;
      const own = await habits.ownToken?.();
      mask.add(own);
      return own === undefined ? undefined : `Bearer ${own}`;
    },
    renew: () => false,
    close: () => {},
  };
}
