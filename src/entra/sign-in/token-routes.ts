import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { findInServingDatabase } from '#accounts/account-places.ts';
import type { AccountDeps } from '#accounts/account.ts';
import { recordRefusedRequest } from '#audit/refusal-store.ts';
import type { AppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import type { Context, RestServices } from '#rest-api/context.ts';
import { restApi } from '#rest-api/plugin.ts';
import { route, type Route } from '#rest-api/route.ts';
import { ENTRA_PREFIX } from '../graph-api/graph-prefix.ts';
import { idToken, TOKEN_SECONDS } from './id-token.ts';
import { isSignInErrorCode, signInErrors } from './sign-in-errors.ts';
import type { SignInFault } from './sign-in-fault.ts';
import { findSignInTenant, findSignInUser, type SignInTenant } from './sign-in-store.ts';
import { requireClient, requireComplete, requirePassword, SignInRefusal, type CompleteRequest } from './sign-in.ts';

/** How long a request of a fault that hangs is kept open, unless the client closes the connection before. */
export const HANG_MAX_MS = 60_000;
/** The maximum length of a tenant in the path, and of each field of the form, in characters. */
export const FIELD_LENGTH_MAX = 1_024;

const field = z.string().max(FIELD_LENGTH_MAX).optional();
const tokenBody = z.looseObject({
  grant_type: field,
  client_id: field,
  client_secret: field,
  scope: field,
  username: field,
  password: field,
});

/** The body of a success response, as Entra ID's. */
const tokenAnswer = z.looseObject({ token_type: z.literal('Bearer'), id_token: z.string(), expires_in: z.int() });
/** The body of an error response. */
const errorAnswer = z.looseObject({
  error: z.string(),
  error_description: z.string(),
  error_codes: z.array(z.int()),
});

/** Endpoints for several tenants, with which the stand-in cannot know whose users are meant. */
const shared: ReadonlySet<string> = new Set(['common', 'consumers', 'organizations']);

/** The token endpoint of a tenant. Its path is relative to ENTRA_PREFIX. */
const tokenRoute: Route = route(
  {
    method: 'POST',
    path: '/:tenant/oauth2/v2.0/token',
    tag: 'Sign-in',
    summary: 'Sign in a user of the tenant with a password (RFC 6749 §4.3)',
    access: 'anyone',
    takesOrganization: false,
    params: z.object({ tenant: z.string().max(FIELD_LENGTH_MAX) }),
    body: tokenBody,
    bodyOptional: true,
    anyMediaType: true,
    answer: tokenAnswer,
    refusals: {
      400: { description: 'The sign-in is refused.', body: errorAnswer },
      401: { description: 'The client is refused.', body: errorAnswer },
    },
  },
  async (context, { params, body }) => {
    context.reply.header('pragma', 'no-cache');
    try {
      const request = requireComplete({
        grantType: body.grant_type,
        clientId: body.client_id,
        clientSecret: body.client_secret,
        scope: body.scope,
        username: body.username,
        password: body.password,
      });
      if (shared.has(params.tenant.toLowerCase())) throw new SignInRefusal(50194);
      return await signInToTenant(context, params.tenant, request);
    } catch (error) {
      if (error instanceof SignInRefusal) return refusalBody(context, error);
      throw error;
    }
  },
);

/** Finds the tenant of a request, and signs the person in. Throws SignInRefusal, whose event is recorded for the tenant's organization. */
async function signInToTenant(context: Context, name: string, request: CompleteRequest): Promise<JsonObject> {
  const { accounts, fleet } = context.services;
  const place = await findInServingDatabase({ ...accounts, fleet }, (database) =>
    findSignInTenant(database, name, request.clientId),
  );
  if (place === undefined) throw new SignInRefusal(90002);
  const { found: tenant, deps } = place;
  try {
    return await signIn(context, deps, tenant, request);
  } catch (error) {
    if (error instanceof SignInRefusal) await recordRefusal(context, deps, tenant, { request, error });
    throw error;
  }
}

async function signIn(
  context: Context,
  deps: AccountDeps,
  tenant: SignInTenant,
  request: CompleteRequest,
): Promise<JsonObject> {
  const { database, clock } = deps;
  // The fault of the user comes first, because it is the more specific one.
  const named = await findSignInUser(database, tenant.id, request.username);
  const fault = named?.fault ?? tenant.fault;
  if (fault !== null) await simulate(context, fault, named?.id);
  await requireClient(database, tenant.id, request);
  const user = await requirePassword(database, context.services.attempts, tenant.id, request);
  const scopes = new Set((request.scope ?? '').split(' '));
  const tenantId = fault?.claims?.tid ?? tenant.id;
  return {
    token_type: 'Bearer',
    scope: [...scopes].join(' '),
    expires_in: TOKEN_SECONDS,
    ext_expires_in: TOKEN_SECONDS,
    access_token: 'the-stand-in-issues-no-access-tokens',
    ...(scopes.has('openid') && {
      id_token: idToken({
        issuer: `${context.services.accounts.publicUrl()}${ENTRA_PREFIX}/${tenantId}/v2.0`,
        clientId: request.clientId,
        tenantId,
        objectId: fault?.claims?.oid ?? user.id,
        upn: scopes.has('profile') ? request.username : undefined,
        at: clock.now(),
      }),
    }),
  };
}

/** Delays the request, lets it hang, or throws the SignInRefusal that a fault asks for. */
async function simulate(context: Context, fault: SignInFault, userId: string | undefined): Promise<void> {
  const { error, retryAfterSeconds, delayMs, hangs } = fault;
  const pauseMs = hangs ? HANG_MAX_MS : delayMs;
  if (pauseMs > 0) await pauseUnlessClosed(context, pauseMs);
  if (hangs) throw new SignInRefusal('unavailable', userId);
  if (error === null) return;
  if (retryAfterSeconds !== null) context.reply.header('retry-after', String(retryAfterSeconds));
  throw new SignInRefusal(error, userId);
}

/** Waits, or until the client closes the connection. */
async function pauseUnlessClosed({ request }: Context, ms: number): Promise<void> {
  const closed = new AbortController();
  const { socket } = request.raw;
  const stop = () => closed.abort();
  socket.once('close', stop);
  try {
    if (!socket.destroyed) await sleep(ms, undefined, { signal: closed.signal, ref: false });
  } catch (error) {
    if (!closed.signal.aborted) throw error;
  } finally {
    socket.off('close', stop);
  }
}

interface RefusedSignIn {
  readonly request: CompleteRequest;
  readonly error: SignInRefusal;
}

/** Records a refused sign-in. An unknown name is left out: people type passwords into the wrong field. */
async function recordRefusal(
  context: Context,
  { database, clock }: AccountDeps,
  { id, organizationId }: SignInTenant,
  { request, error }: RefusedSignIn,
): Promise<void> {
  const { userId, code } = error;
  const target = {
    type: 'entra_user',
    id: userId ?? null,
    name: userId === undefined ? null : request.username,
  } as const;
  const message = `The stand-in for Entra ID refused a sign-in to the tenant: ${describe(code).text}`;
  await recordRefusedRequest(database, clock, {
    origin: {
      organizationId,
      actor: { type: 'system', id: null, name: 'sign-in' },
      integration: undefined,
      request: context.origin,
    },
    draft: { type: 'request_refused', target, error: { code: 'signInFailed', status: 401, message } },
    credentialId: `entra tenant ${id}`,
  });
}

/** The answers of a fault that has no AADSTS code. */
const withoutCode = {
  throttled: { error: 'temporarily_unavailable', status: 429, text: 'Too many requests.' },
  unavailable: { error: 'temporarily_unavailable', status: 503, text: 'The service is unavailable.' },
} as const;

function describe(code: SignInRefusal['code']) {
  return typeof code === 'number' ? signInErrors[code] : withoutCode[code];
}

/** Returns the body of a refusal in Entra ID's format, and sets the status. */
function refusalBody({ reply, request, services }: Context, { code }: SignInRefusal): JsonObject {
  const { error, status, text } = describe(code);
  reply.code(status);
  const at = services.accounts.clock.now().toISOString();
  const codes = typeof code === 'number' && isSignInErrorCode(code) ? [code] : [];
  const prefix = codes.map((one) => `AADSTS${one}: `).join('');
  return {
    error,
    error_description: `${prefix}${text} Trace ID: ${request.id} Correlation ID: ${request.id} Timestamp: ${at}`,
    error_codes: codes,
    timestamp: at,
    trace_id: request.id,
    correlation_id: request.id,
    ...(codes.length > 0 && { error_uri: `https://login.microsoftonline.com/error?code=${codes[0]}` }),
  };
}

/** Returns the body of any other error: a request that cannot be read, or the stand-in is off. */
function otherErrorBody(error: AppError): JsonObject {
  const isServer = error.definition.status >= 500;
  return {
    error: isServer ? 'server_error' : 'invalid_request',
    error_description: error.message,
    error_codes: [],
  };
}

export interface TokenEndpointOptions {
  readonly services: RestServices;
  /** Returns the error for a request that the stand-in does not accept, as for the Graph API. */
  readonly refuse: (request: FastifyRequest) => AppError | undefined;
}

/** The Fastify plugin with the token endpoint. Register it with the prefix ENTRA_PREFIX. */
export async function tokenEndpoint(app: FastifyInstance, { services, refuse }: TokenEndpointOptions): Promise<void> {
  await app.register(restApi, {
    services,
    routes: [tokenRoute],
    errorBody: otherErrorBody,
    help: 'docs/guide/graph-api.md',
    refuse,
  });
}
