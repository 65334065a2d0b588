import { chinese } from '#base/reasons/zh/fragments.ts';
import { languageIn } from '#base/words/language.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StaleKeyError } from '#admins/authenticate.ts';
import { logRefusal } from '#access/refusal-log.ts';
import { staleTarget } from '#access/sender.ts';
import { eventError } from '#audit/event-error.ts';
import type { EventTarget, Origin } from '#audit/event-types.ts';
import { recordRefusedRequest } from '#audit/refusal-store.ts';
import { sentNames } from '#audit/sent-names.ts';
import { messageFor } from '#base/error-message.ts';
import { AppError } from '#base/errors.ts';
import { isObject, type JsonObject } from '#base/json.ts';
import type { Interface, Reason } from '#base/reasons/reason.ts';
import { retryHeaders } from '#base/retry-after.ts';
import { fieldOf } from '#base/reasons/field-names.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { isDatabaseBusy } from '#database/database-errors.ts';
import type { RestServices } from './context.ts';

/** The google.rpc.Code for each HTTP status. Clients of the legacy directory's API read it. */
const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  409: 'FAILED_PRECONDITION',
  412: 'FAILED_PRECONDITION',
  413: 'RESOURCE_EXHAUSTED',
  415: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  507: 'UNAVAILABLE',
};

/** An invalid field, and what is wrong with its value. */
interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

/** An error that lists several invalid fields. */
export class FieldErrors extends AppError {
  readonly violations: readonly FieldViolation[];

  constructor(message: string, violations: readonly FieldViolation[], reason?: Reason) {
    super('invalidBody', message, { attribute: violations[0]?.field, reason });
    this.violations = violations;
  }
}

/** Builds the body of an error response. */
export type ErrorBody = (error: AppError, request: FastifyRequest) => JsonObject;

/** Returns the body of an error as in the legacy directory's API, with the additional fields `error_code` and `request_id`. */
export function restErrorBody(error: AppError, request: Pick<FastifyRequest, 'id' | 'url' | 'headers'>): JsonObject {
  const { status } = error.definition;
  const language = languageIn(request.headers['accept-language']) ?? 'en';
  const message = messageFor(error, interfaceOf(request), language);
  const violations =
    error instanceof FieldErrors
      ? error.violations
      : error.attribute === undefined
        ? []
        : [{ field: fieldNamed(error, error.attribute), description: message }];
  return {
    code: status,
    status: statusWord(error),
    message,
    ...(violations.length > 0 && {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.BadRequest',
          fieldViolationsList: violations.map(({ field, description }) => ({
            field,
            description: language === 'zh' ? chinese(description) : description,
          })),
        },
      ],
    }),
    error_code: error.code,
    request_id: request.id,
  };
}

/** Returns the interface that a request uses. Error messages are worded for its callers: portal users, CSV importers or developers. */
export function interfaceOf({ url }: Pick<FastifyRequest, 'url'>): Interface {
  if (/^\/+api\/+portal\b/i.test(url)) return 'portal';
  return /^\/+api\/+import\b/i.test(url) ? 'csv' : 'rest';
}

/** Returns the google.rpc.Code of an error. It follows from the status, unless a value is taken or the user's state forbids the change. */
function statusWord({ code, attribute, definition: { status } }: AppError): string {
  const isTaken = code.endsWith('Taken') || (code === 'conflict' && attribute !== undefined);
  if (isTaken) return 'ALREADY_EXISTS';
  return code === 'passwordPending' || code === 'stateTransition'
    ? 'FAILED_PRECONDITION'
    : (statuses[status] ?? 'INTERNAL');
}

/** Translates the SCIM attribute that an error names to the field of the REST API. */
function fieldNamed({ code }: AppError, attribute: string): string {
  return code === 'groupNameTaken' ? 'name' : (fieldOf(attribute) ?? attribute);
}

/** Converts any thrown value to the error that the client receives. `bodyBytesMax` is the limit in the message about a large body. */
export function toRestError(thrown: unknown, bodyBytesMax: number): AppError {
  if (thrown instanceof AppError) return thrown;
  const fields = thrown instanceof Error ? (thrown as Error & { code?: unknown; statusCode?: unknown }) : undefined;
  if (fields?.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new TranslatedError('bodyTooLarge', ({ admin }) => admin.server.bodyTooLarge(bodyBytesMax));
  }
  if (isDatabaseBusy(thrown)) {
    return new TranslatedError('unavailable', ({ admin }) => admin.server.busy, { cause: thrown });
  }
  if (typeof fields?.statusCode === 'number' && fields.statusCode < 500) {
    return new AppError('invalidBody', fields.message, { cause: thrown });
  }
  return new TranslatedError('internal', ({ admin }) => admin.server.internal, { cause: thrown });
}

/** Sends the error response, logs the refusal, and records an event if the organization is known. */
export async function answerRestError(
  services: RestServices,
  request: FastifyRequest,
  reply: FastifyReply,
  thrown: unknown,
  how: { readonly origin: Origin | undefined; readonly bodyBytesMax: number; readonly errorBody: ErrorBody },
): Promise<FastifyReply> {
  const error = toRestError(thrown, how.bodyBytesMax);
  const { status } = error.definition;
  logRefusal(request, thrown, error, interfaceOf(request));
  await recordRestRefusal(services, request, thrown, error, how.origin);
  if (status === 401) {
    reply.header(
      'www-authenticate',
      error.code === 'keyMissing' ? 'Bearer realm="Tanhua"' : 'Bearer realm="Tanhua", error="invalid_token"',
    );
  }
  reply.headers(retryHeaders(error));
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
    const stale = thrown instanceof StaleKeyError ? thrown.record : undefined;
    await recordRefusedRequest(deps.database, deps.clock, {
      origin,
      credentialId: stale?.id,
      draft: {
        type: stale === undefined ? 'request_refused' : 'sign_in_refused',
        target: (stale && staleTarget(stale)) ?? targetOf(request),
        error: eventError(error, interfaceOf(request), origin.request?.secrets),
      },
    });
  } catch (failure) {
    request.log.error({ err: failure }, 'the refusal could not be recorded');
  }
}

/** Patterns of paths, each with the type of the event's target. The first pattern that matches counts. */
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
  const type = targets.find(([pattern]) => pattern.test(request.url))?.[1] ?? 'organization';
  return {
    type,
    id: typeof id === 'string' ? id : null,
    name: typeof name === 'string' ? name : null,
    ...((type === 'user' || type === 'group') && { sent: sentNames(body) }),
  };
}
