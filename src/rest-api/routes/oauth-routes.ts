import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { newToken } from '#admins/api-key.ts';
import { StaleKeyError, type Principal } from '#admins/authenticate.ts';
import { knownPermissions, permissionNames, permissions, type Permission } from '#admins/roles.ts';
import { insertSession } from '#admins/session-store.ts';
import { staleActor } from '#access/sender.ts';
import { requestOrigin } from '#access/request-origin.ts';
import { clientAt } from '#accounts/attempts.ts';
import type { RoutedTenant } from '#access/tenant-router.ts';
import { eventError } from '#audit/event-error.ts';
import { recordRefusedRequest } from '#audit/refusal-store.ts';
import { AppError } from '#base/errors.ts';
import type { Context } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { route, type Route } from '../route.ts';

/** The lifetime of an access token in seconds. An access token expires earlier if its API key does. */
export const ACCESS_TOKEN_SECONDS = 3_600;

const tokenBody = describeFields(
  z.looseObject({
    grant_type: z.string().optional(),
    client_id: z.string().optional(),
    client_secret: z.string().optional(),
    scope: z.string().optional(),
    client_assertion: z.string().optional(),
  }),
  {
    grant_type: 'The grant; only client_credentials is supported. Required.',
    client_id:
      'The id of an API key: 24 hexadecimal digits. Required, unless it is in an Authorization header of the type Basic.',
    client_secret: 'The API key. Required, unless it is in an Authorization header of the type Basic.',
    scope:
      'The permissions to narrow the token to, separated by spaces; api for all permissions of the key. Default: api.',
    client_assertion: 'Not supported (RFC 7523): send a client_secret instead.',
  },
);
type TokenBody = z.output<typeof tokenBody>;

const tokenAnswer = describeFields(
  z.looseObject({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int(),
    scope: z.string().optional(),
  }),
  {
    access_token: 'The access token, for the Authorization header (Bearer).',
    token_type: 'Always Bearer.',
    expires_in: 'The number of seconds until the access token expires.',
    scope: 'The permissions that the token was narrowed to, or api; only if the request has a scope.',
  },
);

const oauthError = describeFields(z.looseObject({ error: z.string(), error_description: z.string() }), {
  error: 'The code of RFC 6749 §5.2: invalid_request, invalid_client, unsupported_grant_type or invalid_scope.',
  error_description: 'What is wrong, as a text for people.',
}).meta({ id: 'oautherror', description: 'The body of an error response of RFC 6749 §5.2.' });

const metadataAnswer = describeFields(
  z.looseObject({
    issuer: z.string(),
    token_endpoint: z.string(),
    grant_types_supported: z.array(z.string()),
    response_types_supported: z.array(z.string()),
    token_endpoint_auth_methods_supported: z.array(z.string()),
    scopes_supported: z.array(z.string()),
  }),
  {
    issuer: 'The public URL of this server.',
    token_endpoint: 'The URL that issues access tokens.',
    grant_types_supported: 'The supported grants: only client_credentials.',
    response_types_supported: 'Always empty: there is no authorization endpoint.',
    token_endpoint_auth_methods_supported: 'How the client sends its credentials: in the header or in the body.',
    scopes_supported: 'The values that scope can have: api and the names of the permissions.',
  },
);

/**
 * The routes of OAuth 2 client credentials (RFC 6749 §4.4), which Entra ID offers as an alternative to the Secret Token.
 * `client_id` is the id of a key, and `client_secret` is the key.
 */
export const oauthRoutes: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: '/oauth2/token',
      tag: 'OAuth 2',
      summary: 'Exchange an API key for an access token (RFC 6749 §4.4)',
      access: 'anyone',
      takesOrganization: false,
      body: tokenBody,
      bodyOptional: true,
      // Ignores the media type, because Entra ID is known to fail with token endpoints that insist on a particular one.
      anyMediaType: true,
      answer: tokenAnswer,
      refusals: {
        400: { description: 'The request is not valid.', body: oauthError, orError: true },
        401: { description: 'The client is not known, or its secret is not valid.', body: oauthError },
      },
    },
    async (context, { body }) => {
      context.reply.header('pragma', 'no-cache');
      const { attempts } = context.services;
      const isWrong = (error: unknown) => error instanceof Refusal && error.status === 401;
      try {
        return await attempts.guardSecret('token', clientAt(context.request.ip), () => answer(context, body), isWrong);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return refuse(context, error);
      }
    },
  ),
  route(
    {
      method: 'GET',
      path: '/.well-known/oauth-authorization-server',
      tag: 'OAuth 2',
      summary: 'Get the metadata of the authorization server (RFC 8414)',
      access: 'anyone',
      takesOrganization: false,
      answer: metadataAnswer,
    },
    async ({ services }) => serverMetadata(services.accounts.publicUrl()),
  ),
];

/** Returns the metadata of RFC 8414 §2, which requires `response_types_supported` although no supported grant has a response type. */
function serverMetadata(issuer: string) {
  return {
    issuer,
    token_endpoint: `${issuer}/oauth2/token`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    scopes_supported: ['api', ...permissionNames],
  };
}

/** An error response of RFC 6749 §5.2. */
class Refusal extends Error {
  readonly status: 400 | 401;
  readonly error: string;

  constructor(status: 400 | 401, error: string, description: string) {
    super(description);
    this.status = status;
    this.error = error;
  }
}

function refuse(context: Context, { status, error, message }: Refusal) {
  context.reply.code(status);
  if (status === 401) context.reply.header('www-authenticate', 'Basic realm="Tanhua"');
  return { error, error_description: message };
}

