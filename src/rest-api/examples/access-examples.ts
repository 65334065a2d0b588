import { permissionNames } from '#admins/roles.ts';
import type { JsonObject } from '#base/json.ts';
import { created, ids, modified, placeholders, type Examples } from './example.ts';

const key: JsonObject = {
  id: ids.key,
  name: 'Nightly report',
  prefix: 'tnh_EXAMPL',
  kind: 'administrator',
  owner: 'it@contoso.com',
  administratorId: ids.administrator,
  integrationId: null,
  userId: null,
  role: 'Manager',
  createdWith: null,
  status: 'valid',
  createdAt: created,
  expiresAt: '2027-01-12T08:30:00.000Z',
  revokedAt: null,
  lastUsedAt: modified,
  lastUsedIp: '192.0.2.10',
  lastUsedClient: 'curl/8.17.0',
  allowedIps: ['192.0.2.0/24'],
};
const unused = { createdWith: ids.newKey, lastUsedAt: null, lastUsedIp: null, lastUsedClient: null };
const token: JsonObject = {
  ...key,
  name: 'Entra ID provisioning',
  kind: 'integration',
  owner: 'Entra ID',
  administratorId: null,
  integrationId: ids.integration,
  role: null,
  createdWith: ids.key,
  lastUsedClient: 'Microsoft Entra ID',
  allowedIps: null,
};
const newKey = { name: 'Nightly report', expiresInDays: 365, allowedIps: ['192.0.2.0/24'] };
const password = { password: placeholders.password };

/** Examples of the operations on API keys, tokens of integrations and access tokens. */
export const accessExamples: Examples = {
  'GET /api/keys': { answer: [key] },
  'POST /api/keys': { body: { ...newKey, ...password }, answer: { ...key, ...unused, key: placeholders.apiKey } },
  'GET /api/keys/:id': { answer: key },
  'PUT /api/keys/:id': { body: { ...newKey, ...password }, answer: key },
  'DELETE /api/keys/:id': { answer: { ...key, status: 'revoked', revokedAt: modified } },
  'POST /api/keys/:id/rotate': {
    body: { expiresInDays: 365, overlapHours: 24, ...password },
    answer: { ...key, ...unused, id: ids.newKey, createdWith: null, key: placeholders.apiKey },
  },
  'GET /api/integrations/:id/tokens': { answer: [token] },
  'POST /api/integrations/:id/tokens': {
    body: { name: 'Entra ID provisioning', expiresInDays: 365, allowedIps: null, ...password },
    answer: { ...token, ...unused, key: placeholders.apiKey },
  },
  'POST /oauth2/token': {
    body: {
      grant_type: 'client_credentials',
      client_id: ids.key,
      client_secret: placeholders.apiKey,
      scope: 'users.read groups.read',
    },
    answer: {
      access_token: placeholders.accessToken,
      token_type: 'Bearer',
      expires_in: 3_600,
      scope: 'users.read groups.read',
    },
  },
  'GET /.well-known/oauth-authorization-server': {
    answer: {
      issuer: 'https://directory.contoso.com',
      token_endpoint: 'https://directory.contoso.com/oauth2/token',
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      scopes_supported: ['api', ...permissionNames],
    },
  },
};
