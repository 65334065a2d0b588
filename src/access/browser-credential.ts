import type { FastifyRequest } from 'fastify';
import { cookieName, readCookie } from '#base/cookies.ts';
import { isLoopbackHost, unmapped, withoutBrackets } from '#base/network.ts';
import { refusal } from '#base/reasons/refusal.ts';
import { credentialOf, type Credential } from './request-origin.ts';

interface BrowserCredential extends Credential {
  /** True for a credential that a browser attaches automatically, so that CSRF checks apply. */
  readonly isCookie: boolean;
}

/** The credential of a request: a header; without one, the cookie of a browser. */
export function credentialOfBrowser(request: FastifyRequest, publicUrl: string): BrowserCredential {
  const sent = credentialOf(request);
  if (sent.key !== undefined) return { ...sent, isCookie: false };
  const key = readCookie(request.headers.cookie, cookieName(publicUrl, 'session'));
  return { key, authMethod: key === undefined ? 'none' : 'session', isCookie: key !== undefined };
}

/** Where the pages of the server are. */
export interface PageUrl {
  readonly url: string;
  /** Whether TANHUA_PUBLIC_URL names it; otherwise it is made of the host and port that the server listens on. */
  readonly isConfigured: boolean;
}

/** What says where a request comes from. */
export type OriginRequest = Pick<FastifyRequest, 'headers' | 'protocol' | 'host'> & {
  readonly socket: { readonly localAddress?: string | undefined };
};

/**
 * A browser attaches the cookie to requests that other sites trigger, and accepts the cookie of a sign-in's answer: a request
 * that changes something must come from our pages. Throws crossOrigin (403).
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
 * Whether a page came from the Host of the request, and that Host is a loopback address or the address that the connection
 * goes to. Any other name may be one that its owner makes point to this server (DNS rebinding).
 */
function isDirect(origin: string, { protocol, host, socket }: OriginRequest): boolean {
  const hostname = URL.parse(origin)?.hostname ?? '';
  const local = unmapped(socket.localAddress ?? '');
  return origin === `${protocol}://${host}` && (isLoopbackHost(hostname) || withoutBrackets(hostname) === local);
}
