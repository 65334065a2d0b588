import { z } from 'zod';
import { hashApiKey, newToken } from '#admins/api-key.ts';
import { StaleKeyError } from '#admins/authenticate.ts';
import { insertSession } from '#admins/session-store.ts';
import { AppError } from '#base/errors.ts';
import type { Context } from '../context.ts';
import { route, type Route } from '../route.ts';

/** Seconds that an access token lasts, unless its key ends before. */
export const ACCESS_TOKEN_SECONDS = 3_600;

const tokenBody = z.looseObject({
  grant_type: z.string().optional(),
  client_id: z.string().max(1_024).optional(),
  client_secret: z.string().max(1_024).optional(),
  scope: z.string().max(1_024).optional(),
});

const tokenAnswer = z.looseObject({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int(),
});

/**
 * OAuth 2 client credentials (RFC 6749 §4.4), as Entra ID offers it beside the Secret Token: client_id is the id of a key,
 * and client_secret the key itself.
 */
export const oauthRoutes: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: '/oauth2/token',
      tag: 'OAuth 2',
      summary: 'Exchange a key for an access token (RFC 6749 §4.4)',
      access: 'anyone',
      takesOrganization: false,
      body: tokenBody,
      bodyOptional: true,
      answer: tokenAnswer,
    },
    async (context, { body }) => {
      context.services.attempts.count(context.request.ip);
      context.reply.header('pragma', 'no-cache');
      if (body.grant_type === undefined) return refuse(context, 400, 'invalid_request', 'grant_type is missing.');
      if (body.grant_type !== 'client_credentials') {
        return refuse(context, 400, 'unsupported_grant_type', 'Only client_credentials is supported.');
      }
      const client = clientOf(context, body);
      if (client === undefined)
        return refuse(context, 401, 'invalid_client', 'client_id and client_secret are missing.');
      return await issue(context, client, body.scope);
    },
  ),
];

interface Client {
  readonly id: string;
  readonly secret: string;
}

/** RFC 6749 §2.3.1: in the header, form-encoded inside of it; or in the body. */
function clientOf(context: Context, body: z.output<typeof tokenBody>): Client | undefined {
  const basic = /^Basic +(\S+)$/i.exec(context.request.headers.authorization ?? '')?.[1];
  if (basic !== undefined) {
    const [id, secret] = splitOnce(Buffer.from(basic, 'base64').toString('utf8'));
    return secret === undefined ? undefined : { id: formDecoded(id), secret: formDecoded(secret) };
  }
  const { client_id: id, client_secret: secret } = body;
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

function splitOnce(text: string): readonly [string, string | undefined] {
  const at = text.indexOf(':');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

async function issue(context: Context, client: Client, scope: string | undefined) {
  const { tenants } = context.services;
  const found = await tenants
    .find({ key: client.secret, clientIp: context.request.ip }, true)
    .catch((error: unknown) => {
      if (error instanceof AppError && error.definition.status === 401) return undefined;
      throw error;
    });
  const principal = found === undefined || found.result instanceof StaleKeyError ? undefined : found.result.principal;
  if (
    found === undefined ||
    principal === undefined ||
    principal.keyId !== client.id ||
    principal.credential !== 'key'
  ) {
    context.request.log.info({ client: hashApiKey(client.id).slice(0, 8) }, 'client credentials refused');
    return refuse(
      context,
      401,
      'invalid_client',
      'The client is not known, or its secret is wrong, expired or revoked.',
    );
  }
  const { database, clock } = found.access.deps;
  const token = newToken('access');
  await insertSession(database, clock, {
    organizationId: principal.organizationId,
    owner: { kind: 'access', keyId: principal.keyId },
    token,
    expiresAt: new Date(clock.now().getTime() + ACCESS_TOKEN_SECONDS * 1_000),
    clientIp: context.request.ip,
    userAgent: context.request.headers['user-agent'],
    authMethods: [],
  });
  return {
    access_token: token,
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    ...(scope !== undefined && { scope }),
  };
}

/** RFC 6749 §5.2. */
function refuse(context: Context, status: 400 | 401, error: string, description: string) {
  context.reply.code(status);
  if (status === 401) context.reply.header('www-authenticate', 'Basic realm="Tanhua"');
  return { error, error_description: description };
}
