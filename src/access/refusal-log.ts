import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '#base/log.ts';
import { recordedFor, type AppError } from '#base/errors.ts';
import type { Interface } from '#base/reasons/reason.ts';

/** The fields of a log line that say why a request was refused. */
interface LoggedRefusal {
  readonly error_code: string;
  readonly reason?: string;
}

const refusals = new WeakMap<FastifyRequest, LoggedRefusal>();

/**
 * Logs a server fault with its cause, and a refusal (including 501) with its reason. The line that `logRequest` writes for the
 * request then includes the error code, too.
 */
export function logRefusal(request: FastifyRequest, thrown: unknown, error: AppError, at: Interface): void {
  const named = { error_code: error.code, ...(error.reason && { reason: error.reason.code }) };
  refusals.set(request, named);
  if (levelOf(error.definition.status) === 'error') request.log.error({ err: thrown, ...named }, 'request failed');
  else request.log.info({ ...named, detail: recordedFor(error, at) }, 'request refused');
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
  const path = url.split('?', 1)[0];
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
