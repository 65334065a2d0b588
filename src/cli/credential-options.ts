import { buffer as readAll } from 'node:stream/consumers';
import { decodeUtf8 } from '#base/decode-text.ts';
import type { Command } from 'commander';
import { AppError } from '#base/errors.ts';
import type { ApplicationSecrets } from '#entra/application/application.ts';
import type { TenantOptions } from './chosen-application.ts';

/** Options for the credentials that an application uses at its target. */
export interface CredentialOptions extends TenantOptions {
  readonly token?: string;
  readonly oauthClientId?: string;
  readonly oauthClientSecret?: string;
  readonly oauthTokenUrl?: string;
}

export function withCredentials(command: Command): Command {
  return command
    .option('--token <token>', 'the Secret Token of the target; "-" reads it from standard input')
    .option('--oauth-client-id <id>', 'the client identifier, for OAuth 2 client credentials')
    .option('--oauth-client-secret <secret>', 'the client secret for OAuth 2; "-" reads it from standard input')
    .option('--oauth-token-url <url>', 'the URL of the OAuth 2 token endpoint');
}

/**
 * Reads the credentials from the options, and from standard input for "-". Resolves with undefined if no option is given. Throws
 * `usage` if the options are incomplete or contradict each other.
 */
export async function readCredentials({ token, oauthClientId, oauthClientSecret, oauthTokenUrl }: CredentialOptions) {
  const oauth = [oauthClientId, oauthClientSecret, oauthTokenUrl];
  const isOauth = oauth.some((one) => one !== undefined);
  if (isOauth && (token !== undefined || oauth.includes(undefined))) {
    const message = 'Give either --token, or --oauth-client-id, --oauth-client-secret and --oauth-token-url together.';
    throw new AppError('usage', message);
  }
  if (!isOauth && token === undefined) return undefined;
  const secrets: ApplicationSecrets = isOauth
    ? {
        oauth2ClientId: oauthClientId ?? '',
        oauth2ClientSecret: await fromInput(oauthClientSecret),
        oauth2TokenExchangeUri: oauthTokenUrl ?? '',
      }
    : { secretToken: await fromInput(token) };
  return { secrets, authentication: isOauth ? 'OAuth2ClientCredentialsGrant' : 'AuthenticationToken' } as const;
}

async function fromInput(given: string | undefined): Promise<string> {
  if (given !== '-') return given ?? '';
  return decodeUtf8(await readAll(process.stdin), 'The secret', 'usage').trim();
}
