/**
 * The name of one of our cookies. By its prefix (RFC 6265bis §4.1.3.2) no other host of the domain can set it, if the pages come
 * by TLS.
 *
 * @example cookieName('https://directory.example', 'session') // '__Host-tanhua_session'
 */
export function cookieName(publicUrl: string, what: 'session' | 'device'): string {
  return `${isSecure(publicUrl) ? '__Host-' : ''}tanhua_${what}`;
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith('https:');
}

/** The value of a cookie in a Cookie header (RFC 6265 §5.4); undefined if it has none of that name. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1];
}

/** A Set-Cookie header for all pages of the server, which no script reads. `maxAgeSeconds` is rounded down; 0 removes the cookie. */
export function cookieHeader(
  publicUrl: string,
  what: 'session' | 'device',
  { value, maxAgeSeconds }: { readonly value: string; readonly maxAgeSeconds: number },
): string {
  const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${Math.floor(maxAgeSeconds)}`;
  return `${cookieName(publicUrl, what)}=${value}; ${attributes}${isSecure(publicUrl) ? '; Secure' : ''}`;
}
