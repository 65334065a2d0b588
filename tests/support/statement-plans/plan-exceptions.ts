import type { PlanException } from './plan-tables.ts';

const counted =
  'counts the rows of one organization that match a filter or a period, because the answer contains their number';
const counts = /^\s*select count\(/;
const anyOrder =
  'sorts the rows of one organization by the attribute that the caller names, and not every attribute has an index';
const checked =
  'reads a few rows of every organization, once for each run of the health checks, which concurrent requests share';
const due = 'reads the due rows of all organizations, and its partial index contains only those';
const moved = 'moves or copies an organization once, and reads every table to find its rows';
const ofTenant = 'counts or reads a tenant of the stand-in, once per command or cycle';

/** Statements that may read more than the rules allow, each with the reason. */
export const planExceptions: readonly PlanException[] = [
  {
    source: 'src/accounts/attempt-store.ts trimAttempts',
    reason: 'a purge counts a table that it limits to a fixed number of rows',
  },
  { source: 'src/admins/administrator-store.ts listAddressesOfOrganizations', reason: checked },
  { source: 'src/admins/api-key-store.ts listKeysOfOrganizations', reason: checked },
  { source: 'src/admins/ended-key-store.ts listEndedKeysOfOrganizations', reason: checked },
  { source: 'src/audit/event-query-store.ts countByInterval', reason: counted },
  { source: 'src/audit/event-query-store.ts countEvents', reason: counted },
  { source: 'src/audit/event-query-store.ts distinctValues', reason: counted },
  { source: 'src/audit/event-store.ts listAllEvents', reason: 'only tests read the events of all organizations' },
  // Reads the rows in batches. A sort would still be a fault, because each batch would then read the whole table again.
  { source: 'src/database/copied-tables.ts readRowBatches', fault: /^it (reads|walks)/, reason: moved },
  { source: 'src/directory/group-list-store.ts listGroups', statement: counts, reason: counted },
  { source: 'src/directory/group-list-store.ts listGroups', fault: /^it sorts/, reason: anyOrder },
  { source: 'src/directory/group-search-store.ts countGroups', reason: counted },
  { source: 'src/directory/group-search-store.ts readGroupKeys', fault: /^it sorts/, reason: anyOrder },
  {
    source: 'src/directory/group-search-store.ts countMembers',
    fault: /^it (reads|sorts)/,
    statement: /deleted_at" is not null/,
    reason: 'subtracts the deleted members, and its partial indexes contain only what was deleted in the last 30 days',
  },
  {
    source: 'src/people-search/group-filter-store.ts countUsersIn',
    fault: /^it reads/,
    statement: /deleted_at" is not null/,
    reason: 'subtracts the deleted members, and its partial index contains only what was deleted in the last 30 days',
  },
  {
    source: 'src/people-search/refused-people-store.ts countRefusedPeople',
    reason: 'counts the refused people of one organization with one reason, and their number is limited',
  },
  { source: 'src/directory/list-store.ts countSegment', reason: counted },
  {
    source: 'src/directory/list-store.ts readSegment',
    fault: /^it sorts/,
    statement: /order by value|is null and/,
    reason: 'sorts the rows of one organization that match a filter, or sorts by an attribute without an index',
  },
  { source: 'src/directory/system-user-list-store.ts listSystemUsers', statement: counts, reason: counted },
  { source: 'src/directory/system-user-list-store.ts listSystemUsers', fault: /^it sorts/, reason: anyOrder },
  { source: 'src/people-search/people-store.ts matchesOf', reason: counted },
  { source: 'src/people-search/people-store.ts countUsersWith', reason: counted },
  { source: 'src/directory/user-lock-store.ts findOrganizationsWithLocks', reason: due },
  {
    source: 'src/directory/user-store.ts listDeletedUsers',
    fault: /^it sorts/,
    reason:
      'if few users are deleted, PostgreSQL reads them in the order of the purge and sorts those with the same time',
  },
  { source: 'src/entra/engine/tenant-jobs-store.ts count', reason: ofTenant },
  { source: 'src/entra/graph-api/object-list-store.ts countObjects', reason: ofTenant },
  {
    source: 'src/entra/graph-api/object-list-store.ts pageOfIds',
    statement: /upn_key|deleted_at" is not null/,
    reason: anyOrder,
  },
  {
    source: 'src/entra/logs/log-store.ts countLogs',
    reason: 'counts the entries of a cycle, once at its end',
  },
  {
    source: 'src/request-log/retention-store.ts totalSize',
    reason: 'adds up the sizes of the requests of one organization once an hour, from an index that contains them',
  },
  {
    source: 'src/entra/source/source-group-store.ts findDynamicGroups',
    reason: 'reads an index that contains only dynamic groups, of which there are few',
  },
  { source: 'src/entra/source/source-object-store.ts list', reason: ofTenant },
  {
    source: 'src/entra/source/source-user-store.ts firstUserFrom',
    reason: 'chooses an object for a random change; only the generator calls it',
  },
  { source: 'src/entra/source/tenant-store.ts deleteTenant', reason: 'deletes a tenant with all its rows' },
  {
    source: 'src/attention/attention-store.ts findWaitingGroups',
    reason: 'counts the awaited members of one organization, of which there are few',
  },
  {
    source: 'src/attention/attention-store.ts countRefusalsByReason',
    reason: 'counts the refused people of one organization, of which there are at most REFUSED_PEOPLE_MAX',
  },
  {
    source: 'src/integrations/activity-store.ts countArrivals',
    reason: 'adds up the requests of one organization of one day by integration and interval',
  },
  { source: 'src/integrations/activity-store.ts countOwnedUsers', reason: counted },
  { source: 'src/integrations/activity-store.ts countOwnedGroups', reason: counted },
  { source: 'src/jobs/job-store.ts findUnfinishedJobs', reason: due },
  { source: 'src/mail/outbox-store.ts cancelExpiredMails', reason: due },
  {
    source: 'src/mail/outbox-store.ts countMailsSince',
    reason: 'counts the emails of the last hour when a user is locked',
  },
  { source: 'src/mail/outbox-store.ts countUndelivered', reason: due },
  { source: 'src/mail/outbox-store.ts failInterruptedMails', reason: due },
  {
    source: 'src/schemas/schema-store.ts findUse',
    reason: 'finds out whether a schema is in use before an administrator deletes it',
  },
  {
    source: 'src/totals/total-store.ts addRows',
    reason: 'reads at most FOLDED_ROWS_MAX rows, which the condition on the order of commits limits',
  },
  {
    source: 'src/totals/total-store.ts readAt',
    reason:
      'counts the rows that are not in the totals yet, and the totals of a period with a limited number of intervals',
  },
  { source: 'src/shards/move-store.ts endMove', reason: moved },
  { source: 'src/shards/move-store.ts removeRows', reason: moved },
  { source: 'src/shards/row-store.ts countRows', reason: moved },
];
