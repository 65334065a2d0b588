import type { PlanException } from './plan-tables.ts';

const counted = 'counts what matches a filter or a period of its own organization, which the answer has to report';
const counts = /^\s*select count\(/;
const anyOrder = 'sorts its own organization by whatever the caller asks for, and not every attribute has an index';
const due = 'reads what is due, of all organizations: the partial index has nothing else';
const moved = 'moves or copies an organization once: it reads every table to find the rows of one organization';
const ofTenant = 'a command, or a cycle once, counts or reads a tenant of the stand-in';

/** Statements that read more than the rules allow, each with the reason why that is right. */
export const planExceptions: readonly PlanException[] = [
  {
    source: 'src/accounts/attempt-store.ts trimAttempts',
    reason: 'a purge counts a table of which it keeps a limited number of rows',
  },
  { source: 'src/audit/event-query-store.ts countByInterval', reason: counted },
  { source: 'src/audit/event-query-store.ts countEvents', reason: counted },
  { source: 'src/audit/event-query-store.ts distinctValues', reason: counted },
  { source: 'src/audit/event-store.ts listAllEvents', reason: 'only tests ask for the events of every organization' },
  // Some rows at a time: a step that sorted would read the whole table again each time.
  { source: 'src/database/copied-tables.ts steps', fault: /^it (reads|walks)/, reason: moved },
  { source: 'src/directory/group-list-store.ts listGroups', statement: counts, reason: counted },
  { source: 'src/directory/group-list-store.ts listGroups', fault: /^it sorts/, reason: anyOrder },
  { source: 'src/directory/list-store.ts countSegment', reason: counted },
  {
    source: 'src/directory/list-store.ts readSegment',
    fault: /^it sorts/,
    statement: /order by value|is null and/,
    reason: 'sorts what a filter found in its own organization, or an attribute that has no index',
  },
  { source: 'src/directory/system-user-list-store.ts listSystemUsers', statement: counts, reason: counted },
  { source: 'src/directory/system-user-list-store.ts listSystemUsers', fault: /^it sorts/, reason: anyOrder },
  { source: 'src/directory/user-lock-store.ts findOrganizationsWithLocks', reason: due },
  {
    source: 'src/directory/user-store.ts listDeletedUsers',
    fault: /^it sorts/,
    reason:
      'where few users are deleted, PostgreSQL reads them in the order of the purge and sorts those of one moment',
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
    reason: 'counts the entries since a cycle began, once at its end',
  },
  {
    source: 'src/entra/source/source-group-store.ts findDynamicGroups',
    reason: 'few groups are dynamic: the index has no others',
  },
  { source: 'src/entra/source/source-object-store.ts list', reason: ofTenant },
  {
    source: 'src/entra/source/source-user-store.ts firstUserFrom',
    reason: 'chooses a sample change, for the generator alone',
  },
  { source: 'src/entra/source/tenant-store.ts deleteTenant', reason: 'deletes a tenant with all that it has' },
  { source: 'src/jobs/job-store.ts findUnfinishedJobs', reason: due },
  { source: 'src/mail/outbox-store.ts cancelExpiredMails', reason: due },
  { source: 'src/mail/outbox-store.ts countMailsSince', reason: 'counts the mails of an hour, when a user is locked' },
  { source: 'src/mail/outbox-store.ts countUndelivered', reason: 'doctor counts the mails of an organization' },
  { source: 'src/mail/outbox-store.ts giveUpInterrupted', reason: due },
  {
    source: 'src/schemas/schema-store.ts findUse',
    reason: 'an administrator deletes a schema: whether it is in use has to be known',
  },
  { source: 'src/shards/move-store.ts endMove', reason: moved },
  { source: 'src/shards/move-store.ts removeRows', reason: moved },
  { source: 'src/shards/row-store.ts countRows', reason: moved },
];
