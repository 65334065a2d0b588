/**
 * Returns the name of a cookie of this server. If the pages are served over TLS, the name has the prefix `__Host-`, so that no
 * other host of the domain can set the cookie (RFC 6265bis §4.1.3.2).
 *
 * @example cookieName('https://directory.example', 'session') // '__Host-tanhua_session'
 */
export function cookieName(publicUrl: string, what: 'session' | 'device'): string {
  return `${isSecure(publicUrl) ? '__Host-' : ''}tanhua_${what}`;
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith('https:');
}

/** Returns the value of a cookie in a Cookie header (RFC 6265 §5.4); undefined if the header has no cookie of that name. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1];
}

/**
 * Returns a Set-Cookie header for a cookie that is sent to all pages of the server and that scripts cannot read. `maxAgeSeconds`
 * is rounded down; 0 removes the cookie.
 */
export function cookieHeader(
  publicUrl: string,
  what: 'session' | 'device',
  { value, maxAgeSeconds }: { readonly value: string; readonly maxAgeSeconds: number },
): string {
  const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${Math.floor(maxAgeSeconds)}`;
  return `${cookieName(publicUrl, what)}=${value}; ${attributes}${isSecure(publicUrl) ? '; Secure' : ''}`;
}
