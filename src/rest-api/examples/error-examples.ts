import type { JsonObject } from '#base/json.ts';
import type { Route } from '../route.ts';
import { ids } from './example.ts';

const request_id = '019c2a4e-7d10-7c3a-9b52-3f6f0a1b2c3d';

function withDetails(error: JsonObject, ...violations: readonly JsonObject[]): JsonObject {
  const { code = 0, status = '', message = '', error_code = '' } = error;
  const details = [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolationsList: [...violations] }];
  return { code, status, message, details, error_code, request_id };
}

const absent = `There is no user with the id "${ids.newUser}". It may have been deleted. List the users to find its id: GET /api/systemusers.`;
const taken = `username "ann.meier" and email "ann.meier@contoso.com" already belong to the user "ann.meier" (id ${ids.user}). Send different ones.`;
const forbidden =
  'The key belongs to an administrator with the role Read Only, which may not do this: the request requires the permission users.write (Create, change, activate, suspend, delete, import and export users). Use a key of an administrator with one of these roles: Administrator With Billing, Administrator, Manager.';

/** The error responses that many operations share, one for each status. A test compares them with the server's responses. */
export const errorExamples = {
  400: withDetails(
    {
      code: 400,
      status: 'INVALID_ARGUMENT',
      message: 'The body of the request is not valid: username: is missing; email: is missing.',
      error_code: 'invalidBody',
    },
    { field: 'username', description: 'is missing' },
    { field: 'email', description: 'is missing' },
  ),
  401: {
    code: 401,
    status: 'UNAUTHENTICATED',
    message:
      'The request has no key. Send one as "Authorization: Bearer KEY" or in the x-api-key header: an API key (tanhua key create --administrator EMAIL) or the token of a sign-in.',
    error_code: 'keyMissing',
    request_id,
  },
  403: withDetails(
    { code: 403, status: 'PERMISSION_DENIED', message: forbidden, error_code: 'roleForbidden' },
    { field: 'role', description: forbidden },
  ),
  404: withDetails(
    { code: 404, status: 'NOT_FOUND', message: absent, error_code: 'resourceNotFound' },
    { field: 'id', description: absent },
  ),
  429: {
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    message: 'More than 30 attempts from your network failed within a minute. Try again in 60 seconds.',
    error_code: 'tooManyAttempts',
    request_id,
  },
  default: withDetails(
    { code: 409, status: 'ALREADY_EXISTS', message: taken, error_code: 'userNameTaken' },
    { field: 'username', description: taken },
  ),
} as const satisfies Readonly<Record<string, JsonObject>>;

function signInFailed(message: string): JsonObject {
  return { code: 401, status: 'UNAUTHENTICATED', message, error_code: 'signInFailed', request_id };
}

const wrongPassword = 'The name or the password is wrong, or the account cannot be used now.';
const wait = 'After too many failed attempts, wait before the next one.';
const shared = 'If several users share an email address, sign in with the username.';
const unknownPasskey = signInFailed('The passkey is not registered here, or its account cannot be used now.');

function stale(what: string): JsonObject {
  const message = `${what} has changed since it was read: it has the version "pYqPzSFIXHgE2wRyMpeZVg" now, and If-Match names another one. Read it again and repeat the change.`;
  return withDetails(
    { code: 412, status: 'FAILED_PRECONDITION', message, error_code: 'versionMismatch' },
    { field: 'If-Match', description: message },
  );
}

const staleServer = stale('The RADIUS server "Office Wi-Fi"');
const staleClient = stale('The RADIUS client "Access points in Berlin"');

const ownExamples: Readonly<Record<string, JsonObject>> = {
  'POST /api/auth/sign-in 401': signInFailed(`${wrongPassword} ${wait}`),
  'POST /api/portal/sign-in 401': signInFailed(`${wrongPassword} ${shared} ${wait}`),
  'POST /api/auth/sign-in/code 401': signInFailed(
    'The code of the link was already used, or has expired. Open a newer link.',
  ),
  'POST /api/auth/sign-in/passkey 401': unknownPasskey,
  'POST /api/portal/sign-in/passkey 401': unknownPasskey,
  'GET /api/live 429': {
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    message: 'The organization already has 1000 connections for live updates to this server: close some of them.',
    error_code: 'tooManyListeners',
    request_id,
  },
  'POST /api/integrations/:id/preview 429': {
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    message: 'The server is still calculating another preview of rules for this organization: try again in 5 seconds.',
    error_code: 'tooManyPreviews',
    request_id,
  },
  'PUT /api/schemas/:id 412': stale('The schema "urn:contoso:scim:schemas:2.0:User"'),
  'PUT /api/radiusservers/:id 412': staleServer,
  'DELETE /api/radiusservers/:id 412': staleServer,
  'PUT /api/radiusservers/:id/clients/:clientId 412': staleClient,
  'DELETE /api/radiusservers/:id/clients/:clientId 412': staleClient,
  'POST /api/radiusservers/:id/clients/:clientId/secret 412': staleClient,
  'PUT /api/v2/usergroups/:id/radius 412': stale('The list of reply attributes of the group "Purchasing"'),
  'POST /oauth2/token 400': {
    error: 'unsupported_grant_type',
    error_description: 'Only client_credentials is supported.',
  },
  'POST /oauth2/token 401': {
    error: 'invalid_client',
    error_description: 'The client is not known, or its secret is wrong, expired or revoked.',
  },
};

/** Returns the example of an error response that a route documents itself. Returns undefined if it is missing; a test prevents this. */
export function refusalExample(
  { method, path }: Pick<Route, 'method' | 'path'>,
  status: string,
): JsonObject | undefined {
  return ownExamples[`${method} ${path} ${status}`];
}
