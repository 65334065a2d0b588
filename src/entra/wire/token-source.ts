import { quote } from '#base/errors.ts';
import { isObject } from '#base/json.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
import type { TargetClientOptions } from './connection-options.ts';
import type { Credentials } from './credentials.ts';
import { exchangeOf } from './exchange-record.ts';
import type { HttpAnswer, HttpRequest } from '#outbound/http-exchange.ts';
import { peerOf, type HttpPeer } from '#outbound/http-peer.ts';
import { isClosed, reasonOf } from '#outbound/no-answer.ts';
import { permitCredential } from './permit-credential.ts';
import type { SecretMask } from './secret-mask.ts';
import { TargetError, type Recorder } from './target-client.ts';
import { TENANT_URL_LENGTH_MAX } from './tenant-url.ts';
import { tokenFailure } from './token-failure.ts';

/** A token is renewed this long before it expires, so that it does not expire while a request is being sent. */
const EARLY_MS = 60_000;
/** The assumed lifetime of a token if the response has no `expires_in`, which RFC 6749 §5.1 only recommends. */
const LIFETIME_MS = 60 * 60 * 1_000;

interface Token {
  readonly authorization: string;
  readonly validUntilMs: number;
}

/**
 * Opens credentials that get a token with the OAuth 2 client credentials grant (RFC 6749 §4.4), in a form like Entra ID's (§1.1). All
 * requests use the same token until it expires. Throws `usage` for an invalid token endpoint.
 */
export function openTokenSource(options: TargetClientOptions, mask: SecretMask): Credentials {
  const { settings, secrets, clock, gateway } = options;
  const endpoint = parseEndpoint(secrets.oauth2TokenExchangeUri);
  const clientId = secrets.oauth2ClientId ?? '';
  const clientSecret = secrets.oauth2ClientSecret ?? '';
  const request = tokenRequest(endpoint, { clientId, clientSecret, location: settings.credentialLocationInRequest });
  mask.add(clientSecret);
  mask.add(request.headers['Authorization']?.replace('Basic ', ''));
  const permit = permitCredential(options);
  const connection = gateway.open(endpoint, { sockets: 1, timeoutMs: settings.requestTimeoutMs });
  let current: Promise<Token> | undefined;
  let currentAuthorization: string | undefined;

  const fetchToken = async (record: Recorder): Promise<Token> => {
    await permit(clientSecret);
    const at = clock.now();
    const began = performance.now();
    const outcome = { request, at };
    try {
      const answer = await connection.send(request);
      const token = readToken(answer, at, mask);
      record(exchangeOf({ ...outcome, answer, error: null, durationMs: performance.now() - began }, mask));
      if (token === undefined) {
        const masked = { ...answer, text: mask.text(answer.text) };
        throw new TargetError(tokenFailure(masked, settings.credentialLocationInRequest));
      }
      currentAuthorization = token.authorization;
      return token;
    } catch (error) {
      if (error instanceof TargetError) throw error;
      const reason = reasonOf(error);
      record(
        exchangeOf(
          { ...outcome, answer: undefined, error: reason.message, durationMs: performance.now() - began },
          mask,
        ),
      );
      if (isClosed(reason)) throw reason;
      throw new TargetError(tokenFailure(reason, settings.credentialLocationInRequest));
    }
  };
  const authorization = async (record: Recorder): Promise<string> => {
    // Concurrent requests share one token request.
    const pending = (current ??= fetchToken(record));
    try {
      const token = await pending;
      if (token.validUntilMs > clock.now().getTime()) return token.authorization;
    } catch (error) {
      if (current === pending) current = undefined;
      throw error;
    }
    if (current === pending) current = fetchToken(record);
    return (await current).authorization;
  };
  return {
    authorization,
    renew: (refused) => {
      // Another request may already have replaced the refused token.
      if (currentAuthorization === refused) currentAuthorization = current = undefined;
      return true;
    },
    close: connection.close,
  };
}

interface Endpoint extends HttpPeer {
  readonly target: string;
}

function parseEndpoint(text = ''): Endpoint {
  const url = text.length > TENANT_URL_LENGTH_MAX ? null : URL.parse(text.trim());
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new StandInError('usage', ({ settings }) => settings.tokenEndpoint(quote(text)), {
      attribute: 'oauth2TokenExchangeUri',
      value: text,
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new StandInError('usage', ({ settings }) => settings.tokenEndpointCredentials, {
      attribute: 'oauth2TokenExchangeUri',
    });
  }
  return { ...peerOf(url), target: `${url.pathname}${url.search}` };
}

interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly location: 'Header' | 'Body';
}

function tokenRequest(
  { host, target }: Endpoint,
  { clientId, clientSecret, location }: ClientCredentials,
): HttpRequest {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (location === 'Body') {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  }
  const body = form.toString();
  return {
    method: 'POST',
    target,
    headers: {
      Host: host,
      ...(location === 'Header' && { Authorization: `Basic ${basic(clientId, clientSecret)}` }),
      Accept: 'application/json',
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': String(Buffer.byteLength(body)),
      Connection: 'keep-alive',
    },
    body,
  };
}

/** Returns the encoded credentials for Basic authentication. The client id and secret are form-encoded first (RFC 6749 §2.3.1). */
function basic(clientId: string, clientSecret: string): string {
  const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
  return Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64');
}

function readToken({ status, text }: HttpAnswer, at: Date, mask: SecretMask): Token | undefined {
  const body = parse(text);
  if (status !== 200 || !isObject(body)) return undefined;
  const { access_token: token, token_type: type, expires_in: seconds } = body;
  if (typeof token !== 'string' || token === '') return undefined;
  if (type !== undefined && (typeof type !== 'string' || type.toLowerCase() !== 'bearer')) return undefined;
  mask.addShortLived(token);
  const lifetimeMs = Number(seconds) > 0 ? Number(seconds) * 1_000 : LIFETIME_MS;
  // A token with a lifetime of less than two minutes is used for half of it.
  const validMs = Math.max(lifetimeMs - EARLY_MS, lifetimeMs / 2);
  return { authorization: `Bearer ${token}`, validUntilMs: at.getTime() + validMs };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
