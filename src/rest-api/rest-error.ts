import type { FastifyReply, FastifyRequest } from 'fastify';
import { StaleKeyError } from '#admins/authenticate.ts';
import type { EventTarget, Origin } from '#audit/event-types.ts';
import { recordRefusedRequest } from '#audit/refusal-store.ts';
import { AppError } from '#base/errors.ts';
import { isObject, type JsonObject } from '#base/json.ts';
import { retryHeaders } from '#base/retry-after.ts';
import { propertyOf } from '#directory/attribute-contract.ts';
import { isDatabaseBusy } from '#database/database-errors.ts';
import type { RestServices } from './context.ts';

/** google.rpc.Code, by HTTP status: what the original directory's clients read. */
const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
  413: 'RESOURCE_EXHAUSTED',
  415: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  507: 'UNAVAILABLE',
};

/** One broken rule of one field. */
interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

/** A refusal that names several fields at once. */
export class FieldErrors extends AppError {
  readonly violations: readonly FieldViolation[];

  constructor(message: string, violations: readonly FieldViolation[]) {
    super('invalidBody', message, { attribute: violations[0]?.field });
    this.violations = violations;
  }
}

/** What an error is answered with. */
export type ErrorBody = (error: AppError, request: FastifyRequest) => JsonObject;

/** The original directory's shape of an error; `error_code` and `request_id` are ours. */
export function restErrorBody(error: AppError, { id: requestId }: Pick<FastifyRequest, 'id'>): JsonObject {
  const { status } = error.definition;
  const violations =
    error instanceof FieldErrors
      ? error.violations
      : error.attribute === undefined
        ? []
        : [{ field: fieldOf(error, error.attribute), description: error.message }];
  return {
    code: status,
    status: statuses[status] ?? 'INTERNAL',
    message: error.message,
    ...(violations.length > 0 && {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.BadRequest',
          fieldViolationsList: violations.map(({ field, description }) => ({ field, description })),
        },
      ],
    }),
    error_code: error.code,
    request_id: requestId,
  };
}

/** The field of this API, where the error names an attribute of SCIM. */
function fieldOf({ code }: AppError, attribute: string): string {
  return code === 'groupNameTaken' ? 'name' : (propertyOf(attribute) ?? attribute);
}

/** What was thrown, as the error that the client is told. */
export function toRestError(thrown: unknown, bodyBytesMax: number): AppError {
  if (thrown instanceof AppError) return thrown;
  const fields = thrown instanceof Error ? (thrown as Error & { code?: unknown; statusCode?: unknown }) : undefined;
  if (fields?.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new AppError('bodyTooLarge', `The body is larger than ${bodyBytesMax} bytes: send less at a time.`);
  }
  if (isDatabaseBusy(thrown)) {
    return new AppError('unavailable', 'The database is busy. Nothing was changed: try again.', { cause: thrown });
  }
  if (typeof fields?.statusCode === 'number' && fields.statusCode < 500) {
    return new AppError('invalidBody', fields.message, { cause: thrown });
  }
  return new AppError(
    'internal',
    'Something went wrong in the directory; the log has the cause under the request id.',
    { cause: thrown },
  );
}

/** Answers a refusal, logs it, and leaves an event where the organization is known. */
export async function answerRestError(
  services: RestServices,
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
  how: { readonly origin: Origin | undefined; readonly bodyBytesMax: number; readonly errorBody: ErrorBody },
): Promise<FastifyReply> {
  const error = toRestError(thrown, how.bodyBytesMax);
  const { status } = error.definition;
  if (status >= 500 && status !== 501) request.log.error({ err: thrown, code: error.code }, 'request failed');
  else request.log.info({ code: error.code, detail: error.message }, 'request refused');
  await recordRestRefusal(services, request, thrown, error, how.origin);
  if (status === 401) {
    reply.header(
      'www-authenticate',
      error.code === 'keyMissing' ? 'Bearer realm="Tanhua"' : 'Bearer realm="Tanhua", error="invalid_token"',
    );
  }
  reply.headers(retryHeaders(error));
  if (error.code === 'bodyTooLarge') reply.removeHeader('connection');
  return reply.code(status).type('application/json; charset=utf-8').send(how.errorBody(error, request));
}

async function recordRestRefusal(
  services: RestServices,
  request: FastifyRequest,
  thrown: unknown,
  error: AppError,
  origin: Origin | undefined,
): Promise<void> {
  if (origin === undefined || error.isOutage) return;
  try {
    const { deps } = await services.tenants.accessTo(origin.organizationId);
    const isStale = thrown instanceof StaleKeyError;
    await recordRefusedRequest(deps.database, deps.clock, {
      origin,
      credentialId: isStale ? thrown.record.id : undefined,
      draft: {
        type: isStale ? 'sign_in_refused' : 'request_refused',
        target: targetOf(request),
        error: { code: error.code, status: error.definition.status, message: error.recorded },
      },
    });
  } catch (failure) {
    request.log.error({ err: failure }, 'the refusal could not be recorded');
  }
}

/** Kinds of targets, by the part of the path that names them. */
const targets: readonly (readonly [RegExp, EventTarget['type']])[] = [
  [/^\/entra\/.*\/synchronization/i, 'provisioning_job'],
  [/^\/entra\/.*\/(servicePrincipals|applicationTemplates)/i, 'application'],
  [/^\/entra\/.*\/(users|directory)/i, 'entra_user'],
  [/^\/entra\/.*\/groups/i, 'entra_group'],
  [/^\/entra\//i, 'entra_tenant'],
  [/\/usergroups/i, 'group'],
  [/\/(systemusers|bulk|v2\/users|portal|import|export)/i, 'user'],
  [/\/api\/(users|auth)/i, 'admin'],
  [/\/roles/i, 'role'],
  [/\/keys|\/oauth2/i, 'api_key'],
  [/\/integrations/i, 'integration'],
  [/\/mail/i, 'mail'],
  [/\/sessions/i, 'session'],
];

function targetOf(request: FastifyRequest): EventTarget {
  const { id } = (isObject(request.params) ? request.params : {}) as { id?: unknown };
  const body: unknown = request.body;
  const name = isObject(body) ? (body['username'] ?? body['name'] ?? body['email']) : undefined;
  return {
    type: targets.find(([pattern]) => pattern.test(request.url))?.[1] ?? 'organization',
    id: typeof id === 'string' ? id : null,
    name: typeof name === 'string' ? name : null,
  };
}
