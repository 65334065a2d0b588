import type { Config } from '#base/config.ts';
import { AppError, quote } from '#base/errors.ts';
import { isLoopbackHost, loopbackNetworks, type Network } from '#base/network.ts';

/** Whether the stand-in for Entra ID is on. `local`: on, but only for requests from this machine (TANHUA_ENTRA=auto). */
export type EntraMode = 'on' | 'local' | 'off';

type Reachability = Pick<Config, 'entra' | 'host' | 'publicUrl' | 'trustedProxies'>;

/**
 * Returns whether the stand-in is on. With TANHUA_ENTRA=auto it is `local` if only this machine can reach the server, and otherwise
 * `off`.
 *
 * @example
 * entraMode(readConfig({ TANHUA_HOST: '127.0.0.1' })); // 'local'
 * entraMode(readConfig({ TANHUA_HOST: '0.0.0.0' })); // 'off'
 */
export function entraMode(config: Reachability): EntraMode {
  if (config.entra !== 'auto') return config.entra;
  return reasonReachable(config) === undefined ? 'local' : 'off';
}

/** Returns why other machines may be able to reach the server, or undefined if only this one can. */
function reasonReachable({ host, publicUrl, trustedProxies }: Reachability): string | undefined {
  if (!isLoopbackHost(host)) return `TANHUA_HOST is ${host}, which is not a loopback address`;
  if (publicUrl !== undefined) return 'TANHUA_PUBLIC_URL is set';
  return trustedProxies.length > 0 ? 'TANHUA_TRUSTED_PROXIES is set' : undefined;
}

/**
 * Returns the internal networks that outgoing requests may reach: those of TANHUA_TARGETS_ALLOWED if it is set. Otherwise loopback in
 * the mode `local`, and none in the other modes.
 */
export function allowedTargets(config: Reachability & Pick<Config, 'targetsAllowed'>): readonly Network[] {
  return config.targetsAllowed ?? (entraMode(config) === 'local' ? loopbackNetworks : []);
}

const HOW_TO_ENABLE =
  'To use it, set TANHUA_ENTRA=on, and name the internal addresses that it may send requests to in TANHUA_TARGETS_ALLOWED.';

/** Returns the message for requests, commands and the log when the stand-in is off. It says why, and how to turn the stand-in on. */
export function entraOffText(config: Reachability): string {
  const why =
    config.entra === 'off'
      ? 'TANHUA_ENTRA is off'
      : `${reasonReachable(config) ?? ''}, and TANHUA_ENTRA=auto turns it on only if no other machine can reach the server`;
  return `The stand-in for Entra ID is off on this server: ${why}. ${HOW_TO_ENABLE}`;
}

/** Throws `entraOff` if the stand-in is off. For commands. */
export function requireEntra(config: Reachability): void {
  if (entraMode(config) === 'off') throw new AppError('entraOff', entraOffText(config));
}

/** Headers that proxies add, apart from X-Forwarded-*. */
const proxyHeaders: ReadonlySet<string> = new Set([
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-original-host',
  'x-original-forwarded-for',
  'true-client-ip',
  'cf-connecting-ip',
]);

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Returns the error for a request that may come from another machine, or undefined for a request from this one. For the mode
 * `local`. A request through a proxy has one of the proxy's headers. A request from a page that rebinds its name to 127.0.0.1 (DNS
 * rebinding) has that name as its Host.
 */
export function remoteRequestError(headers: Headers): AppError | undefined {
  const forwarded = Object.keys(headers).find((name) => proxyHeaders.has(name) || name.startsWith('x-forwarded-'));
  const { host } = headers;
  const hostname = typeof host === 'string' ? URL.parse(`http://${host}`)?.hostname : undefined;
  const problem =
    forwarded !== undefined
      ? `has the header ${forwarded}, so it came through a proxy`
      : hostname !== undefined && isLoopbackHost(hostname)
        ? undefined
        : `has the Host ${quote(host ?? '')}, which is not a loopback address`;
  if (problem === undefined) return undefined;
  return new AppError(
    'entraOff',
    `The stand-in for Entra ID is on for this machine only (TANHUA_ENTRA=auto), and the request ${problem}. ${HOW_TO_ENABLE}`,
  );
}
