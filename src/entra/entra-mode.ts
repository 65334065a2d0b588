import type { Config } from '#base/config.ts';
import { AppError, quote } from '#base/errors.ts';
import { isLoopbackHost, loopbackNetworks, type Network } from '#base/network.ts';

/** `local`: on for requests of this machine (TANHUA_ENTRA=auto, in effect). */
export type EntraMode = 'on' | 'local' | 'off';

type Reachability = Pick<Config, 'entra' | 'host' | 'publicUrl' | 'trustedProxies'>;

/** Whether the stand-in is on. `auto` is on where only this machine reaches the server. */
export function entraMode(config: Reachability): EntraMode {
  if (config.entra !== 'auto') return config.entra;
  return whyReachable(config) === undefined ? 'local' : 'off';
}

/** Why other machines reach the server, or may; undefined where only this one does. */
function whyReachable({ host, publicUrl, trustedProxies }: Reachability): string | undefined {
  if (!isLoopbackHost(host)) return `TANHUA_HOST is ${host}, which is not a loopback address`;
  if (publicUrl !== undefined) return 'TANHUA_PUBLIC_URL is set';
  return trustedProxies.length > 0 ? 'TANHUA_TRUSTED_PROXIES is set' : undefined;
}

/** Internal networks that outgoing requests may reach: those of the setting, or loopback where the stand-in is on for this machine. */
export function allowedTargets(config: Reachability & Pick<Config, 'targetsAllowed'>): readonly Network[] {
  return config.targetsAllowed ?? (entraMode(config) === 'local' ? loopbackNetworks : []);
}

const HOW =
  'To use it, set TANHUA_ENTRA=on, and name the internal addresses that it may send requests to in TANHUA_TARGETS_ALLOWED.';

/** What a request, a command or the log says where the stand-in is off. */
export function entraOffText(config: Reachability): string {
  const why =
    config.entra === 'off'
      ? 'TANHUA_ENTRA is off'
      : `${whyReachable(config) ?? ''}, and TANHUA_ENTRA=auto is on only where this machine alone reaches the server`;
  return `The stand-in for Entra ID is off on this server: ${why}. ${HOW}`;
}

/** Throws entraOff, for commands. */
export function requireEntra(config: Reachability): void {
  if (entraMode(config) === 'off') throw new AppError('entraOff', entraOffText(config));
}

/** What proxies add besides Forwarded and X-Forwarded-*. */
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
 * Why a request is refused where the stand-in is on for this machine only; undefined where it is not. A proxy in front of the
 * server, or a page that rebinds a name to 127.0.0.1, shows in the headers.
 */
export function refusalOfRemote(headers: Headers): AppError | undefined {
  const forwarded = Object.keys(headers).find((name) => proxyHeaders.has(name) || name.startsWith('x-forwarded-'));
  const { host } = headers;
  const hostname = typeof host === 'string' ? URL.parse(`http://${host}`)?.hostname : undefined;
  const what =
    forwarded !== undefined
      ? `has the header ${forwarded}, so it came through a proxy`
      : hostname !== undefined && isLoopbackHost(hostname)
        ? undefined
        : `has the Host ${quote(host ?? '')}, which is not a loopback address`;
  if (what === undefined) return undefined;
  return new AppError(
    'entraOff',
    `The stand-in for Entra ID is on for this machine only (TANHUA_ENTRA=auto), and the request ${what}. ${HOW}`,
  );
}
