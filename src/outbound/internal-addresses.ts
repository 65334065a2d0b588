import { embeddedIpv4, withoutZone } from '#base/internal-networks.ts';
import { isInside, type Network } from '#base/network.ts';

/** True if an address, or the IPv4 address that it represents, is in one of the networks. */
export function isAmong(networks: readonly Network[], address: string): boolean {
  const plain = withoutZone(address);
  const embedded = embeddedIpv4(plain);
  return isInside(networks, plain) || (embedded !== undefined && isInside(networks, embedded));
}
