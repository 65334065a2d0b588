import { lookup, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { callbackify, promisify } from 'node:util';
import { parseNetwork, type Network } from '#base/network.ts';
import { openConnection, type ConnectionLimits, type HttpConnection } from './http-exchange.ts';
import type { HttpPeer } from './http-peer.ts';
import { internalKind, isAmong } from './internal-addresses.ts';
import { NoAnswer } from './no-answer.ts';

/** All addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const resolveBySystem: Resolve = async (hostname) => await promisify(lookup)(hostname, { all: true });

const addressesOfMachine = () =>
  Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address));

/**
 * The one way out: every request to a URL that a caller can set goes through it. A name is resolved once, all of its addresses
 * are checked, and the connection goes to these addresses, so that a second answer of the name server (DNS rebinding) changes
 * nothing. Host and the TLS server name stay those of the URL. Redirects are answers: no request follows them.
 *
 *     const gateway = createGateway({ allowed: [] });
 *     const connection = gateway.open(peerOf(new URL(url)), { sockets: 1, timeoutMs: 5_000 });
 *     const answer = await connection.send({ method: 'GET', target: '/', headers: { Host: 'host.example' }, body: undefined });
 */
export interface Gateway {
  /** `send` throws NoAnswer `forbidden` for an internal address that is not allowed, and connects to nothing. */
  readonly open: (peer: HttpPeer, limits: ConnectionLimits) => HttpConnection;
}

export interface GatewayOptions {
  /** Internal networks that requests may reach (TANHUA_TARGETS_ALLOWED). */
  readonly allowed: readonly Network[];
  readonly resolve?: Resolve;
  /** The addresses of this machine. */
  readonly ownAddresses?: () => readonly string[];
}

export function createGateway({
  allowed,
  resolve = resolveBySystem,
  ownAddresses = addressesOfMachine,
}: GatewayOptions): Gateway {
  // A public address of this machine leads to services that a firewall keeps from others.
  const isOwn = (address: string) =>
    isAmong(
      ownAddresses().flatMap((own) => parseNetwork(own) ?? []),
      address,
    );
  const requireAllowed = (hostname: string, address: string) => {
    const kind = internalKind(address) ?? (isOwn(address) ? 'of this machine' : undefined);
    if (kind === undefined || isAmong(allowed, address)) return;
    const subject = hostname === address ? address : `${hostname} has the address ${address}, which`;
    throw new NoAnswer(
      'forbidden',
      `${subject} is internal (${kind}): no request was sent. An operator of this server can allow it by TANHUA_TARGETS_ALLOWED, such as TANHUA_TARGETS_ALLOWED=${address}.`,
    );
  };
  const allowedAddresses = async (hostname: string): Promise<readonly LookupAddress[]> => {
    const addresses = await resolve(hostname);
    if (addresses.length === 0) throw new NoAnswer('refused', `${hostname} has no address.`);
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
        // Node.js looks up no address.
        requireReachable: () => {
          if (isIP(peer.hostname) !== 0) requireAllowed(peer.hostname, peer.hostname);
        },
      }),
  };
}
