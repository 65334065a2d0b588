import { created, group, ids, modified, type Examples } from './example.ts';

const base = '/api/v2/usergroups';
const change = { description: 'Everyone in purchasing', email: 'purchasing@contoso.com' };
const edge = (id: string, type: 'user' | 'user_group') => ({ attributes: null, to: { attributes: null, id, type } });

const listed = {
  id: ids.group,
  name: 'Purchasing',
  description: 'Everyone in purchasing',
  source: null,
  ownedFields: [],
  members: { users: 1, groups: 0, awaited: 0 },
  created,
  lastChanged: modified,
};

/** Examples of the operations on groups and their members. */
export const groupExamples: Examples = {
  'GET /api/groups': { answer: { results: [listed], total: 1, next: null } },
  'GET /api/groups/:id': {
    answer: {
      ...listed,
      awaited: [],
      groupsInside: [],
      groupsAround: [],
    },
  },
  'POST /api/groups/:id/removals': {
    body: { people: { query: { department: 'Purchasing' } }, expected: 1 },
    answer: { results: [{ id: ids.user, name: 'Ann Meier', outcome: 'changed', reason: null }], next: null },
  },
  [`GET ${base}`]: { answer: [group] },
  [`POST ${base}`]: { body: { name: 'Purchasing', ...change }, answer: group },
  [`GET ${base}/:id`]: { answer: group },
  [`PUT ${base}/:id`]: { body: change, answer: group },
  [`PATCH ${base}/:id`]: { body: change, answer: group },
  [`DELETE ${base}/:id`]: { answer: group },
  [`GET ${base}/:id/members`]: {
    answer: [
      {
        attributes: null,
        from: { attributes: null, id: ids.group, type: 'user_group' },
        to: { attributes: null, id: ids.user, type: 'user' },
      },
    ],
  },
  [`POST ${base}/:id/members`]: { body: { op: 'add', type: 'user', id: ids.user } },
  [`GET ${base}/:id/membership`]: {
    answer: [
      {
        id: ids.user,
        type: 'user',
        compiledAttributes: {},
        paths: [[edge(ids.user, 'user')]],
      },
    ],
  },
  'GET /api/v2/users/:id/memberof': {
    answer: [
      {
        id: ids.group,
        type: 'user_group',
        name: 'Purchasing',
        compiledAttributes: {},
        paths: [[edge(ids.group, 'user_group')]],
        direct: true,
      },
    ],
  },
  [`POST ${base}/:id/adopt`]: {
    body: { integration: 'Entra ID' },
    answer: {
      ...group,
      restrictedFields: ['name', 'members'].map((field) => ({ field, id: ids.integration, type: 'scim' })),
    },
  },
};
