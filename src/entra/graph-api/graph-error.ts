import type { FastifyRequest } from 'fastify';
import { systemClock } from '#base/clock.ts';
import { chineseFor, messageFor } from '#base/error-message.ts';
import { AppError, type ErrorContext } from '#base/errors.ts';
import type { ErrorCode } from '#base/error-table.ts';
import { languageIn } from '#base/words/language.ts';
import type { JsonObject } from '#base/json.ts';

/** An error with its own Graph error code, and with additional properties in innerError. */
export class GraphError extends AppError {
  readonly graphCode: string;
  readonly inner: JsonObject;

  constructor(
    code: ErrorCode,
    message: string,
    { graphCode, inner = {}, ...context }: ErrorContext & { readonly graphCode: string; readonly inner?: JsonObject },
  ) {
    super(code, message, context);
    this.graphCode = graphCode;
    this.inner = inner;
  }
}

/** Graph's error codes by HTTP status. */
const codes: Readonly<Record<number, string>> = {
  400: 'Request_BadRequest',
  401: 'InvalidAuthenticationToken',
  403: 'Authorization_RequestDenied',
  404: 'Request_ResourceNotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'SyncStateNotFound',
  412: 'PreconditionFailed',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
  501: 'NotImplemented',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  507: 'ServiceUnavailable',
};

function codeOf(error: AppError): string {
  if (error instanceof GraphError) return error.graphCode;
  // Graph's code for an unknown path is BadRequest, although the status is 404.
  if (error.code === 'routeNotFound') return 'BadRequest';
  return codes[error.definition.status] ?? 'InternalServerError';
}

/**
 * Returns the body of an error response as microsoft.graph.odataErrors. Tanhua adds `error_code` and `target` to innerError, with the values
 * that errors of the REST API have, and `language` if the message is not in English.
 */
export function graphErrorBody(error: AppError, request: FastifyRequest): JsonObject {
  const inChinese = languageIn(request.headers['accept-language']) === 'zh' ? chineseFor(error, 'rest') : undefined;
  const clientRequestId = request.headers['client-request-id'];
  const isGraph = error instanceof GraphError;
  return {
    error: {
      code: codeOf(error),
      message: inChinese ?? messageFor(error, 'rest'),
      innerError: {
        date: systemClock.now().toISOString().slice(0, 19),
        'request-id': request.id,
        'client-request-id': typeof clientRequestId === 'string' ? clientRequestId.slice(0, 100) : request.id,
        error_code: error.code,
        ...(inChinese !== undefined && { language: 'zh' }),
        ...(error.attribute !== undefined && { target: error.attribute }),
        ...(isGraph && error.inner),
      },
    },
  };
}