async function answer(context: Context, body: TokenBody) {
  if (body.grant_type === undefined) throw new Refusal(400, 'invalid_request', 'grant_type is missing.');
  if (body.grant_type !== 'client_credentials') {
    throw new Refusal(400, 'unsupported_grant_type', 'Only client_credentials is supported.');
  }
  const { id, secrets } = clientOf(context, body);
  for (const secret of secrets) {
    const tenant = await findTenant(context, secret);
    if (tenant !== undefined) return await issue(context, tenant, id, body.scope);
  }
  throw unknownClient();
}

function unknownClient(): Refusal {
  const text = 'The client is not known, or its secret is wrong, expired or revoked.';
  return new Refusal(401, 'invalid_client', text);
}

interface Client {
  readonly id: string;
  /** The secret as sent, and also the decoded secret if it differs. */
  readonly secrets: readonly string[];
}

/**
 * Returns the client credentials (RFC 6749 §2.3.1) from the header or the body. In the header they should be form-encoded, but many
 * clients do not encode them, so unencoded credentials are accepted too. Throws Refusal.
 */
function clientOf({ request }: Context, body: TokenBody): Client {
  const basic = /^Basic +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  const { client_id: bodyId, client_secret: bodySecret } = body;
  if (basic === undefined) {
    if (bodyId !== undefined && bodySecret !== undefined) return { id: bodyId, secrets: [bodySecret] };
    if (body.client_assertion !== undefined) {
      throw new Refusal(
        401,
        'invalid_client',
        'client_assertion (private_key_jwt, RFC 7523) is not supported: send client_id and client_secret in an Authorization: Basic header or in the body.',
      );
    }
    throw new Refusal(
      401,
      'invalid_client',
      'client_id and client_secret are missing: send them in an Authorization: Basic header or in the body.',
    );
  }
  const bytes = Buffer.from(basic, 'base64');
  if (!isUtf8(bytes)) throw new Refusal(401, 'invalid_client', 'The Authorization header is not UTF-8.');
  const text = bytes.toString('utf8');
  const at = text.indexOf(':');
  if (at < 0)
    throw new Refusal(401, 'invalid_client', 'The Authorization header does not contain client_id:client_secret.');
  const [id, secret] = [formDecoded(text.slice(0, at)), text.slice(at + 1)];
  const secrets = [...new Set([secret, formDecoded(secret)])];
  if ((bodyId ?? id) === id && secrets.includes(bodySecret ?? secret)) return { id, secrets };
  throw new Refusal(
    400,
    'invalid_request',
    'The client credentials in the header differ from those in the body: send them in one place only.',
  );
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** Returns the tenant that a key belongs to, or undefined for an unknown key. */
async function findTenant({ services, request }: Context, key: string): Promise<RoutedTenant | undefined> {
  try {
    return await services.tenants.find({ key, clientIp: request.ip }, true);
  } catch (error) {
    if (error instanceof AppError && error.definition.status === 401) return undefined;
    throw error;
  }
}

async function issue(context: Context, { access, result }: RoutedTenant, clientId: string, scope: string | undefined) {
  if (result instanceof StaleKeyError) {
    await recordRefusal(context, access, result);
    throw unknownClient();
  }
  const { principal } = result;
  // Session tokens and access tokens are not accepted as client secrets.
  if (principal.credential !== 'key' || principal.keyId !== clientId) throw unknownClient();
  const scopes = scopesFor(principal, scope);
  const { database, clock } = access.deps;
  const { ip: clientIp, headers, log } = context.request;
  const userAgent = headers['user-agent'];
  await access.credentials.noteUse(principal, undefined, { clientIp, client: userAgent, flagged: false }, log);
  const token = newToken('access');
  await insertSession(database, clock, {
    organizationId: principal.organizationId,
    owner: { kind: 'access', keyId: principal.keyId },
    token,
    expiresAt: new Date(clock.now().getTime() + ACCESS_TOKEN_SECONDS * 1_000),
    clientIp,
    userAgent,
    authMethods: [],
    scopes,
  });
  return {
    access_token: token,
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    ...(scope !== undefined && { scope: scopes === null ? 'api' : scopes.join(' ') }),
  };
}

/** Returns the permissions to which the token is narrowed, or null for all permissions of the key. Throws Refusal `invalid_scope`. */
function scopesFor({ administrator }: Principal, scope: string | undefined): readonly Permission[] | null {
  const wanted = (scope ?? '').split(' ').filter((word) => word !== '');
  if (wanted.length === 0 || wanted.includes('api')) return null;
  const unknown = wanted.filter((word) => !Object.hasOwn(permissions, word));
  if (unknown.length > 0) {
    const text = `There is no scope ${unknown.join(', ')}. The scopes are api and ${permissionNames.join(', ')}.`;
    throw new Refusal(400, 'invalid_scope', text);
  }
  const permitted: ReadonlySet<Permission> = administrator?.permissions ?? new Set<Permission>(['scim']);
  const scopes = knownPermissions(wanted).filter((permission) => permitted.has(permission));
  if (scopes.length > 0) return scopes;
  throw new Refusal(400, 'invalid_scope', `The key has none of the permissions ${wanted.join(', ')}.`);
}

/** Records an event about the use of a key that no longer works, in the organization of the key. */
async function recordRefusal(
  { request }: Context,
  { deps }: RoutedTenant['access'],
  error: StaleKeyError,
): Promise<void> {
  const { record } = error;
  const { organizationId } = record;
  const origin = { organizationId, actor: staleActor(record), integration: undefined, request: requestOrigin(request) };
  await recordRefusedRequest(deps.database, deps.clock, {
    origin,
    credentialId: record.id,
    draft: {
      type: 'sign_in_refused',
      target: { type: 'api_key', id: record.id, name: record.name ?? null },
      error: eventError(error, 'rest', origin.request.secrets),
    },
  });
}
