import type { FastifyRequest } from 'fastify';
import { AppError, quote } from '#base/errors.ts';
import { credentialOf, type Credential } from './request-origin.ts';

/** The cookie of a session. By its prefix (RFC 6265bis §4.1.3.2) no other host of the domain can set it, where there is TLS. */
export function sessionCookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-tanhua_session' : 'tanhua_session';
}

interface BrowserCredential extends Credential {
  /** True for a credential that a browser attaches automatically, so that CSRF checks apply. */
  readonly isCookie: boolean;
}

/** The credential of a request: a header; without one, the cookie of a browser. */
export function credentialOfBrowser(request: FastifyRequest, publicUrl: string): BrowserCredential {
  const sent = credentialOf(request);
  if (sent.key !== undefined) return { ...sent, isCookie: false };
  const key = cookieOf(request, sessionCookieName(publicUrl));
  return { key, authMethod: key === undefined ? 'none' : 'session', isCookie: key !== undefined };
}

function cookieOf(request: FastifyRequest, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1];
}

/**
 * A browser attaches the cookie to requests that other sites trigger, and accepts the cookie of a sign-in's answer: a request
 * that changes something must come from our pages. Throws crossOrigin (403).
 */
export function requireSameOrigin(request: FastifyRequest, publicUrl: string): void {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isSame =
    origin === undefined
      ? site === undefined || site === 'same-origin' || site === 'none'
      : origin === new URL(publicUrl).origin || origin === `${request.protocol}://${request.host}`;
  if (isSame) return;
  throw new AppError(
    'crossOrigin',
    `The request comes from ${quote(origin ?? site)}, and the session is of ${publicUrl}.`,
  );
}
