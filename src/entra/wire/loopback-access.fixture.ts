import { parseNetwork } from '#base/network.ts';
import { createGateway } from '#outbound/gateway.ts';
import type { TargetAccess } from './connection-options.ts';

/** Returns access that allows requests to servers on the loopback interface, and all credentials. */
export function loopbackAccess(): TargetAccess {
  const allowed = ['127.0.0.0/8', '::1'].flatMap((text) => parseNetwork(text) ?? []);
  return { gateway: createGateway({ allowed }), isLimitedKey: () => Promise.resolve(false) };
}
