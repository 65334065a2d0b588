import { internalKind } from './internal-networks.ts';

/** How far a URL of this server reaches: only this machine or network, every network without TLS, or every network with TLS. */
export type UrlReach = 'private' | 'http' | 'public';

/** The ends of names that no public name server knows (RFC 6761, RFC 6762, RFC 8375, and ends that routers use). */
const privateEnds = /\.(?:local|internal|lan|home|home\.arpa|test|localhost)$/;

/**
 * Returns how far a URL reaches, as its host and its scheme show. A cloud service such as Entra ID can send requests to a public URL only.
 *
 * @example
 * urlReach('http://127.0.0.1:8080'); // 'private'
 * urlReach('http://directory.contoso.com'); // 'http'
 */
export function urlReach(url: string): UrlReach {
  const { protocol, hostname } = new URL(url);
  if (isPrivateHost(hostname)) return 'private';
  return protocol === 'https:' ? 'public' : 'http';
}

/** The URL parser converts every form of an IPv4 address to the one with four decimal numbers, so that any other host is a name. */
function isPrivateHost(host: string): boolean {
  const kind = internalKind(host.replaceAll(/^\[|\]$/g, ''));
  if (kind !== 'unreadable') return kind !== undefined;
  const name = host.replace(/\.$/, '');
  return !name.includes('.') || privateEnds.test(name);
}
