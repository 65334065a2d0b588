import { permissionsOf, roleDescriptions, roleNames } from '#admins/roles.ts';
import type { JsonObject } from '#base/json.ts';
import { created, ids, modified, placeholders, session, type Examples } from './example.ts';

const base = '/api/users';
const roles = '/api/v2/roles';

const administrator: JsonObject = {
  _id: ids.administrator,
  email: 'it@contoso.com',
  firstname: 'Ivo',
  lastname: 'Thaler',
  organization: ids.organization,
  role: 'Manager',
  roleName: 'Manager',
  roleNames: ['Manager'],
  roles: ['Manager'],
  suspended: false,
  enableMultiFactor: true,
  totpEnrolled: true,
  totpUpdatedAt: created,
  passkeys: 0,
  apiKeyAllowed: true,
  passwordSet: true,
  passwordUpdatedAt: created,
  lastLogin: modified,
  created,
};

const stoppedKeys = [
  { id: ids.key, name: 'Nightly report', prefix: 'tnh_EXAMPL', kind: 'administrator', owner: 'it@contoso.com' },
];

/** An administrator who has not accepted the invitation yet. */
const invited: JsonObject = {
  ...administrator,
  totpEnrolled: false,
  totpUpdatedAt: null,
  passwordSet: false,
  passwordUpdatedAt: null,
  lastLogin: null,
};

const role = {
  id: ids.role,
  name: 'Purchasing IT',
  description: 'Looks after the users of purchasing',
  scopes: ['users.read', 'users.help', 'groups.read'],
  builtIn: false,
};
const builtInRoles = roleNames.map((name) => ({
  id: name,
  name,
  description: roleDescriptions[name],
  scopes: [...permissionsOf(name)],
  builtIn: true,
}));
const roleBody = {
  name: role.name,
  description: role.description,
  scopes: role.scopes,
  password: placeholders.password,
};

/** Examples of the operations on administrators, their sessions and their roles. */
export const administratorExamples: Examples = {
  [`GET ${base}`]: { answer: { totalCount: 1, results: [administrator] } },
  [`POST ${base}`]: {
    body: {
      email: 'it@contoso.com',
      firstname: 'Ivo',
      lastname: 'Thaler',
      roleName: 'Manager',
      apiKeyAllowed: true,
      enableMultiFactor: true,
      password: placeholders.password,
    },
    answer: invited,
  },
  [`GET ${base}/:id`]: { answer: administrator },
  [`PUT ${base}/:id`]: {
    body: { suspended: true },
    answer: {
      ...administrator,
      suspended: true,
      stoppedKeys,
    },
  },
  [`DELETE ${base}/:id`]: { answer: { ...administrator, stoppedKeys } },
  [`POST ${base}/reactivate/:id`]: { body: { password: placeholders.password }, answer: { sent: true } },
  [`POST ${base}/resettotp/:id`]: {
    body: { password: placeholders.password },
    answer: { ...administrator, totpEnrolled: false, totpUpdatedAt: null },
  },
  [`GET ${base}/:id/sessions`]: { answer: [session] },
  [`DELETE ${base}/:id/sessions`]: { answer: { ended: 1 } },
  [`GET ${roles}`]: {
    answer: {
      totalCount: builtInRoles.length + 1,
      results: [...builtInRoles, role],
    },
  },
  [`POST ${roles}`]: { body: roleBody, answer: role },
  [`GET ${roles}/:id`]: { answer: role },
  [`PUT ${roles}/:id`]: { body: roleBody, answer: role },
  [`DELETE ${roles}/:id`]: { answer: role },
};
