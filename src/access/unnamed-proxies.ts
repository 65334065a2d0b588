import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '#base/clock.ts';
import type { Language } from '#base/words/language.ts';
import type { Log } from '#base/log.ts';
import { isInside, namedNetworks, parseNetwork } from '#base/network.ts';
import type { Database } from '#database/database.ts';
import { noteUnnamedProxy } from './unnamed-proxy-store.ts';

/** The minimum time between two reports of the same address. Without it, each request would cost a write. */
export const PROXY_NOTE_INTERVAL_MS = 3_600_000;
/**
 * The maximum number of addresses that are stored, and that one process remembers. The number is limited, because any client can send
 * the header.
 */
export const UNNAMED_PROXIES_MAX = 100;

export interface ProxyDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Reports requests with X-Forwarded-For or Forwarded from an address that TANHUA_TRUSTED_PROXIES does not name: all clients
 * behind such a proxy share its address and its rate limits. Reports each address at most once an hour, in the log and to
 * `tanhua doctor`.
 */
export class UnnamedProxies {
  readonly #deps: ProxyDeps;
  readonly #trustedProxies: readonly string[];
  /** Addresses already found to be trusted, so that further requests from them need no computation. */
  readonly #trusted = new Set<string>();
  /** When each address was last noted, in milliseconds since 1970, oldest first. */
  readonly #noted = new Map<string, number>();

  constructor(deps: ProxyDeps, trustedProxies: readonly string[]) {
    this.#deps = deps;
    this.#trustedProxies = trustedProxies;
  }

  /** Checks the headers of a request from an address. Does nothing if neither header was sent. */
  async note(address: string | undefined, headers: IncomingHttpHeaders): Promise<void> {
    const header = proxyHeader(headers);
    if (header === undefined || address === undefined) return;
    const now = this.#deps.clock.now();
    const last = this.#noted.get(address);
    if (last !== undefined && now.getTime() - last < PROXY_NOTE_INTERVAL_MS) return;
    if (header === 'x-forwarded-for' && this.#trusts(address)) return;
    this.#remember(address, now);
    const { database, log } = this.#deps;
    log.warn({ address, header }, proxyAdvice(address, header));
    try {
      await noteUnnamedProxy(database, { address, header }, { now, rowsMax: UNNAMED_PROXIES_MAX });
    } catch (error) {
      log.warn({ err: error, address }, 'the address of a proxy could not be noted');
    }
  }

  #trusts(address: string): boolean {
    if (this.#trusted.has(address)) return true;
    if (!isTrustedProxy(this.#trustedProxies, address)) return false;
    if (this.#trusted.size >= UNNAMED_PROXIES_MAX) this.#trusted.clear();
    this.#trusted.add(address);
    return true;
  }

  #remember(address: string, now: Date): void {
    this.#noted.delete(address);
    const [oldest] = this.#noted.keys();
    if (oldest !== undefined && this.#noted.size >= UNNAMED_PROXIES_MAX) this.#noted.delete(oldest);
    this.#noted.set(address, now.getTime());
  }
}

/**
 * True if TANHUA_TRUSTED_PROXIES contains an address, its network, or the name of its network, such as `loopback`.
 *
 * @example
 * isTrustedProxy(['10.0.0.0/8', 'loopback'], '10.1.2.3'); // true
 */
export function isTrustedProxy(trustedProxies: readonly string[], address: string): boolean {
  const networks = trustedProxies
    .flatMap((one) => namedNetworks[one] ?? [one])
    .flatMap((one) => parseNetwork(one) ?? []);
  return isInside(networks, address);
}

/** Returns which of the two headers a request has. X-Forwarded-For is read from trusted proxies; Forwarded is never read. */
function proxyHeader(headers: IncomingHttpHeaders): 'x-forwarded-for' | 'forwarded' | undefined {
  if (headers['x-forwarded-for'] !== undefined) return 'x-forwarded-for';
  return headers['forwarded'] === undefined ? undefined : 'forwarded';
}

/** Says what is wrong and what to do, for the log and for `tanhua doctor`. */
export function proxyAdvice(address: string, header: string, language: Language = 'en'): string {
  if (language === 'zh') {
    return header === 'x-forwarded-for'
      ? `来自 ${address} 的请求带有 X-Forwarded-For，但 TANHUA_TRUSTED_PROXIES 没有指定该地址：标头被忽略，该地址后面的所有客户端共用其限额。如果它是你的代理，请将 ${address} 添加到 TANHUA_TRUSTED_PROXIES；如果不是，则是客户端自己发送了标头。`
      : `来自 ${address} 的请求带有 Forwarded：该标头被忽略，该地址后面的所有客户端共用其限额。如果它是你的代理，请让它发送 X-Forwarded-For，并在 TANHUA_TRUSTED_PROXIES 中指定它。`;
  }
  return header === 'x-forwarded-for'
    ? `Requests with X-Forwarded-For come from ${address}, which TANHUA_TRUSTED_PROXIES does not name: the header is ignored, and all clients behind that address share its limits. If it is your proxy, add ${address} to TANHUA_TRUSTED_PROXIES; if not, a client sends the header itself.`
    : `Requests with Forwarded come from ${address}: that header is ignored, and all clients behind that address share its limits. If it is your proxy, let it send X-Forwarded-For and name it in TANHUA_TRUSTED_PROXIES.`;
}
