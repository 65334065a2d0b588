import type { FastifyRequest } from 'fastify';
import { cookieName, readCookie } from '#base/cookies.ts';
import { isLoopbackHost, unmapped, withoutBrackets } from '#base/network.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { credentialOf, type Credential } from './request-origin.ts';

interface BrowserCredential extends Credential {
  /** True for a credential that a browser attaches automatically, so that CSRF checks apply. */
  readonly isCookie: boolean;
}

/** Returns the credential from the headers of a request or, if they have none, from the browser's session cookie. */
export function credentialOfBrowser(request: FastifyRequest, publicUrl: string): BrowserCredential {
  const sent = credentialOf(request);
  if (sent.key !== undefined) return { ...sent, isCookie: false };
  const key = readCookie(request.headers.cookie, cookieName(publicUrl, 'session'));
  return { key, authMethod: key === undefined ? 'none' : 'session', isCookie: key !== undefined };
}

/** The URL under which browsers reach the pages of this server. */
export interface PageUrl {
  readonly url: string;
  /** True if TANHUA_PUBLIC_URL sets it; otherwise it is built from the host and port that the server listens on. */
  readonly isConfigured: boolean;
}

/** The parts of a request that show which page sent it. */
export type OriginRequest = Pick<FastifyRequest, 'headers' | 'protocol' | 'host'> & {
  readonly socket: { readonly localAddress?: string | undefined };
};

/**
 * Throws `crossOrigin` (403) unless a request comes from a page of this server, or from a client that is not a browser. Required
 * for sign-in and for every request that changes data and is authenticated by a cookie: a browser attaches the cookie even to
 * requests that other sites trigger, and stores the cookie that a sign-in response sets.
 */
export function requireSameOrigin(request: OriginRequest, page: PageUrl): void {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isSame =
    origin === undefined
      ? site === undefined || site === 'same-origin' || site === 'none'
      : origin === new URL(page.url).origin || (!page.isConfigured && isDirect(origin, request));
  if (isSame) return;
  const { url, isConfigured } = page;
  throw refusal('pageOfAnotherSite', { site: String(origin ?? site), url, isConfigured });
}

/**
 * True if the page was loaded from the Host of the request, and that Host is a loopback address or the local address of the
 * connection. An attacker could have pointed any other name at this server (DNS rebinding).
 */
function isDirect(origin: string, { protocol, host, socket }: OriginRequest): boolean {
  const hostname = URL.parse(origin)?.hostname ?? '';
  const local = unmapped(socket.localAddress ?? '');
  return origin === `${protocol}://${host}` && (isLoopbackHost(hostname) || withoutBrackets(hostname) === local);
}
