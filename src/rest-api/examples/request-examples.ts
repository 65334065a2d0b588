import { ids, modified, type Examples } from './example.ts';

export const reasonText =
  'emails[type eq "work"].value is missing: each user needs a primary email here. In Entra ID, map userPrincipalName to emails[type eq "work"].value, since "mail" is empty for users without a mailbox; or make the email optional: tanhua integration set "Entra ID" email=optional.';

const refused = {
  id: ids.request,
  time: modified,
  kind: 'create',
  sentence: 'Create bob.moser: refused, the primary email is missing',
  method: 'POST',
  path: '/scim/v2/Users',
  resourceType: 'User',
  outcome: 'refused',
  status: 400,
  reason: 'emailRequired',
  reasonText,
  targetId: null,
  name: 'bob.moser',
  source: { id: ids.integration, name: 'Entra ID' },
  client: 'Microsoft Entra ID',
  requestId: ids.request,
  sentIds: { activityId: ids.activity },
  count: 1,
  durationMs: 4.127,
  bodyKept: 'whole',
  answerKept: 'whole',
  hasContent: true,
} as const;

const body = '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob.moser"}';

const content = {
  query: null,
  requestHeaders: {
    accept: 'application/scim+json',
    'content-type': 'application/json',
    'user-agent': 'Mozilla/5.0 (compatible; azure-ad-scim-provisioning)',
    adscimversion: `Date:2026-02-03T14:05:00Z, ActivityId:${ids.activity}`,
  },
  body,
  answer: JSON.stringify({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: '400',
    scimType: 'invalidValue',
    detail: reasonText,
  }),
  answerHeaders: {},
  operation: null,
  references: [],
  clientIp: '192.0.2.10',
  actor: { type: 'integration', id: ids.integration, name: 'Entra ID' },
  credential: {
    method: 'bearer',
    keyId: ids.newToken,
    expiresAt: '2027-01-12T08:30:00.000Z',
    revokedAt: null,
    allowedIps: null,
    role: null,
  },
  checks: [
    {
      check: 'authorization header',
      passed: true,
      expected: 'a bearer token in the Authorization header, or a key in the x-api-key header',
      received: 'a bearer token in the Authorization header',
    },
    {
      check: 'key',
      passed: true,
      expected: 'a key of this organization that is not revoked, and whose owner may use it',
      received: `the key ${ids.newToken} of Entra ID`,
    },
    {
      check: 'key expiry',
      passed: true,
      expected: 'use before 2027-01-12T08:30:00.000Z',
      received: `use at ${modified}`,
    },
    { check: 'address', passed: true, expected: 'any address', received: '192.0.2.10' },
    {
      check: 'permission',
      passed: true,
      expected: 'the permission scim, a key of a source, or at /Me a token of a user',
      received: 'a token of the integration Entra ID',
    },
  ],
  rules: [
    {
      name: 'email',
      value: 'required',
      valueNow: 'required',
      description:
        'Whether a user must have a primary email. optional: if none is sent, a userName that is an email address is used.',
    },
  ],
  dialect: null,
  ignored: [],
  fault: { attribute: 'emails', values: ['work'] },
  curl: `curl -X POST 'https://directory.contoso.com/scim/v2/Users' \\\n  -H "Authorization: Bearer $TOKEN" \\\n  -H 'content-type: application/json' \\\n  -H 'accept: application/scim+json' \\\n  --data-raw '${body}'`,
  notRepeatable: null,
};

const event = {
  id: ids.event,
  event_type: 'request_refused',
  timestamp: modified,
  service: 'directory',
  organization: ids.organization,
  resource: { type: 'user', id: null, username: 'bob.moser' },
  initiated_by: {
    type: 'integration',
    id: ids.integration,
    name: 'Entra ID',
    source: 'tanhua:scim',
    source_metadata: { name: 'Entra ID' },
  },
  integration: { id: ids.integration, name: 'Entra ID' },
  auth_method: 'api-key',
  client_ip: '192.0.2.10',
  useragent: content.requestHeaders['user-agent'],
  client: 'Microsoft Entra ID',
  request: { id: ids.request, activity_id: ids.activity, method: 'POST', path: '/scim/v2/Users', header: 'bearer' },
  success: false,
  error_code: 'emailRequired',
  error_message: reasonText,
  reason: { code: 'emailMissing', parameters: { integration: 'Entra ID' } },
  message_chain: { response_code: 400, response_message: reasonText },
  words: 'The directory refused to create bob.moser for Entra ID (emailRequired).',
};

/** Examples of the operations on SCIM requests. */
export const requestExamples: Examples = {
  'GET /api/requests': { answer: { results: [refused] } },
  'GET /api/requests/unidentified': {
    answer: {
      results: [
        {
          address: '203.0.113.7',
          reason: 'keyMistyped',
          reasonText:
            'The key is not known. It was cut or mistyped, or is not a key of this directory. Copy it again, or create a new one and enter it as Secret Token: tanhua key create.',
          prefix: 'tnh_EXAMPL',
          requests: 2,
          firstSeenAt: modified,
          lastSeenAt: modified,
        },
      ],
    },
  },
  'GET /api/requests/summary': {
    answer: {
      from: '2026-02-02T14:00:00.000Z',
      to: '2026-02-03T14:15:00.000Z',
      bucket: 'quarter-hour',
      countedAt: modified,
      totals: { accepted: 120, unchanged: 8, refused: 3, failed: 0 },
      buckets: [
        {
          from: '2026-02-02T14:00:00.000Z',
          to: '2026-02-02T14:15:00.000Z',
          accepted: 2,
          unchanged: 0,
          refused: 1,
          failed: 0,
        },
      ],
    },
  },
  'GET /api/requests/:id': { answer: { ...refused, content, events: [event] } },
};
