import { loopbackNetworks } from '#base/network.ts';
import { createGateway } from '#outbound/gateway.ts';
import { peerOf } from '#outbound/http-peer.ts';
import { NoAnswer } from '#outbound/no-answer.ts';

/** What the policy API says about the address of a client. */
export type KnownClient = 'known' | 'unknown' | 'fault' | 'unreachable';

const TIMEOUT_MS = 3_000;

/**
 * Asks the policy API on this machine whether an address is that of a client. Does not return the client's secret.
 *
 * @param place the port and the token of the policy API
 * @example await askForClient({ port: 1811, token }, '192.0.2.10') // 'known'
 */
export async function askForClient(
  { port, token }: { readonly port: number; readonly token: string },
  address: string,
): Promise<KnownClient> {
  const peer = peerOf(new URL(`http://127.0.0.1:${port}`));
  const connection = createGateway({ allowed: loopbackNetworks }).open(peer, { sockets: 1, timeoutMs: TIMEOUT_MS });
  try {
    const { status } = await connection.send({
      method: 'GET',
      target: `/radius/v1/clients/${encodeURIComponent(address)}`,
      headers: { host: peer.host, authorization: `Bearer ${token}` },
      body: undefined,
    });
    if (status === 200) return 'known';
    return status === 404 ? 'unknown' : 'fault';
  } catch (error) {
    if (error instanceof NoAnswer) return 'unreachable';
    throw error;
  } finally {
    connection.close();
  }
}
