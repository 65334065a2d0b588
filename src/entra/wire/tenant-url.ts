import { quote } from '#base/errors.ts';
import { peerOf, type HttpPeer } from '#outbound/http-peer.ts';
import { StandInError, type Say } from '../texts/refusals/stand-in-error.ts';
import { encodeFormText } from './url-encoding.ts';

/** The Tenant URL from the Provisioning page, parsed (§1.7). */
export interface TenantUrl extends HttpPeer {
  /** The path without a trailing slash. Double slashes are replaced with single slashes. */
  readonly path: string;
  /** The query parameters as they were entered, such as `aadOptscim062020` or `a=b`. */
  readonly parameters: readonly string[];
  /** True if the parameters contain the flag that makes PATCH requests follow RFC 7644. */
  readonly hasFlag: boolean;
}

/**
 * How requests contain the query parameters of the Tenant URL. Configurable, because no captured request with a filter shows how Entra ID
 * does this (§9).
 */
export interface ParameterStyle {
  readonly position: 'first' | 'last';
  /** True to append `=` to a parameter without a value. */
  readonly equalsSign: boolean;
}

export const defaultParameterStyle: ParameterStyle = { position: 'first', equalsSign: false };

/** The query parameters of a request. `filter` is already encoded (see `filterOf`). */
export interface RequestQuery {
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
  readonly filter?: string;
  readonly startIndex?: number;
  readonly count?: number;
}

export const TENANT_URL_LENGTH_MAX = 2_048;
const flags: ReadonlySet<string> = new Set(['aadoptscim062020', 'azureadscimpatch062020']);

/**
 * Parses a Tenant URL. Throws `usage` if it is too long, is not an http or https URL, or contains credentials.
 *
 * @example
 * const { path, hasFlag } = parseTenantUrl('https://host.example/scim/v2/?aadOptscim062020'); // '/scim/v2', true
 */
export function parseTenantUrl(text: string): TenantUrl {
  const trimmed = text.trim();
  if (trimmed.length > TENANT_URL_LENGTH_MAX) {
    throw badUrl(text, ({ settings }) => settings.tenantUrlLong(TENANT_URL_LENGTH_MAX));
  }
  const url = URL.parse(trimmed);
  if (url === null || !/^https?:$/.test(url.protocol)) throw badUrl(text, ({ settings }) => settings.tenantUrlNotHttps);
  if (url.username !== '' || url.password !== '')
    // Not quoted, because it contains a secret.
    throw new StandInError('usage', ({ settings }) => settings.tenantUrlCredentials, { attribute: 'tenantUrl' });
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
  // Some vendors document `aadOptscim062020=true`. An administrator who writes `=false` does not want the flag.
  return flags.has(name.toLowerCase()) && value.toLowerCase() !== 'false';
}

function badUrl(text: string, fault: Say): StandInError {
  return new StandInError('usage', (texts) => texts.settings.tenantUrl(quote(text), fault(texts)), {
    attribute: 'tenantUrl',
    value: text,
  });
}

/**
 * Returns the path and query of a request. By default, the parameters of the Tenant URL come first, then those of the request in the order
 * of Microsoft's library (§1.1).
 *
 * @example
 * const tenant = parseTenantUrl('https://host.example/scim?aadOptscim062020');
 * requestTarget(tenant, ['Users'], { count: 1 }); // '/scim/Users?aadOptscim062020&count=1'
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
  const ofRequest = requestParameters(query);
  const all = style.position === 'first' ? [...tenantParameters, ...ofRequest] : [...ofRequest, ...tenantParameters];
  return all.length === 0 ? path : `${path}?${all.join('&')}`;
}

function requestParameters({
  attributes,
  excludedAttributes,
  filter,
  startIndex,
  count,
}: RequestQuery): readonly string[] {
  return [
    ...(attributes === undefined ? [] : [`attributes=${encodeFormText(attributes.join(','))}`]),
    ...(excludedAttributes === undefined ? [] : [`excludedAttributes=${encodeFormText(excludedAttributes.join(','))}`]),
    ...(filter === undefined ? [] : [`filter=${filter}`]),
    ...(startIndex === undefined ? [] : [`startIndex=${startIndex}`]),
    ...(count === undefined ? [] : [`count=${count}`]),
  ];
}
