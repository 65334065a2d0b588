import { KeyedQueue, TooManyWaiting } from '#base/concurrency-limit.ts';
import { fold } from '#base/fold.ts';
import type { Log } from '#base/log.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import { radiusReasons, type RadiusReason } from '#base/words/radius-reasons.ts';
import type { Gateway } from '#outbound/gateway.ts';
import type { HttpConnection } from '#outbound/http-exchange.ts';
import { NoAnswer, reasonOf, type NoAnswerKind } from '#outbound/no-answer.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { isGuid, readEntraAnswer, type EntraAnswer, type EntraIdentity } from './entra-answer.ts';
import { passwordGrant, tokenEndpoint, type EntraSettings, type TokenEndpoint } from './entra-settings.ts';
import { PausedUsers } from './paused-users.ts';
import { PasswordCache, type CacheSubject } from './password-cache.ts';

/** How long a sign-in may take, from the first byte of the request to the last of the answer, in milliseconds. */
export const ENTRA_TIMEOUT_MS = 3_000;
/** The maximum number of concurrent sign-ins at one tenant, so that a hanging Entra ID does not hold the requests of others. */
export const ENTRA_SIGN_INS_MAX = 16;
/** The maximum number of sign-ins that wait for one tenant. */
export const ENTRA_WAITING_MAX = 64;
/** How long a sign-in waits for its turn. With ENTRA_TIMEOUT_MS, it is less than the 6 s that FreeRADIUS waits for the directory. */
export const ENTRA_WAIT_MS = 2_000;
/** The maximum size of an answer of the token endpoint. Those of Entra ID have a few kilobytes. */
export const ENTRA_ANSWER_BYTES_MAX = 64 * 1024;
/** The maximum number of servers with open connections. The connections that were opened first are closed first. */
export const ENTRA_CONNECTIONS_MAX = 100;

export interface EntraCheckDeps {
  readonly gateway: Gateway;
  readonly log: Log;
  readonly timer?: Timer | undefined;
}

export interface EntraAttempt {
  readonly settings: EntraSettings;
  readonly userPrincipalName: string;
  readonly password: string;
  /**
   * Who the person has to be. `tenant` is null if the settings name the tenant by a domain and no id is known yet; `objectId` is null
   * until the user has signed in once.
   */
  readonly expected: { readonly tenant: string | null; readonly objectId: string | null };
  /** Under which the right password is remembered, if the settings allow it. */
  readonly cached: Omit<CacheSubject, 'asked'>;
}

export type EntraResult =
  | { readonly kind: 'ok'; readonly tenant: string; readonly objectId: string; readonly isCached: boolean }
  | { readonly kind: 'refused'; readonly code: RadiusReason; readonly aadsts: number | null }
  | {
      readonly kind: 'fault';
      readonly code: RadiusReason;
      readonly aadsts: number | null;
      /** When asking again can succeed, in seconds; null if it is not known. */
      readonly retryAfterSeconds: number | null;
    };

export interface EntraCheck {
  /** Checks a password with Entra ID. Does not throw for anything that Entra ID or the network does. */
  readonly check: (attempt: EntraAttempt) => Promise<EntraResult>;
  /** Aborts the sign-ins in progress. */
  readonly close: () => void;
}

/**
 * Creates the check of passwords with the password grant of Entra ID. It keeps connections, limits and pauses for each tenant, so a process
 * needs one.
 *
 * @example
 * const entra = createEntraCheck({ gateway, log });
 * const result = await entra.check({ settings, userPrincipalName: 'ann@contoso.example', password, expected, cached });
 */
