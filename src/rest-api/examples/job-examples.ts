import { created, ids, placeholders, type Examples } from './example.ts';

const started = { jobId: ids.job };
const job = {
  id: ids.job,
  kind: 'csv_import',
  state: 'finished',
  total: 2,
  done: 2,
  succeeded: 1,
  failed: 1,
  createdAt: created,
  finishedAt: '2026-01-12T08:30:04.000Z',
  startedBy: 'it@contoso.com',
};
const csv =
  'username,email,firstname,lastname,department\nann.meier,ann.meier@contoso.com,Ann,Meier,Purchasing\nben.kurz,,Ben,Kurz,Sales\n';
const states = '/api/v2/bulk/userstates';
const scheduledState = {
  id: ids.scheduledState,
  systemUserId: ids.user,
  scheduledJobId: ids.job,
  scheduledDate: '2026-03-31T22:00:00.000Z',
  state: 'SUSPENDED',
};

/** Examples of bulk changes, imports, exports, jobs and scheduled states. */
export const jobExamples: Examples = {
  'POST /api/v2/bulk/users': {
    body: [
      { username: 'ann.meier', email: 'ann.meier@contoso.com', firstname: 'Ann', lastname: 'Meier' },
      { username: 'ben.kurz', email: 'ben.kurz@contoso.com', password: placeholders.password },
    ],
    answer: started,
  },
  'PATCH /api/v2/bulk/users': {
    body: [{ id: ids.user, department: 'Purchasing', manager: ids.otherUser }],
    answer: started,
  },
  'POST /api/v2/bulk/user/unlocks': { body: [{ id: ids.user }, { id: ids.otherUser }], answer: started },
  'POST /api/v2/bulk/user/expires': { body: [{ id: ids.user }], answer: started },
  'GET /api/v2/bulk/users/:id/results': {
    answer: [
      {
        id: ids.user,
        status: 'finished',
        statusMsg: 'done',
        row: 1,
        meta: { username: 'ann.meier', email: 'ann.meier@contoso.com' },
        persistedFields: { username: 'ann.meier', email: 'ann.meier@contoso.com' },
        createdAt: created,
        updatedAt: created,
      },
    ],
  },
  'GET /api/jobs': { answer: [job] },
  'GET /api/jobs/:id': { answer: job },
  'GET /api/jobs/:id/results.csv': {
    texts: {
      'text/csv': `row,status,message,id,username,email\n1,finished,,${ids.user},ann.meier,ann.meier@contoso.com\n2,failed,email is required,,ben.kurz,\n`,
    },
  },
  [`POST ${states}`]: {
    body: { user_ids: [ids.user], state: 'SUSPENDED', start_date: '2026-04-01T00:00:00+02:00' },
    answer: [scheduledState],
  },
  [`GET ${states}`]: { answer: [scheduledState] },
  [`GET ${states}/eventlist/next`]: { answer: { events_count: 1, results: [scheduledState] } },
  'POST /api/import/users/preview': {
    body: { csv },
    answer: {
      rows: [
        { row: 1, line: 2, username: 'ann.meier', name: 'Ann Meier', errors: [] },
        { row: 2, line: 3, username: 'ben.kurz', name: 'Ben Kurz', errors: ['email is required.'] },
      ],
      valid: 1,
      invalid: 1,
      warnings: [{ column: 'Surname', message: 'The column "Surname" is not imported.', suggestion: 'lastname' }],
      ignoredColumns: ['Surname'],
      encoding: 'utf-8',
    },
  },
  'POST /api/import/users': {
    body: { csv, mode: 'valid' },
    answer: { jobId: ids.job, total: 2, warnings: [] },
  },
  'GET /api/export/users.csv': {
    texts: {
      'text/csv':
        'username,email,firstname,lastname,department,state\nann.meier,ann.meier@contoso.com,Ann,Meier,Purchasing,ACTIVATED\n',
    },
  },
};
