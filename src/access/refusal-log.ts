import type { FastifyReply, FastifyRequest } from 'fastify';
import pino from 'pino';
import type { Log } from '#base/log.ts';
import { recordedFor } from '#base/error-message.ts';
import type { AppError } from '#base/errors.ts';
import type { Interface } from '#base/reasons/reason.ts';
import { SentSecrets } from '#base/sent-secrets.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { sentKey } from './sent-key.ts';

/** The fields of a log line that say why a request was refused. */
interface LoggedRefusal {
  readonly error_code: string;
  readonly reason?: string;
}

/** How deep the fields of an error are logged: an error can refer to itself. */
const FIELD_DEPTH_MAX = 4;

const refusals = new WeakMap<FastifyRequest, LoggedRefusal>();

/**
 * Logs a server fault with its cause, and a refusal (including 501) with its reason. The line that `logRequest` writes for the
 * request then includes the error code, too.
 *
 * @param secrets What may not be logged of the request. Default: keys and tokens of the product, and the credential.
 */
export function logRefusal(
  request: FastifyRequest,
  thrown: unknown,
  error: AppError,
  at: Interface,
  secrets: SentSecrets = secretsIn(request),
): void {
  const named = { error_code: error.code, ...(error.reason && { reason: error.reason.code }) };
  refusals.set(request, named);
  if (levelOf(error.definition.status) === 'error') {
    // A serializer, so that the log still has the type of the error.
    const log = request.log.child({}, { serializers: { err: (error: unknown) => withoutSecrets(error, secrets) } });
    log.error({ err: thrown, ...named }, 'request failed');
  } else {
    request.log.info({ ...named, detail: secrets.replaceIn(recordedFor(error, at), SECRET_MASK) }, 'request refused');
  }
}

/** Returns what finds the keys and tokens of the product, and the credential of a request. */
function secretsIn({ headers }: Pick<FastifyRequest, 'headers'>): SentSecrets {
  return new SentSecrets(sentKey(headers).key);
}

/**
 * Returns an error as the log shows it. Its message, and the fields that a database adds, such as `detail`, can quote what a client sent.
 */
function withoutSecrets(thrown: unknown, secrets: SentSecrets): unknown {
  return thrown instanceof Error ? masked(pino.stdSerializers.err(thrown), secrets) : thrown;
}

function masked(value: unknown, secrets: SentSecrets, depth = 0): unknown {
  if (typeof value === 'string') return secrets.replaceIn(value, SECRET_MASK);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === FIELD_DEPTH_MAX) return undefined;
  if (Array.isArray(value)) return value.map((element) => masked(element, secrets, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, masked(part, secrets, depth + 1)]));
}

type RequestLogLevel = 'info' | 'warn' | 'error';

/** Statuses that an administrator may have to act on: a credential or a role was refused, or there were too many requests. */
const noteworthy: ReadonlySet<number> = new Set([401, 403, 429]);

/**
 * Returns the log level for a response with this status. A refused value is logged as info: the refusal is also recorded as an
 * event, and Entra ID sends many requests that it expects to be refused.
 */
export function levelOf(status: number): RequestLogLevel {
  if (status >= 500 && status !== 501) return 'error';
  return noteworthy.has(status) ? 'warn' : 'info';
}

/** Logs one line for a request after its response was sent; nothing if the level of the line is disabled. */
export function logRequest(log: Pick<Log, 'isLevelEnabled'>, request: FastifyRequest, reply: FastifyReply): void {
  const level = levelOf(reply.statusCode);
  if (!log.isLevelEnabled(level)) return;
  const { method, url } = request;
  // The query is left out, since filters contain personal data.
  const path = secretsIn(request).replaceIn(url.split('?', 1)[0] ?? '', SECRET_MASK);
  request.log[level](
    {
      method,
      path,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      ...(reply.statusCode >= 400 && refusals.get(request)),
    },
    'request',
  );
}