export function createEntraCheck({ gateway, log, timer = systemTimer }: EntraCheckDeps): EntraCheck {
  const queue = new KeyedQueue({
    runningMax: ENTRA_SIGN_INS_MAX,
    waitingMax: ENTRA_WAITING_MAX,
    waitMs: ENTRA_WAIT_MS,
    timer,
  });
  const breaker = new CircuitBreaker(timer);
  const paused = new PausedUsers(timer);
  const cache = new PasswordCache<EntraIdentity>(timer);
  const connections = new Connections(gateway);

  /** Sends a sign-in when it is its turn, unless the server has faults by then. */
  const ask = async (endpoint: TokenEndpoint, attempt: EntraAttempt): Promise<EntraAnswer> =>
    await queue.run(endpoint.name, async () => {
      const pauseMs = breaker.pauseMs(endpoint.name);
      if (pauseMs > 0) return suspended(pauseMs);
      breaker.began(endpoint.name);
      const answer = await send(connections, endpoint, attempt);
      noteHealth(breaker, endpoint.name, answer);
      return answer;
    });

  const check = async (attempt: EntraAttempt): Promise<EntraResult> => {
    const { settings, userPrincipalName, password, expected } = attempt;
    const endpoint = tokenEndpoint(settings);
    if (endpoint === undefined) return fault('entraNotConfigured');
    const asked = [endpoint.name, settings.clientId, settings.clientSecret ?? '', fold(userPrincipalName)];
    const subject = { ...attempt.cached, asked };
    const known = settings.cacheSeconds > 0 ? cache.get(subject, password) : undefined;
    if (known !== undefined) return compare(known, expected, true);
    const user = JSON.stringify([endpoint.name, fold(userPrincipalName)]);
    if (paused.has(user)) return { kind: 'refused', code: 'entraPaused', aadsts: null };
    // Before the queue, so that a server with faults does not fill it.
    const pauseMs = breaker.pauseMs(endpoint.name);
    const answer = pauseMs > 0 ? suspended(pauseMs) : await ask(endpoint, attempt).catch(busy);
    if (answer.kind === 'failed') {
      if (answer.reason === 'entraLocked') paused.add(user);
      if (answer.reason === 'entraRefused' || answer.reason === 'entraRequestRefused') {
        log.warn({ aadsts: answer.aadsts, tenant: settings.tenant }, 'Entra ID refused a sign-in with an unknown code');
      }
      return resultOf(answer);
    }
    const result = compare(answer.identity, expected, false, namesOther(answer, attempt));
    if (result.kind === 'ok') cache.set(subject, password, answer.identity, settings.cacheSeconds);
    return result;
  };
  return { check, close: () => connections.close() };
}

type Failed = Extract<EntraAnswer, { kind: 'failed' }>;

function suspended(pauseMs: number): Failed {
  const retryAfterSeconds = Math.max(1, Math.ceil(pauseMs / 1_000));
  return { kind: 'failed', reason: 'entraSuspended', aadsts: null, retryAfterSeconds };
}

function busy(error: unknown): Failed {
  if (!(error instanceof TooManyWaiting)) throw error;
  return { kind: 'failed', reason: 'entraBusy', aadsts: null, retryAfterSeconds: null };
}

function fault(code: RadiusReason): EntraResult {
  return { kind: 'fault', code, aadsts: null, retryAfterSeconds: null };
}

function resultOf({ reason: code, aadsts, retryAfterSeconds }: Failed): EntraResult {
  if (radiusReasons[code].answer === 'silence') return { kind: 'fault', code, aadsts, retryAfterSeconds };
  return { kind: 'refused', code, aadsts };
}

/**
 * Compares who signed in with the user. A userPrincipalName can be given to another person; the object id cannot. The names are compared
 * only until the object id is known.
 */
function compare(
  identity: EntraIdentity,
  expected: EntraAttempt['expected'],
  isCached: boolean,
  isOtherName = false,
): EntraResult {
  const isSame = (wanted: string | null, actual: string) => wanted === null || wanted.toLowerCase() === actual;
  const isUser = isSame(expected.tenant, identity.tenant) && isSame(expected.objectId, identity.objectId);
  if (!isUser || (isOtherName && expected.objectId === null)) {
    return { kind: 'refused', code: 'entraOtherUser', aadsts: null };
  }
  return { kind: 'ok', ...identity, isCached };
}

