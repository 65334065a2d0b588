import type { HttpRequest } from '#outbound/http-exchange.ts';
import { peerOf, type HttpPeer } from '#outbound/http-peer.ts';

/** How a RADIUS server asks Entra ID. */
export interface EntraSettings {
  /**
   * The authority, an http or https URL such as https://login.microsoftonline.com, https://login.microsoftonline.us
   * or https://login.partner.microsoftonline.cn.
   */
  readonly authority: string;
  /** The id of the tenant, or one of its domains. */
  readonly tenant: string;
  /** The application (client) id. */
  readonly clientId: string;
  /** null for a public client. Never logged. */
  readonly clientSecret: string | null;
  /** For how many seconds a right password is remembered, 0 to CACHE_SECONDS_MAX; 0 asks Entra ID each time. */
  readonly cacheSeconds: number;
}

/** The token endpoint of a tenant, and the name under which its limits and faults are counted. */
export interface TokenEndpoint {
  readonly peer: HttpPeer;
  readonly target: string;
  readonly name: string;
}

const shared: ReadonlySet<string> = new Set(['common', 'consumers', 'organizations']);

/**
 * True for a name that Entra ID accepts instead of a tenant, and that lets people of every tenant sign in. With it, a person of another tenant
 * could have the email address.
 */
export function isSharedTenant(name: string): boolean {
  return shared.has(name.toLowerCase());
}

/**
 * Returns the token endpoint that settings name; undefined if they are incomplete, or name an endpoint of several tenants.
 *
 * @example tokenEndpoint(settings)?.target // '/contoso.onmicrosoft.com/oauth2/v2.0/token'
 */
export function tokenEndpoint({ authority, tenant, clientId }: EntraSettings): TokenEndpoint | undefined {
  const url = URL.parse(authority);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  const name = tenant.toLowerCase();
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name) || isSharedTenant(name) || clientId === '') return undefined;
  const target = `${url.pathname.replace(/\/$/, '')}/${name}/oauth2/v2.0/token`;
  return { peer: peerOf(url), target, name: `${url.origin}${target}` };
}

/**
 * Returns the request of the resource owner password grant (RFC 6749 §4.3). Only the scope `openid` is requested: an ID token is enough,
 * and no refresh token is issued.
 */
export function passwordGrant(
  { peer, target }: TokenEndpoint,
  { clientId, clientSecret }: EntraSettings,
  person: { readonly userPrincipalName: string; readonly password: string },
): HttpRequest {
  const form = new URLSearchParams({
    grant_type: 'password',
    client_id: clientId,
    scope: 'openid',
    username: person.userPrincipalName,
    password: person.password,
  });
  // Entra ID refuses a secret of a public client.
  if (clientSecret !== null) form.set('client_secret', clientSecret);
  const body = form.toString();
  return {
    method: 'POST',
    target,
    headers: {
      Host: peer.host,
      Accept: 'application/json',
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': String(Buffer.byteLength(body)),
      Connection: 'keep-alive',
    },
    body,
  };
}
