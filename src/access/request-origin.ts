import type { FastifyRequest } from 'fastify';
import { tokenKind } from '#admins/api-key.ts';
import type { UnusableHeader } from '#admins/authenticate.ts';
import type { RequestOrigin } from '#audit/event-types.ts';
import { SentSecrets } from '#base/sent-secrets.ts';
import { sentIds } from './sent-ids.ts';
import { sentKey } from './sent-key.ts';
import { detectClient } from '#scim/clients/detect-client.ts';

export interface Credential {
  readonly key: string | undefined;
  readonly authMethod: RequestOrigin['authMethod'];
}

/** Returns the credential in the headers of a request, as `sentKey` finds it. */
export function credentialOf({ headers }: FastifyRequest): Credential {
  const { key, header } = sentKey(headers);
  return { key, authMethod: key === undefined ? header : methodOf(key, header) };
}

/** The maximum length of the name of an authentication scheme. A longer word is not taken for a scheme: it may be a credential. */
const SCHEME_LENGTH_MAX = 20;

/** Returns what the Authorization header has instead of a bearer token; undefined if there is no such header. */
export function unusableHeader({ headers }: Pick<FastifyRequest, 'headers'>): UnusableHeader | undefined {
  const { authorization } = headers;
  if (authorization === undefined || authorization.trim() === '') return undefined;
  const [, scheme = '', rest = ''] = /^\s*(\S+)\s*([^]*)$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return { kind: 'keyMalformed' };
  const isScheme = rest !== '' && scheme.length <= SCHEME_LENGTH_MAX && /^[A-Za-z][A-Za-z-]*$/.test(scheme);
  return isScheme ? { kind: 'scheme', scheme } : { kind: 'keyWithoutBearer' };
}

/** Returns `session` for a session token, whichever header has the token, because a session may do less than a key. */
function methodOf<Method>(key: string, method: Method): Method | 'session' {
  return tokenKind(key) === 'session' ? 'session' : method;
}

/** Returns what events record about a request. The query is left out, since it may contain personal data. */
export function requestOrigin(
  request: FastifyRequest,
  { key, authMethod }: Credential = credentialOf(request),
): RequestOrigin {
  return {
    id: request.id,
    sentIds: sentIds(request.headers),
    method: request.method,
    path: request.url.split('?', 1)[0] ?? '',
    clientIp: request.ip,
    userAgent: request.headers['user-agent'],
    client: detectClient({ headers: request.headers, url: request.originalUrl, body: undefined }),
    authMethod,
    secrets: new SentSecrets(key),
  };
}