/** True if the token names another userPrincipalName than the one that was sent, as for a sign-in with an alternate email address. */
function namesOther({ upn }: Extract<EntraAnswer, { kind: 'signedIn' }>, { userPrincipalName }: EntraAttempt): boolean {
  return upn !== null && fold(upn) !== fold(userPrincipalName);
}

/** Reasons that say something about Entra ID, and not about one person or about our settings. */
const unhealthy: ReadonlySet<RadiusReason> = new Set([
  'entraThrottled',
  'entraUnavailable',
  'entraTimeout',
  'entraUnreachable',
  'entraAnswerInvalid',
]);

function noteHealth(breaker: CircuitBreaker, server: string, answer: EntraAnswer): void {
  if (answer.kind === 'failed' && unhealthy.has(answer.reason)) {
    const { retryAfterSeconds: seconds } = answer;
    breaker.failed(server, seconds === null ? null : seconds * 1_000);
  } else if (answer.kind === 'failed' && radiusReasons[answer.reason].answer === 'silence') breaker.ended(server);
  else breaker.worked(server);
}

const faultOfKind: Readonly<Record<NoAnswerKind, RadiusReason>> = {
  refused: 'entraUnreachable',
  forbidden: 'entraForbidden',
  reset: 'entraUnavailable',
  tls: 'entraUnreachable',
  timeout: 'entraTimeout',
  protocol: 'entraAnswerInvalid',
  tooLong: 'entraAnswerInvalid',
  dropped: 'entraUnavailable',
  closed: 'entraUnavailable',
};

async function send(connections: Connections, endpoint: TokenEndpoint, attempt: EntraAttempt): Promise<EntraAnswer> {
  try {
    return readEntraAnswer(await connections.to(endpoint).send(passwordGrant(endpoint, attempt.settings, attempt)));
  } catch (error) {
    const { kind } = error instanceof NoAnswer ? error : reasonOf(error);
    return { kind: 'failed', reason: faultOfKind[kind], aadsts: null, retryAfterSeconds: null };
  }
}

/** The connections to each tenant's endpoint. The limit of one tenant does not count for another one at the same authority. */
class Connections {
  readonly #gateway: Gateway;
  readonly #byEndpoint = new Map<string, HttpConnection>();

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  to({ name, peer }: TokenEndpoint): HttpConnection {
    const known = this.#byEndpoint.get(name);
    if (known !== undefined) return known;
    const [oldest] = this.#byEndpoint;
    if (this.#byEndpoint.size >= ENTRA_CONNECTIONS_MAX && oldest !== undefined) {
      oldest[1].close();
      this.#byEndpoint.delete(oldest[0]);
    }
    const connection = this.#gateway.open(peer, {
      sockets: ENTRA_SIGN_INS_MAX,
      timeoutMs: ENTRA_TIMEOUT_MS,
      answerBytesMax: ENTRA_ANSWER_BYTES_MAX,
    });
    this.#byEndpoint.set(name, connection);
    return connection;
  }

  close(): void {
    for (const connection of this.#byEndpoint.values()) connection.close();
  }
}

/**
 * Returns the id of the tenant that a person must belong to: that of the settings if they name it by its id, else the one that was bound
 * with the user.
 */
export function expectedTenant(settings: Pick<EntraSettings, 'tenant'>, bound: EntraIdentity | null): string | null {
  return tenantIdOf(settings) ?? bound?.tenant ?? null;
}

/** Returns the id of the tenant that settings name, in small letters; null if they name one of its domains. */
export function tenantIdOf({ tenant }: Pick<EntraSettings, 'tenant'>): string | null {
  return isGuid(tenant) ? tenant.toLowerCase() : null;
}
