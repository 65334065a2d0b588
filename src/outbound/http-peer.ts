import { withoutBrackets } from '#base/network.ts';

/** A server that requests are sent to. */
export interface HttpPeer {
  readonly isSecure: boolean;
  /** A name or an address; an IPv6 address without brackets, as node:http expects it. */
  readonly hostname: string;
  readonly port: number;
  /** The value of the Host header, which leaves out the default port of the scheme. */
  readonly host: string;
}

/** Returns the server that an http or https URL refers to. */
export function peerOf(url: URL): HttpPeer {
  const isSecure = url.protocol === 'https:';
  return {
    isSecure,
    hostname: withoutBrackets(url.hostname),
    port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    host: url.host,
  };
}
