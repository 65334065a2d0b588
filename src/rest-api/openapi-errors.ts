import type { JsonObject } from '#base/json.ts';
import { errorExamples } from './examples/error-examples.ts';
import type { Route } from './route.ts';

/** The component for the body of an error response. */
export const errorSchema: JsonObject = {
  type: 'object',
  description: 'The body of every error response, except for those of /oauth2/token that have the body of RFC 6749.',
  required: ['code', 'status', 'message', 'error_code', 'request_id'],
  properties: {
    code: { type: 'integer', description: 'The HTTP status, as a number.' },
    status: {
      type: 'string',
      description:
        'A name of google.rpc.Code, by the HTTP status and the error: such as INVALID_ARGUMENT for 400, ALREADY_EXISTS for a value that another resource has, and FAILED_PRECONDITION for a state that does not allow the request.',
    },
    message: { type: 'string', description: 'What is wrong, where, and what to do, as a text for people.' },
    details: {
      type: 'array',
      description:
        'One google.rpc.BadRequest that lists the invalid fields; missing if the error is not about a field.',
      items: {
        type: 'object',
        properties: {
          '@type': { type: 'string', description: 'Always type.googleapis.com/google.rpc.BadRequest.' },
          fieldViolationsList: {
            type: 'array',
            description: 'At most 100 elements, one for each invalid field.',
            items: {
              type: 'object',
              properties: {
                field: { type: 'string', description: 'The path of the field in the body, the query or the path.' },
                description: { type: 'string', description: 'What is wrong with the value of the field.' },
              },
            },
          },
        },
      },
    },
    error_code: { type: 'string', description: 'A stable code for programs, listed in docs/reference/errors.md.' },
    request_id: {
      type: 'string',
      description: 'The id of the request, as in the x-request-id header, in events and in the log.',
    },
  },
};

const retryAfter = 'The number of seconds after which to try again';

interface SharedRefusal {
  readonly name: string;
  readonly description: string;
  readonly headers?: NonNullable<Route['answerHeaders']>;
}

/** Error responses that many operations share, by status. */
export const sharedRefusals: Readonly<Record<keyof typeof errorExamples, SharedRefusal>> = {
  400: {
    name: 'BadRequest',
    description: 'A part of the request is not valid; details lists every field that is wrong.',
  },
  401: {
    name: 'Unauthenticated',
    description: 'The request has no credential, or one that is unknown, expired or revoked.',
    headers: {
      'WWW-Authenticate': { description: 'How to authenticate (RFC 6750).', example: 'Bearer realm="Tanhua"' },
    },
  },
  403: { name: 'Forbidden', description: 'The credential does not have the required permission.' },
  404: {
    name: 'NotFound',
    description: 'The resource in the path does not exist, or belongs to another organization.',
  },
  429: {
    name: 'TooManyAttempts',
    description: 'Too many attempts came from one address: wait the number of seconds in the Retry-After header.',
    headers: { 'Retry-After': { description: `${retryAfter}.`, example: 60 } },
  },
  default: {
    name: 'Refused',
    description: 'Any other error, such as 409 for a value that another resource has.',
    headers: { 'Retry-After': { description: `${retryAfter}; only for 429, 503 and 507.`, example: 60 } },
  },
};

/** The components for the shared error responses. */
export function sharedResponses(): JsonObject {
  const entries = Object.entries(sharedRefusals) as [keyof typeof sharedRefusals, SharedRefusal][];
  return Object.fromEntries(
    entries.map(([status, { name, description, headers }]) => {
      const schema = { $ref: '#/components/schemas/Error' };
      const content = { 'application/json': { schema, example: errorExamples[status] } };
      return [name, { description, ...(headers !== undefined && { headers: headersOf(headers) }), content }];
    }),
  );
}

/** Returns the OpenAPI description of response headers. The type of each header is that of its example. */
export function headersOf(headers: NonNullable<Route['answerHeaders']>): JsonObject {
  return Object.fromEntries(
    Object.entries(headers).map(([name, { description, example }]) => [
      name,
      { description, schema: { type: typeof example === 'number' ? 'integer' : 'string' }, example },
    ]),
  );
}
