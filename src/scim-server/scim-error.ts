import type { FastifyReply, FastifyRequest } from 'fastify';
import { StaleKeyError } from '#admins/authenticate.ts';
import { logRefusal } from '#access/refusal-log.ts';
import { eventError } from '#audit/event-error.ts';
import type { EventTarget, Origin } from '#audit/event-types.ts';
import { recordRefusedRequest } from '#audit/refusal-store.ts';
import { sentNames } from '#audit/sent-names.ts';
import { messageFor, recordedFor } from '#base/error-message.ts';
import { AppError } from '#base/errors.ts';
import { isId } from '#base/ids.ts';
import { isObject, type JsonObject } from '#base/json.ts';
import { retryHeaders } from '#base/retry-after.ts';
import type { SentSecrets } from '#base/sent-secrets.ts';
import { isDatabaseBusy } from '#database/database-errors.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { refusingRules } from '#integrations/deciding-rule.ts';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { SCIM_MEDIA_TYPE } from './json-body.ts';
import { BODY_BYTES_MAX } from './limits.ts';
import type { BulkOperationParts } from './operation.ts';
import { staleOrigin, staleTarget } from '#access/sender.ts';

const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** Returns the SCIM error body (RFC 7644 §3.12): `status` is a string, and `detail` is for the administrator of the client. */
export function errorBody(error: AppError): JsonObject {
  const { status, scimType } = error.definition;
  return {
    schemas: [ERROR_SCHEMA],
    status: String(status),
    ...(scimType !== undefined && { scimType }),
    detail: messageFor(error, 'scim'),
  };
}

/** Sends the response for an error of the SCIM server. Logs the error, and records it as an event if the organization is known. */
export async function answerError(deps: DirectoryDeps, thrown: unknown, request: FastifyRequest, reply: FastifyReply) {
  const error = toAppError(thrown);
  const { status } = error.definition;
  logRefusal(
    request,
    thrown,
    error,
    'scim',
    request.scimRecord?.secretsInMessage(originOf(request, thrown), undefined),
  );
  await recordRefusal(deps, request, { thrown, error, target: targetOf(request) });
  reply.code(status).header('content-type', SCIM_MEDIA_TYPE);
  if (status === 401) reply.header('www-authenticate', challenge(error));
  reply.headers(retryHeaders(error));
  return reply.send(errorBody(error));
}

/** Returns the WWW-Authenticate header, without an error code if no credential was sent (RFC 6750 §3). */
function challenge(error: AppError): string {
  return error.code === 'keyMissing'
    ? 'Bearer realm="Tanhua SCIM"'
    : 'Bearer realm="Tanhua SCIM", error="invalid_token"';
}

/** Converts anything that was thrown to the AppError that the client gets. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { code, statusCode, message } = fastifyFields(thrown);
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new AppError(
      'bodyTooLarge',
      `The body is larger than ${BODY_BYTES_MAX} bytes. Split the request, such as a long list of members, into several.`,
    );
  }
  if (isDatabaseBusy(thrown)) {
    return new AppError('unavailable', 'The database is busy with another process. Nothing was changed: try again.', {
      cause: thrown,
    });
  }
  if (statusCode !== undefined && statusCode < 500) return new AppError('invalidBody', message, { cause: thrown });
  return new AppError(
    'internal',
    'Something went wrong in the directory; the log has the cause under the request id in x-request-id.',
    {
      cause: thrown,
    },
  );
}

/** Returns the code and the status that errors of the HTTP server (Fastify) have. */
function fastifyFields(thrown: unknown): { code: string | undefined; statusCode: number | undefined; message: string } {
  if (!(thrown instanceof Error)) return { code: undefined, statusCode: undefined, message: '' };
  return {
    code: 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined,
    statusCode: 'statusCode' in thrown && typeof thrown.statusCode === 'number' ? thrown.statusCode : undefined,
    message: thrown.message,
  };
}

/**
 * Records a refusal as an event of the organization. Does nothing if the organization is unknown, for example because the key is
 * unknown.
 */
