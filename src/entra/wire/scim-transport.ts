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
  /** Of the path below the Tenant URL: `Users`, and an id. */
  readonly segments: readonly string[];
  readonly query?: RequestQuery;
  readonly body?: JsonObject;
}

export interface ScimAnswer extends HttpAnswer {
  readonly retryAfterMs: number | null;
}

export interface ScimTransport {
  readonly tenant: TenantUrl;
  /** The answer of whichever status. Throws NoAnswer, and TargetError where there is no token. */
  readonly send: (request: ScimRequest, record: Recorder) => Promise<ScimAnswer>;
  readonly close: () => void;
}

/** A User-Agent for edges that let nobody in without one; Entra ID has none. */
const USER_AGENT = 'tanhua-entra-stand-in';

/** Requests as Entra ID sends them, with its headers and no others (§1.1). Throws usage for a Tenant URL that is none. */
export function openScimTransport(options: TargetClientOptions): ScimTransport {
  const { settings, clock } = options;
  const habits = { ...defaultWireOptions, ...options.habits };
  const parts = { tenant: parseTenantUrl(settings.tenantUrl), habits, clock, faults: settings.faults };
  const mask = new SecretMask();
  const closing = new AbortController();
  const gate = new RequestGate(settings.requestsPerSecond, closing.signal, options.timer);
  const credentials = openCredentials(options, habits, mask);
  const connection = options.gateway.open(parts.tenant, {
    sockets: settings.concurrency,
    timeoutMs: settings.requestTimeoutMs,
    timer: options.timer,
  });
  const faults = countFaults(settings.faults);
  const permit = permitCredential(options);
  const exchange = exchangeThrough({ connection, gate, mask, clock });

  const sendOnce = async (request: ScimRequest, record: Recorder): Promise<ScimAnswer> => {
    const { manner, isDoubled } = faults(request);
    const authorization = await credentials.authorization(record);
    await permit(authorization);
    const http = httpRequest(parts, request, authorization);
    if (isDoubled) await exchange(http, manner, record, LOST).catch(() => undefined);
    const answer = await exchange(http, manner, record);
    if (answer.status !== 401 || authorization === undefined || !credentials.renew(authorization)) return answer;
    const renewed = await credentials.authorization(record);
    await permit(renewed);
    return await exchange(httpRequest(parts, request, renewed), manner, record);
  };
  const send: ScimTransport['send'] = async (request, record) => {
    for (let number = 1; ; number += 1) {
      const attempt = { method: request.method, number };
      try {
        const answer = await sendOnce(request, record);
        const pauseMs = pauseAfterAnswer(habits.retries, attempt, answer);
        if (pauseMs === undefined) return answer;
        gate.holdFor(pauseMs);
      } catch (error) {
        const pauseMs = error instanceof NoAnswer ? pauseWithoutAnswer(habits.retries, attempt, error) : undefined;
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

interface Way {
  readonly connection: HttpConnection;
  readonly gate: RequestGate;
  readonly mask: SecretMask;
  readonly clock: Clock;
}

const LOST = 'The answer was thrown away on purpose, and the request is sent once more.';

/** One request and its answer, which are recorded. `note` is recorded with them. */
function exchangeThrough({ connection, gate, mask, clock }: Way) {
  return async (
    request: HttpRequest,
    manner: NetworkFaults,
    record: Recorder,
    note: string | null = null,
  ): Promise<ScimAnswer> => {
    await gate.pass();
    const at = clock.now();
    const began = performance.now();
    const told = (answer: HttpAnswer | undefined, error: string | null) =>
      record(exchangeOf({ request, answer, error, at, durationMs: performance.now() - began }, mask));
    try {
      const answer = await connection.send(request, manner);
      told(answer, note);
      // A server that repeats the token must not bring it into a reason, which people read.
      return {
        ...answer,
        text: mask.known(answer.text),
        retryAfterMs: readRetryAfter(answer.headers['retry-after'], clock.now()),
      };
    } catch (error) {
      const reason = reasonOf(error);
      told(undefined, reason.message);
      throw reason;
    }
  };
}

interface RequestParts {
  readonly tenant: TenantUrl;
  readonly habits: WireOptions;
  readonly clock: Clock;
  readonly faults: Faults;
}

function httpRequest(
  { tenant, habits, clock, faults }: RequestParts,
  { method, segments, query, body }: ScimRequest,
  authorization: string | undefined,
): HttpRequest {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return {
    method,
    target: requestTarget(tenant, segments, query, habits.parameterStyle),
    headers: {
      Host: tenant.host,
      ...(authorization !== undefined && { Authorization: authorization }),
      ...(habits.accept !== null && { Accept: habits.accept }),
      ADSCIMVersion: habits.adScimVersion ?? activity(clock),
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

/** The recent form of ADSCIMVersion (§1.1). */
function activity(clock: Clock): string {
  return `Date:${clock
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')}, ActivityId:${randomUUID()}`;
}

/** Which faults a request gets, counted over all requests of the client: drops among those that have a body. */
function countFaults({ throttle, slowReadMs, dropEvery, duplicateEvery }: Faults) {
  let bodies = 0;
  let writes = 0;
  return ({ method, body }: ScimRequest): { readonly manner: NetworkFaults; readonly isDoubled: boolean } => {
    if (body !== undefined) bodies += 1;
    if (method !== 'GET') writes += 1;
    return {
      manner: { ...noNetworkFaults, throttle, slowReadMs, drop: body !== undefined && isNth(bodies, dropEvery) },
      isDoubled: method !== 'GET' && isNth(writes, duplicateEvery),
    };
  };
}

function isNth(count: number, every: number): boolean {
  return every > 0 && count % every === 0;
}
