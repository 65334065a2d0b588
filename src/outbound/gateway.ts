import { lookup, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { callbackify, promisify } from 'node:util';
import { parseNetwork, type Network } from '#base/network.ts';
import { openConnection, type ConnectionLimits, type HttpConnection } from './http-exchange.ts';
import type { HttpPeer } from './http-peer.ts';
import { internalKind } from '#base/internal-networks.ts';
import { isAmong } from './internal-addresses.ts';
import { NoAnswer } from './no-answer.ts';
import { noAnswerTexts } from './no-answer-texts.ts';

/** Resolves a name to all of its addresses. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const resolveBySystem: Resolve = async (hostname) => await promisify(lookup)(hostname, { all: true });

const addressesOfMachine = () =>
  Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address));

/**
 * Sends all requests to URLs that a caller can set. Refuses internal addresses, to prevent server-side request forgery (SSRF). A name
 * is resolved once, all of its addresses are checked, and the connection goes to these addresses, so that a second lookup with another
 * result (DNS rebinding) has no effect. The Host header and the TLS server name are those of the URL. Redirects are returned and not
 * followed.
 *
 * @example
 * const gateway = createGateway({ allowed: [] });
 * const connection = gateway.open(peerOf(new URL(url)), { sockets: 1, timeoutMs: 5_000 });
 * const answer = await connection.send({ method: 'GET', target: '/', headers: { Host: 'host.example' }, body: undefined });
 */
export interface Gateway {
  /**
   * Opens connections to a server. If the server has an internal address that is not allowed, `send` throws NoAnswer `forbidden`
   * and does not connect.
   */
  readonly open: (peer: HttpPeer, limits: ConnectionLimits) => HttpConnection;
}

export interface GatewayOptions {
  /** Internal networks that requests may reach (TANHUA_TARGETS_ALLOWED). */
  readonly allowed: readonly Network[];
  readonly resolve?: Resolve;
  /** Returns the addresses of this machine. */
  readonly ownAddresses?: () => readonly string[];
}

export function createGateway({
  allowed,
  resolve = resolveBySystem,
  ownAddresses = addressesOfMachine,
}: GatewayOptions): Gateway {
  // Through a public address of this machine, a request could reach services that a firewall hides from other machines.
  const isOwn = (address: string) =>
    isAmong(
      ownAddresses().flatMap((own) => parseNetwork(own) ?? []),
      address,
    );
  const requireAllowed = (hostname: string, address: string) => {
    const kind = internalKind(address) ?? (isOwn(address) ? 'of this machine' : undefined);
    if (kind === undefined || isAmong(allowed, address)) return;
    const subject = hostname === address ? address : noAnswerTexts.named(hostname, address);
    throw new NoAnswer('forbidden', noAnswerTexts.internal(subject, kind, address));
  };
  const allowedAddresses = async (hostname: string): Promise<readonly LookupAddress[]> => {
    const addresses = await resolve(hostname);
    if (addresses.length === 0) throw new NoAnswer('refused', noAnswerTexts.noAddress(hostname));
    for (const { address } of addresses) requireAllowed(hostname, address);
    return addresses;
  };
  const lookupAllowed = callbackify(allowedAddresses);
  return {
    open: (peer, limits) =>
      openConnection(peer, limits, {
        lookup: (hostname, { all }, callback) => {
          lookupAllowed(hostname, (error, addresses) => {
            if (error !== null) callback(error, '');
            else if (all === true) callback(null, [...addresses]);
            else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
          });
        },
        // Node.js does not call `lookup` if the host is an IP address, so the address is checked here.
        requireReachable: () => {
          if (isIP(peer.hostname) !== 0) requireAllowed(peer.hostname, peer.hostname);
        },
      }),
  };
}
