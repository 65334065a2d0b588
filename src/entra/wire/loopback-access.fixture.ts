import { parseNetwork } from '#base/network.ts';
import { createGateway } from '#outbound/gateway.ts';
import type { TargetAccess } from './connection-options.ts';

/** Returns a TargetAccess that allows requests to loopback addresses, with any credential. */
export function loopbackAccess(): TargetAccess {
  const allowed = ['127.0.0.0/8', '::1'].flatMap((text) => parseNetwork(text) ?? []);
  return { gateway: createGateway({ allowed }), isLimitedKey: () => Promise.resolve(false) };
}
