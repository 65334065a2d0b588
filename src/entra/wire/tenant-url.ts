import { AppError, quote } from '#base/errors.ts';
import { peerOf, type HttpPeer } from '#outbound/http-peer.ts';
import { encodeFormText } from './url-encoding.ts';

/** The Tenant URL of the Provisioning page, in the parts that requests are made of (§1.7). */
export interface TenantUrl extends HttpPeer {
  /** Without a slash at its end, and without doubled ones. */
  readonly path: string;
  /** The parameters as they were typed in, each whole: `aadOptscim062020`, `a=b`. */
  readonly parameters: readonly string[];
  /** Whether PATCH follows RFC 7644: the flag is among the parameters. */
  readonly hasFlag: boolean;
}

/** How the parameters of the Tenant URL come into a request; no capture proves it for filters (§9). */
export interface ParameterStyle {
  readonly position: 'first' | 'last';
  /** Whether a parameter without a value is followed by `=`. */
  readonly equalsSign: boolean;
}

export const defaultParameterStyle: ParameterStyle = { position: 'first', equalsSign: false };

/** What Entra ID asks for besides the path. A filter is encoded already (`filterOf`). */
export interface RequestQuery {
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
  readonly filter?: string;
  readonly startIndex?: number;
  readonly count?: number;
}

export const TENANT_URL_LENGTH_MAX = 2_048;
const flags: ReadonlySet<string> = new Set(['aadoptscim062020', 'azureadscimpatch062020']);

/** Throws usage when it is no URL of http or https. */
export function parseTenantUrl(text: string): TenantUrl {
  const trimmed = text.trim();
  if (trimmed.length > TENANT_URL_LENGTH_MAX) {
    throw badUrl(text, `is longer than ${TENANT_URL_LENGTH_MAX} characters`);
  }
  const url = URL.parse(trimmed);
  if (url === null || !/^https?:$/.test(url.protocol)) throw badUrl(text, 'is not a URL that begins with https://');
  if (url.username !== '' || url.password !== '')
    throw badUrl(text, 'has a user name in it; credentials have a place of their own');
  const parameters = url.search
    .slice(1)
    .split('&')
    .filter((parameter) => parameter !== '');
  return {
    ...peerOf(url),
    path: url.pathname.replaceAll(/\/{2,}/g, '/').replace(/\/$/, ''),
    parameters,
    hasFlag: parameters.some(isFlag),
  };
}

function isFlag(parameter: string): boolean {
  const [name = '', value = ''] = parameter.split('=', 2);
  // Vendors write `aadOptscim062020=true`; who writes `=false` does not want it.
  return flags.has(name.toLowerCase()) && value.toLowerCase() !== 'false';
}

function badUrl(text: string, reason: string): AppError {
  return new AppError(
    'usage',
    `The Tenant URL ${quote(text)} ${reason}. It looks like https://HOST/scim/v2/?aadOptscim062020.`,
    {
      attribute: 'tenantUrl',
      value: text,
    },
  );
}

/**
 * Path and query of a request, as they stand in its first line. The path of the resource goes before the query of the
 * Tenant URL, whose parameters come first; then Entra's own in the order of Microsoft's library (§1.1).
 */
export function requestTarget(
  tenant: TenantUrl,
  segments: readonly string[],
  query: RequestQuery = {},
  style: ParameterStyle = defaultParameterStyle,
): string {
  const path = `${tenant.path}/${segments.map(encodeURIComponent).join('/')}`;
  const tenantParameters = tenant.parameters.map((parameter) =>
    style.equalsSign && !parameter.includes('=') ? `${parameter}=` : parameter,
  );
  const own = ownParameters(query);
  const all = style.position === 'first' ? [...tenantParameters, ...own] : [...own, ...tenantParameters];
  return all.length === 0 ? path : `${path}?${all.join('&')}`;
}

function ownParameters({ attributes, excludedAttributes, filter, startIndex, count }: RequestQuery): readonly string[] {
  return [
    ...(attributes === undefined ? [] : [`attributes=${encodeFormText(attributes.join(','))}`]),
    ...(excludedAttributes === undefined ? [] : [`excludedAttributes=${encodeFormText(excludedAttributes.join(','))}`]),
    ...(filter === undefined ? [] : [`filter=${filter}`]),
    ...(startIndex === undefined ? [] : [`startIndex=${startIndex}`]),
    ...(count === undefined ? [] : [`count=${count}`]),
  ];
}
