import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { JsonObject } from '#base/json.ts';
import type { Faults } from '../application/application.ts';
import { defaultWireOptions, type TargetClientOptions, type WireOptions } from './connection-options.ts';
import { openCredentials } from './open-credentials.ts';
import { permitCredential } from './permit-credential.ts';
import { exchangeOf } from './exchange-record.ts';
import {
  noNetworkFaults,
  type HttpAnswer,
  type HttpConnection,
  type HttpRequest,
  type NetworkFaults,
} from '#outbound/http-exchange.ts';
import { NoAnswer, reasonOf } from '#outbound/no-answer.ts';
import { pause } from './pause.ts';
import { RequestGate } from './request-gate.ts';
import { pauseAfterAnswer, pauseWithoutAnswer, readRetryAfter } from './retry-policy.ts';
import { SecretMask } from './secret-mask.ts';
import type { Recorder } from './target-client.ts';
import { parseTenantUrl, requestTarget, type RequestQuery, type TenantUrl } from './tenant-url.ts';

export interface ScimRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** The path segments after the Tenant URL, without URL encoding, such as `Users` and an id. */
  readonly segments: readonly string[];
  readonly query?: RequestQuery;
  readonly body?: JsonObject;
}

export interface ScimAnswer extends HttpAnswer {
  readonly retryAfterMs: number | null;
}

export interface ScimTransport {
  readonly tenant: TenantUrl;
  /**
   * Sends a request, with retries. Returns a response with any status. Throws NoAnswer if there is no response, and TargetError if there is
   * no valid credential.
   */
  readonly send: (request: ScimRequest, record: Recorder) => Promise<ScimAnswer>;
  readonly close: () => void;
}

/**
 * The value of the User-Agent header, which is sent only if `sendUserAgent` is true. Entra ID does not send this header, and some proxies
 * refuse requests without it.
 */
const USER_AGENT = 'tanhua-entra-stand-in';

/**
 * Opens a transport that sends requests with exactly the headers that Entra ID sends (§1.1). Throws `usage` for an invalid Tenant URL or
 * token endpoint.
 */
export function openScimTransport(options: TargetClientOptions): ScimTransport {
  const { settings, clock } = options;
  const wireOptions = { ...defaultWireOptions, ...options.wireOptions };
  const parts = { tenant: parseTenantUrl(settings.tenantUrl), wireOptions, clock, faults: settings.faults };
  const mask = new SecretMask();
  const closing = new AbortController();
  const gate = new RequestGate(settings.requestsPerSecond, closing.signal, options.timer);
  const credentials = openCredentials(options, wireOptions, mask);
  const connection = options.gateway.open(parts.tenant, {
    sockets: settings.concurrency,
    timeoutMs: settings.requestTimeoutMs,
    timer: options.timer,
  });
  const faults = countFaults(settings.faults);
  const permit = permitCredential(options);
  const exchange = exchangeThrough({ connection, gate, mask, clock });

  const sendOnce = async (request: ScimRequest, record: Recorder): Promise<ScimAnswer> => {
    const { networkFaults, isDuplicated } = faults(request);
    const authorization = await credentials.authorization(record);
    await permit(authorization);
    const http = httpRequest(parts, request, authorization);
    if (isDuplicated) await exchange(http, networkFaults, record, LOST).catch(() => undefined);
    const answer = await exchange(http, networkFaults, record);
    if (answer.status !== 401 || authorization === undefined || !credentials.renew(authorization)) return answer;
    const renewed = await credentials.authorization(record);
    await permit(renewed);
    return await exchange(httpRequest(parts, request, renewed), networkFaults, record);
  };
  const send: ScimTransport['send'] = async (request, record) => {
    for (let number = 1; ; number += 1) {
      const attempt = { method: request.method, number };
      try {
        const answer = await sendOnce(request, record);
        const pauseMs = pauseAfterAnswer(wireOptions.retries, attempt, answer);
        if (pauseMs === undefined) return answer;
        gate.holdFor(pauseMs);
      } catch (error) {
        const pauseMs = error instanceof NoAnswer ? pauseWithoutAnswer(wireOptions.retries, attempt, error) : undefined;
        if (pauseMs === undefined) throw error;
        await pause(pauseMs, closing.signal, options.timer);
      }
    }
  };
  const close = () => {
    closing.abort();
    connection.close();
    credentials.close();
  };
  return { tenant: parts.tenant, send, close };
}

