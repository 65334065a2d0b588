import type { JsonValue } from '#base/json.ts';
import type { Route } from '../route.ts';
import { ids } from './example.ts';
import { schemaUrn } from './schema-examples.ts';
import { timelineCursor, timelineName } from './timeline-examples.ts';

type Values = Readonly<Record<string, JsonValue>>;

/** Examples of path parameters, by a pattern that the path matches. The first pattern that matches applies. */
const pathExamples: readonly (readonly [RegExp, Values])[] = [
  [/\/state\/activate$/, { id: ids.newUser }],
  [/^\/api\/(?:systemusers|v2\/users)\//, { id: ids.user, keyId: ids.sshKey }],
  [/\/(?:usergroups|api\/groups)\//, { id: ids.group }],
  [/\/radiusservers\//, { id: ids.radiusServer, clientId: ids.radiusClient }],
  [/\/(?:bulk\/users|jobs)\//, { id: ids.job }],
  [/\/userstates\//, { id: ids.scheduledState }],
  [/^\/api\/users\//, { id: ids.administrator, sessionId: ids.session, organizationId: ids.otherOrganization }],
  [/\/administratorlinks\//, { id: ids.guest }],
  [/\/roles\//, { id: ids.role }],
  [/\/keys\//, { id: ids.key }],
  [/\/integrations\//, { id: ids.integration }],
  [/\/organizations\//, { id: ids.organization }],
  [/\/outbox\//, { id: ids.mail }],
  [/\/customemails\//, { type: 'activate_user_custom' }],
  [/\/passkeys\//, { id: ids.passkey }],
  [/\/sessions\//, { id: ids.session }],
  [/^\/api\/requests\//, { id: ids.request }],
  [/^\/api\/events\//, { id: ids.event }],
  [/\/sshkeys\//, { id: ids.sshKey }],
  [/^\/api\/schemas\//, { id: schemaUrn }],
];

const ofUsers = { sort: '-created', fields: 'username email', filter: 'department:eq:Purchasing', search: 'meier' };
const ofPeople = {
  search: 'mei purch',
  presence: 'present',
  state: 'ACTIVATED',
  passwordStatus: 'Active',
  source: ids.integration,
  group: ids.group,
  department: 'Purchasing',
  changedSince: '2026-02-01T00:00:00Z',
  reason: 'emailRequired',
  sort: 'name',
  order: 'asc',
};
const ofOrganizations = {
  sort: 'displayName',
  fields: 'displayName',
  filter: 'displayName:eq:Contoso',
  search: 'contoso',
};

/** Examples of query parameters that depend on the operation, by path. */
const queryExamples: Readonly<Record<string, Values>> = {
  '/api/people': { ...ofPeople, cursor: 'EXAMPLE_next_of_the_previous_page' },
  '/api/export/people.csv': ofPeople,
  '/api/groups': {
    search: 'purch',
    source: ids.integration,
    sort: 'name',
    order: 'asc',
    cursor: 'EXAMPLE_nextCursor_of_the_previous_page',
  },
  '/api/systemusers': ofUsers,
  '/api/systemusers/:id': ofUsers,
  '/api/search/systemusers': ofUsers,
  '/api/export/users.csv': ofUsers,
  '/api/v2/usergroups': { sort: 'name', fields: 'name', filter: 'name:sw:Purch' },
  '/api/users': { sort: 'lastname', fields: 'email', filter: 'roleName:eq:Manager', search: 'thaler' },
  '/api/organizations': ofOrganizations,
  '/api/search/organizations': ofOrganizations,
  '/api/mail/outbox': { recipient: 'carla.weiss@contoso.com', kind: 'activate_user_custom' },
  '/api/requests': { id: ids.activity, outcome: 'refused,failed', source: 'Entra ID', reason: 'emailRequired' },
  '/api/events/summary': {
    from: '2026-01-05T00:00:00Z',
    to: '2026-02-08T00:00:00Z',
    bucket: 'hour',
    groupBy: 'reason',
  },
  '/api/requests/summary': {
    from: '2026-01-05T00:00:00Z',
    to: '2026-02-08T00:00:00Z',
    bucket: 'hour',
    groupBy: 'kind',
  },
  '/api/live': {
    kinds: 'events',
    types: 'user_create,user_update',
    source: ids.integration,
    lastEventId: 'v1.q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJ',
    language: 'en',
    'x-org-id': ids.organization,
  },
  '/api/radiusservers/:id/reply': { user: ids.user },
  '/api/v2/bulk/userstates': { filter: 'state:eq:SUSPENDED' },
  '/api/portal/organization': { name: ids.organization },
  '/api/timeline': { person: timelineName, before: timelineCursor },
};

/** Examples of the other query parameters, by name. */
const commonExamples: Values = {
  actor: 'it@contoso.com',
  limit: 100,
  skip: 0,
  after: ids.user,
  before: 48_213,
  cascade_manager: ids.otherUser,
  client: 'Microsoft Entra ID',
  content: 'true',
  cursor: 'WzE3NzAxMjc1MDAwMDAsNDgyMTNd',
  details: 'true',
  end_time: '2026-02-08T00:00:00Z',
  format: 'csv',
  from: '2026-02-01T00:00:00Z',
  fullValidationDetails: 'password',
  integration: 'Entra ID',
  kind: 'create',
  method: 'POST',
  mode: 'valid',
  outcome: 'refused',
  person: 'ann.meier',
  q: 'ann.meier',
  reason: 'emailTaken',
  refused: 'true',
  request: ids.activity,
  search_term: '{"event_type": ["user_create", "user_update"]}',
  source: ids.integration,
  start_time: '2026-02-01T00:00:00Z',
  state: 'waiting',
  suppressEmail: 'true',
  target: 'ann.meier',
  targets: 'user_group',
  to: '2026-02-08T00:00:00Z',
  readerLanguage: 'en',
  type: 'user_update',
  userid: ids.user,
  users: ids.user,
};

const headerExamples: Values = {
  'last-event-id': 'v1.q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJ',
  'if-match': '"pYqPzSFIXHgE2wRyMpeZVg"',
  'x-org-id': ids.organization,
  'creation-source': 'tanhua:workday',
};

/**
 * Returns the example of a route's parameter. Returns undefined if it is missing; a test prevents this.
 *
 * @example
 * parameterExample({ path: '/api/roles/:id' }, 'path', 'id'); // '665f1e0a7b2c4d0012345661'
 */
export function parameterExample(
  { path }: Pick<Route, 'path'>,
  where: 'path' | 'query' | 'header',
  name: string,
): JsonValue | undefined {
  if (where === 'path') return pathExamples.find(([pattern]) => pattern.test(path))?.[1][name];
  if (where === 'header') return headerExamples[name];
  return queryExamples[path]?.[name] ?? commonExamples[name];
}
