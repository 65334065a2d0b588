/** How far a URL of this server reaches: only this machine or network, every network without TLS, or every network with TLS. */
export type UrlReach = 'private' | 'http' | 'public';

/**
 * Returns how far a URL reaches, as its host and its scheme show. A cloud service such as Entra ID can send requests to a public URL only.
 *
 * @example
 * urlReach('http://127.0.0.1:8080'); // 'private'
 * urlReach('http://directory.contoso.com'); // 'http'
 */
export function urlReach(url: string): UrlReach {
  const { protocol, hostname } = new URL(url);
  const isPrivate =
    /^(?:localhost|0\.|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|\[::1?\]|\[f[cde])/.test(
      hostname,
    ) ||
    !/[.:]/.test(hostname) ||
    /\.(?:local|internal|lan|home|test|localhost)$/.test(hostname);
  if (isPrivate) return 'private';
  return protocol === 'https:' ? 'public' : 'http';
}