export async function recordRefusal(
  deps: DirectoryDeps,
  request: FastifyRequest,
  { thrown, error, target, bulk }: RefusedRequest,
): Promise<void> {
  const origin = originOf(request, thrown);
  const record = request.scimRecord;
  if (record === undefined) return;
  const { status } = error.definition;
  const result = {
    outcome: status >= 500 ? 'failed' : 'refused',
    status,
    reason: error.code,
    operation: bulk,
  } as const;
  record.noteResult(result);
  record.origin = origin;
  // Recording would only make the client wait longer if the database is busy or unavailable.
  if (origin === undefined || error.isOutage) return;
  try {
    const { database } = request.scimAccess?.deps ?? deps;
    const secrets = record.secretsInMessage(origin, bulk);
    const stale = thrown instanceof StaleKeyError ? thrown.record : undefined;
    if (stale !== undefined) record.identifyStale(stale);
    const { settings } = request.scimAccess ?? {};
    record.settings ??= await settings?.of(origin.organizationId);
    await recordRefusedRequest(database, deps.clock, {
      origin,
      credentialId: stale?.id,
      draft: {
        type: stale === undefined ? 'request_refused' : 'sign_in_refused',
        target: (stale && staleTarget(stale)) ?? target,
        error: eventError(error, 'scim', secrets),
        operation: bulk && { index: bulk.index, method: bulk.kind === 'bulk' ? undefined : bulk.method },
      },
      keep: !record.keepsContent(result.outcome)
        ? undefined
        : async (transaction, event) =>
            await record.keep(transaction, origin, {
              ...result,
              rules: [...refusingRules(error, request.scimCaller?.rules), ...record.rulesOfRead],
              target: stale === undefined ? target : { id: null, name: null },
              eventId: event.id,
              answer: JSON.stringify(recordedBody(error, secrets)),
              answerHeaders: retryHeaders(error),
            }),
    });
  } catch (failure) {
    record.noteResult(result);
    request.log.error({ err: failure }, 'the refusal could not be recorded');
  }
}

/** A refused request, or a refused operation of a bulk request. */
interface RefusedRequest {
  readonly thrown: unknown;
  readonly error: AppError;
  readonly target: EventTarget;
  readonly bulk?: BulkOperationParts | undefined;
}

/** Returns the error body as it may be stored: without a text that only the caller may read, and without secrets that it quotes. */
function recordedBody(error: AppError, secrets: SentSecrets): JsonObject {
  return { ...errorBody(error), detail: secrets.replaceIn(recordedFor(error, 'scim'), SECRET_MASK) };
}

function originOf(request: FastifyRequest, thrown: unknown): Origin | undefined {
  return thrown instanceof StaleKeyError ? staleOrigin(thrown.record, request) : request.scimCaller?.origin;
}

/**
 * Returns the target of a refused request, from the id in the path or the names in the body, so that an administrator who searches
 * for a missing user finds the event.
 */
function targetOf(request: FastifyRequest): EventTarget {
  const actor = request.scimCaller?.origin.actor;
  if (actor?.type === 'user' && /\/me\b/i.test(request.url)) return { type: 'user', id: actor.id, name: actor.name };
  if (/\/schemas\b/i.test(request.url)) return { type: 'schema', id: sentId(request), name: null };
  const type = /\/groups\b/i.test(request.url) ? 'group' : 'user';
  const id = isObject(request.params) && typeof request.params['id'] === 'string' ? request.params['id'] : '';
  return refusedTarget(type, id, request.body);
}

/**
 * Returns the target of a refused request. A text in the place of an id that does not have the form of an id is a name, by which the event is
 * found like by a name in the body.
 *
 * @param id The text in the path; empty for a creation.
 * @example refusedTarget('user', 'Ghost@contoso.example', undefined) // { type: 'user', id: null, name: 'Ghost@contoso.example', … }
 */
export function refusedTarget(type: 'user' | 'group', id: string, body: unknown): EventTarget {
  const sent = sentNames(body);
  const kind = type === 'user' ? 'userName' : 'displayName';
  const lower = id.toLowerCase();
  if (isId(lower)) return { type, id: lower, name: sent[kind][0] ?? null, sent };
  if (id === '') return { type, id: null, name: sent[kind][0] ?? null, sent };
  const names = [id, ...sent[kind].filter((name) => name !== id)];
  return { type, id: null, name: id, sent: { ...sent, [kind]: names } };
}

/** Returns the URN of a schema, from the path or from the body. */
function sentId({ params, body }: FastifyRequest): string | null {
  for (const place of [params, body]) {
    if (isObject(place) && typeof place['id'] === 'string') return place['id'];
  }
  return null;
}