interface ExchangeDeps {
  readonly connection: HttpConnection;
  readonly gate: RequestGate;
  readonly mask: SecretMask;
  readonly clock: Clock;
}

const LOST = 'The response was discarded on purpose, and the request is sent again.';

/** Returns a function that sends a request and records the exchange. If `note` is given, it becomes the error text of the exchange. */
function exchangeThrough({ connection, gate, mask, clock }: ExchangeDeps) {
  return async (
    request: HttpRequest,
    networkFaults: NetworkFaults,
    record: Recorder,
    note: string | null = null,
  ): Promise<ScimAnswer> => {
    await gate.pass();
    const at = clock.now();
    const began = performance.now();
    const recordOutcome = (answer: HttpAnswer | undefined, error: string | null) =>
      record(exchangeOf({ request, answer, error, at, durationMs: performance.now() - began }, mask));
    try {
      const answer = await connection.send(request, networkFaults);
      recordOutcome(answer, note);
      // Masks secrets, because failure reasons quote the response, and a server may repeat the token in its response.
      return {
        ...answer,
        text: mask.known(answer.text),
        retryAfterMs: readRetryAfter(answer.headers['retry-after'], clock.now()),
      };
    } catch (error) {
      const reason = reasonOf(error);
      recordOutcome(undefined, reason.message);
      throw reason;
    }
  };
}

interface RequestParts {
  readonly tenant: TenantUrl;
  readonly wireOptions: WireOptions;
  readonly clock: Clock;
  readonly faults: Faults;
}

function httpRequest(
  { tenant, wireOptions, clock, faults }: RequestParts,
  { method, segments, query, body }: ScimRequest,
  authorization: string | undefined,
): HttpRequest {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return {
    method,
    target: requestTarget(tenant, segments, query, wireOptions.parameterStyle),
    headers: {
      Host: tenant.host,
      ...(authorization !== undefined && { Authorization: authorization }),
      ...(wireOptions.accept !== null && { Accept: wireOptions.accept }),
      ADSCIMVersion: wireOptions.adScimVersion ?? activity(clock),
      ...(faults.sendUserAgent && { 'User-Agent': USER_AGENT }),
      ...(text !== undefined && {
        'Content-Type': 'application/scim+json; charset=utf-8',
        'Content-Length': String(Buffer.byteLength(text)),
      }),
      Connection: 'keep-alive',
    },
    body: text,
  };
}

/** Returns a value for the ADSCIMVersion header in its recent form: a date and an activity id (§1.1). */
function activity(clock: Clock): string {
  return `Date:${clock
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')}, ActivityId:${randomUUID()}`;
}

/**
 * Returns a function that decides which faults apply to a request. Counts all requests of the client: those with a body for `dropEvery`,
 * and those that write for `duplicateEvery`.
 */
function countFaults({ throttle, slowReadMs, dropEvery, duplicateEvery }: Faults) {
  let bodies = 0;
  let writes = 0;
  return ({ method, body }: ScimRequest): { readonly networkFaults: NetworkFaults; readonly isDuplicated: boolean } => {
    if (body !== undefined) bodies += 1;
    if (method !== 'GET') writes += 1;
    return {
      networkFaults: { ...noNetworkFaults, throttle, slowReadMs, drop: body !== undefined && isNth(bodies, dropEvery) },
      isDuplicated: method !== 'GET' && isNth(writes, duplicateEvery),
    };
  };
}

function isNth(count: number, every: number): boolean {
  return every > 0 && count % every === 0;
}
