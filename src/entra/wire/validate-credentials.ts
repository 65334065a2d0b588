import type { TargetClientOptions } from './connection-options.ts';
import { INCOMPATIBLE, INCOMPATIBLE_FILTERING, MULTIPLE_ENTRIES, PREFIX } from './failure-table.ts';
import { excerpt, QUOTED_BODY_MAX, quotedHeaders, statusName } from './failure-text.ts';
import { openTargetClient } from './open-target-client.ts';
import { defaultRetryPolicy } from './retry-policy.ts';
import { TargetError, type Recorder, type TargetFailure, type WireExchange } from './target-client.ts';
import { parseTenantUrl } from './tenant-url.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

const { connection } = standInTexts;

export type CredentialValidation =
  | { readonly ok: true; readonly exchanges: readonly WireExchange[] }
  | {
      readonly ok: false;
      /** Entra ID's error code, such as SystemForCrossDomainIdentityManagementCredentialValidationFailure. */
      readonly code: string;
      readonly message: string;
      /** The exchange that failed; undefined if no request was sent. */
      readonly exchange: WireExchange | undefined;
      readonly exchanges: readonly WireExchange[];
    };

const FAILURE = `${PREFIX}CredentialValidationFailure`;
const UNAVAILABLE = `${PREFIX}CredentialValidationUnavailable`;

/** The error codes that Test Connection returns unchanged. All other codes are returned as CredentialValidationUnavailable. */
const reportedCodes: ReadonlySet<string> = new Set([
  INCOMPATIBLE,
  INCOMPATIBLE_FILTERING,
  MULTIPLE_ENTRIES,
  'CredentialValidationUnavailable',
]);

/**
 * Runs the portal's Test Connection (§1.2): searches once for a user and a group that do not exist. Returns the result with the codes and
 * texts of Entra ID. Throws `usage` if the settings do not allow requests.
 *
 * @example
 * const result = await validateCredentials(options, { user: 'userName', group: 'displayName' });
 * if (!result.ok) console.error(result.code, result.message);
 */
export async function validateCredentials(
  options: TargetClientOptions,
  matching: { readonly user: string; readonly group: string | null },
): Promise<CredentialValidation> {
  const wireOptions = { ...options.wireOptions, retries: { ...defaultRetryPolicy, attemptsMax: 1 } };
  const client = openTargetClient({ ...options, wireOptions });
  const exchanges: WireExchange[] = [];
  const record: Recorder = (exchange) => void exchanges.push(exchange);
  try {
    await client.probe(matching, record);
    return { ok: true, exchanges };
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const exchange = exchanges.at(-1);
    const { isSecure } = parseTenantUrl(options.settings.tenantUrl);
    const block = responseBlock(exchange, isSecure ? 'https' : 'http');
    return { ok: false, ...describeFailure(error.failure, exchange, block), exchange, exchanges };
  } finally {
    await client.close();
  }
}

function describeFailure(
  failure: TargetFailure,
  exchange: WireExchange | undefined,
  block: string,
): { readonly code: string; readonly message: string } {
  const { errorCode, status, reason } = failure;
  if (errorCode === 'CredentialValidationUnavailable') return { code: errorCode, message: reason };
  if (status === 404) return { code: INCOMPATIBLE, message: connection.withBlock(standInTexts.wire.notFound, block) };
  // If the response is an HTML page, it comes from a proxy that refused the request, so the credentials were not checked.
  if ((status === 401 || status === 403) && !isHtml(exchange)) {
    return { code: FAILURE, message: connection.withBlock(connection.invalidCredentials, block) };
  }
  if (reportedCodes.has(errorCode)) return { code: errorCode, message: reason };
  return { code: UNAVAILABLE, message: connection.unexpected(block) };
}

function isHtml(exchange: WireExchange | undefined): boolean {
  const { headers = {}, body = '' } = exchange?.response ?? {};
  return /html/i.test(headers['content-type'] ?? '') || body.trimStart().startsWith('<');
}

/** Returns the description of the request and its response that the portal shows below its message. */
function responseBlock(exchange: WireExchange | undefined, scheme: string): string {
  if (exchange === undefined) return connection.notSent;
  const { request, response, error } = exchange;
  const resource = `${scheme}://${request.headers['Host'] ?? ''}${request.url}`;
  if (response === null) return connection.noResponse(resource, request.method, error ?? '');
  const headers = Object.entries(quotedHeaders(response.headers));
  return connection.response(
    resource,
    request.method,
    statusName(response.status),
    headers.map(([name, value]) => `${name}: ${value}`).join('; '),
    excerpt(response.body, QUOTED_BODY_MAX - headers.flat().join('').length),
  );
}
