import { csvText } from '#base/csv-text.ts';
import type { JsonObject } from '#base/json.ts';
import { ids, modified, type Examples } from './example.ts';

const base = '/insights/directory/v1/events';
const period = { service: ['all'], start_time: '2026-02-01T00:00:00Z', end_time: '2026-02-08T00:00:00Z' };

export const event: JsonObject = {
  id: ids.event,
  event_type: 'user_update',
  timestamp: modified,
  service: 'directory',
  organization: ids.organization,
  resource: { type: 'user', id: ids.user, username: 'ann.meier' },
  initiated_by: { type: 'administrator', id: ids.administrator, name: 'it@contoso.com', email: 'it@contoso.com' },
  auth_method: 'api-key',
  client_ip: '192.0.2.10',
  useragent: 'curl/8.17.0',
  request: {
    id: '019c2a4e-7d10-7c3a-9b52-3f6f0a1b2c3d',
    method: 'PUT',
    path: `/api/systemusers/${ids.user}`,
    header: 'x-api-key',
  },
  success: true,
  changes: [
    { field: 'alternateEmail', from: null, to: 'ann@meier.example' },
    { field: 'description', from: null, to: 'Buys steel and aluminum.' },
  ],
};

/** The same event as lists show it. */
const listed: JsonObject = { ...event, words: 'The administrator it@contoso.com changed ann.meier.' };

const csv = csvText([
  [
    'timestamp',
    'event_type',
    'success',
    'resource.type',
    'resource.id',
    'resource.name',
    'initiated_by.type',
    'initiated_by.name',
    'client_ip',
    'request.id',
    'error_code',
    'error_message',
    'changes',
  ],
  [
    modified,
    'user_update',
    'true',
    'user',
    ids.user,
    'ann.meier',
    'administrator',
    'it@contoso.com',
    '192.0.2.10',
    '019c2a4e-7d10-7c3a-9b52-3f6f0a1b2c3d',
    '',
    '',
    JSON.stringify(event['changes']),
  ],
]);

/** Examples of the operations on events. */
export const eventExamples: Examples = {
  'GET /api/events': {
    answer: {
      results: [],
      empty: {
        searched: {
          organization: 'Contoso',
          target: 'ann.mayer',
          names: [
            'id, userName, username, email, displayName and externalId of users',
            'id, displayName and externalId of groups',
            'the same names in refused requests, and names before a change',
          ],
          type: null,
          request: null,
          refusedOnly: false,
          from: '2025-11-05T14:05:00.000Z',
          to: modified,
          retentionDays: 90,
        },
        meaning: [
          'No request received in this period names "ann.mayer".',
          'Either the identity source did not send it: check in Entra ID that it is assigned, is in scope, and passes the scoping filters ("Provision on demand" shows the step that stops it).',
          'Or it was sent under another name: check which source attributes are mapped to userName, emails[type eq "work"].value, displayName, and externalId, and search for their values.',
        ],
        similar: ['ann.meier'],
      },
    },
  },
  'GET /api/events/:id': { answer: listed },
  'GET /api/attention': {
    answer: {
      countedAt: modified,
      results: [
        {
          kind: 'refusals',
          sentence: 'A person is refused: the primary email is missing.',
          advice:
            'In Entra ID, map userPrincipalName to emails[type eq "work"].value, since "mail" is empty for users without a mailbox; or make the email optional: tanhua integration set "Entra ID" email=optional.',
          count: 1,
          source: { id: ids.integration, name: 'Entra ID' },
          subject: null,
          reason: 'emailMissing',
          rule: 'email',
          fixes: [{ rule: 'email', value: 'optional' }],
          rulesChanged: false,
          at: modified,
          usualIntervalMinutes: null,
        },
      ],
    },
  },
  [`POST ${base}`]: {
    body: {
      ...period,
      search_term: { and: [{ event_type: ['user_create', 'user_update'] }, { not: { success: false } }] },
      sort: 'DESC',
      limit: 100,
    },
    answer: [event],
  },
  [`POST ${base}/count`]: { body: { ...period, q: 'ann.meier' }, answer: { count: 12 } },
  [`POST ${base}/distinct`]: {
    body: { ...period, field: 'event_type', limit: 10 },
    answer: {
      event_type: [
        { key: 'user_update', doc_count: 42 },
        { key: 'user_create', doc_count: 7 },
      ],
    },
  },
  [`POST ${base}/interval`]: {
    body: { ...period, interval_unit: 'd', interval_value: 1, timezone: 'Europe/Berlin' },
    answer: { buckets: [{ key_as_string: '2026-02-03T00:00:00.000+01:00', key: 1_770_073_200_000, doc_count: 12 }] },
  },
  'GET /api/live': {
    texts: {
      'text/event-stream': `retry: 2000\n: connected\n\nevent: event\nid: WyJtYWluIix7ImV2ZW50cyI6IjQ4MjEzLjFhMmIzYzRkIn1d\ndata: ${JSON.stringify(listed)}\n\n`,
    },
  },
  'GET /api/events/summary': {
    answer: {
      from: '2026-02-02T14:00:00.000Z',
      to: '2026-02-03T14:15:00.000Z',
      bucket: 'quarter-hour',
      countedAt: modified,
      totals: { accepted: 120, refused: 3 },
      buckets: [{ from: '2026-02-02T14:00:00.000Z', to: '2026-02-02T14:15:00.000Z', accepted: 2, refused: 1 }],
    },
  },
  'GET /api/events/export': {
    texts: { 'text/csv': csv, 'application/x-ndjson': `${JSON.stringify(event)}\n` },
  },
};
