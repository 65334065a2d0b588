import { csvText } from '#base/csv-text.ts';
import { isObject, type JsonObject } from '#base/json.ts';
import { warningAbout } from '#directory/user-csv-suggestion.ts';
import { exportedColumns } from '../user-export.ts';
import { created, ids, newUser, placeholders, user, type Examples } from './example.ts';

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
  'username,email,firstname,Surname,department\ncarla.weiss,carla.weiss@contoso.com,Carla,Weiss,Purchasing\ndora.funk,,Dora,Funk,Sales\n';
/** The imported user has no lastname, because the import ignores the column Surname. */
const { lastname: _, displayname: __, ...imported }: JsonObject = { ...newUser, creationSource: 'tanhua:csv' };
const [address] = [user['addresses']].flat().filter(isObject);
const exported: JsonObject = {
  ...user,
  manager: 'ben.kurz',
  ...Object.fromEntries(Object.entries(address ?? {}).map(([part, value]) => [`work_${part}`, value])),
  work_number: '+4930123456',
  Attribute1_name: 'floor',
  Attribute1_value: '3',
  Group1: 'Purchasing',
};
const exportColumns = [...exportedColumns, 'Attribute1_name', 'Attribute1_value', 'Group1'];
/** Returns the text of a cell by the name of its column: strings unchanged, other values as JSON. */
function exportedText(name: string): string {
  const value = exported[name] ?? '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const exportedUsers = { texts: { 'text/csv': csvText([exportColumns, exportColumns.map(exportedText)]) } };

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
      { username: 'carla.weiss', email: 'carla.weiss@contoso.com', firstname: 'Carla', lastname: 'Weiss' },
      { username: 'dora.funk', email: 'dora.funk@contoso.com', password: placeholders.password },
    ],
    answer: started,
  },
  'PATCH /api/v2/bulk/users': {
    body: [{ id: ids.otherUser, department: 'Purchasing', manager: ids.user }],
    answer: started,
  },
  'POST /api/people/actions/preview': {
    body: { action: 'expire', people: { query: { department: 'Purchasing' }, except: [ids.otherUser] } },
    answer: { total: 1, missing: 0, owned: 1, people: [{ id: ids.user, name: 'Ann Meier' }], exempt: [] },
  },
  'POST /api/people/actions': {
    body: { action: 'suspend', people: { ids: [ids.user] }, expected: 1 },
    answer: { results: [{ id: ids.user, name: 'Ann Meier', outcome: 'changed', reason: null }], next: null },
  },
  'POST /api/v2/bulk/user/unlocks': { body: [{ id: ids.user }, { id: ids.otherUser }], answer: started },
  'POST /api/v2/bulk/user/expires': { body: [{ id: ids.user }], answer: started },
  'GET /api/v2/bulk/users/:id/results': {
    answer: [
      {
        id: ids.newUser,
        status: 'finished',
        statusMsg: 'done',
        row: 1,
        meta: { username: 'carla.weiss', email: 'carla.weiss@contoso.com' },
        persistedFields: imported,
        createdAt: created,
        updatedAt: created,
      },
    ],
  },
  'GET /api/jobs': { answer: [job] },
  'GET /api/jobs/:id': { answer: job },
  'GET /api/jobs/:id/results.csv': {
    texts: {
      'text/csv': csvText([
        ['row', 'status', 'message', 'id', 'username', 'email'],
        ['1', 'finished', '', ids.newUser, 'carla.weiss', 'carla.weiss@contoso.com'],
        ['2', 'failed', 'email: is missing.', '', 'dora.funk', ''],
      ]),
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
        { row: 1, line: 2, username: 'carla.weiss', name: 'Carla', errors: [] },
        { row: 2, line: 3, username: 'dora.funk', name: 'Dora', errors: ['email: is missing.'] },
      ],
      valid: 1,
      invalid: 1,
      warnings: [warningAbout('Surname')],
      ignoredColumns: ['Surname'],
      encoding: 'utf-8',
    },
  },
  'POST /api/import/users': {
    body: { csv, mode: 'valid' },
    answer: { jobId: ids.job, total: 2, warnings: [warningAbout('Surname')] },
  },
  'GET /api/export/users.csv': exportedUsers,
  'GET /api/export/people.csv': exportedUsers,
};
