import { buffer as readAll } from 'node:stream/consumers';
import { decodeUtf8 } from '#base/decode-text.ts';
import type { Command } from 'commander';
import { AppError } from '#base/errors.ts';
import type { ApplicationSecrets } from '#entra/application/application.ts';
import type { TenantOptions } from './chosen-application.ts';

/** How a command is told what an application signs in to its target with. */
export interface CredentialOptions extends TenantOptions {
  readonly token?: string;
  readonly oauthClientId?: string;
  readonly oauthClientSecret?: string;
  readonly oauthTokenUrl?: string;
}

export function withCredentials(command: Command): Command {
  return command
    .option('--token <token>', 'the Secret Token; "-" reads it from the standard input')
    .option('--oauth-client-id <id>', 'the client identifier, for OAuth 2 client credentials')
    .option('--oauth-client-secret <secret>', 'the client secret; "-" reads it from the standard input')
    .option('--oauth-token-url <url>', 'the token endpoint');
}

/** What the options say to sign in with; undefined when they say nothing. Throws usage. */
export async function readCredentials({ token, oauthClientId, oauthClientSecret, oauthTokenUrl }: CredentialOptions) {
  const oauth = [oauthClientId, oauthClientSecret, oauthTokenUrl];
  const isOauth = oauth.some((one) => one !== undefined);
  if (isOauth && (token !== undefined || oauth.includes(undefined))) {
    const message = 'Give --token, or --oauth-client-id, --oauth-client-secret and --oauth-token-url together.';
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
