import type { Config } from '#base/config.ts';
import { AppError, quote } from '#base/errors.ts';
import { standInChinese } from './texts/stand-in-chinese.ts';
import { standInTexts } from './texts/stand-in-texts.ts';
import { isLoopbackHost, loopbackNetworks, type Network } from '#base/network.ts';

const { off } = standInTexts;

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
  if (!isLoopbackHost(host)) return off.host(host);
  if (publicUrl !== undefined) return off.publicUrl;
  return trustedProxies.length > 0 ? off.proxies : undefined;
}

/**
 * Returns the internal networks that outgoing requests may reach: those of TANHUA_TARGETS_ALLOWED if it is set. Otherwise loopback in
 * the mode `local`, and none in the other modes.
 */
export function allowedTargets(config: Reachability & Pick<Config, 'targetsAllowed'>): readonly Network[] {
  return config.targetsAllowed ?? (entraMode(config) === 'local' ? loopbackNetworks : []);
}

/** Returns the message for requests, commands and the log when the stand-in is off. It says why, and how to turn the stand-in on. */
export function entraOffText(config: Reachability): string {
  return off.message(config.entra === 'off' ? off.setting : off.reachable(reasonReachable(config) ?? ''));
}

/** Returns the error with such a message. */
export function entraOffError(message: string): AppError {
  return new AppError('entraOff', message, { chinese: standInChinese(message) });
}

/** Throws `entraOff` if the stand-in is off. For commands. */
export function requireEntra(config: Reachability): void {
  if (entraMode(config) === 'off') throw entraOffError(entraOffText(config));
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
      ? off.proxied(forwarded)
      : hostname !== undefined && isLoopbackHost(hostname)
        ? undefined
        : off.otherHost(quote(host ?? ''));
  if (problem === undefined) return undefined;
  return entraOffError(off.localOnly(problem));
}
