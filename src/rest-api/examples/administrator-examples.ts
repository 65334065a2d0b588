import type { JsonObject } from '#base/json.ts';
import { created, ids, modified, placeholders, type Examples } from './example.ts';

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
  apiKeyAllowed: true,
  passwordSet: true,
  passwordUpdatedAt: created,
  lastLogin: modified,
  created,
};

const session = {
  id: ids.session,
  createdAt: modified,
  lastUsedAt: modified,
  expiresAt: '2026-02-10T14:05:00.000Z',
  clientIp: '192.0.2.10',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0',
  authMethods: ['pwd', 'otp', 'mfa'],
};

const role = {
  id: ids.role,
  name: 'Purchasing IT',
  description: 'Looks after the users of purchasing',
  scopes: ['users.read', 'users.help', 'groups.read'],
  builtIn: false,
};
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
    answer: { ...administrator, passwordSet: false, passwordUpdatedAt: null, lastLogin: null },
  },
  [`GET ${base}/:id`]: { answer: administrator },
  [`PUT ${base}/:id`]: {
    body: { suspended: true },
    answer: {
      ...administrator,
      suspended: true,
      stoppedKeys: [
        { id: ids.key, name: 'Nightly report', prefix: 'tnh_EXAMPL', kind: 'administrator', owner: 'it@contoso.com' },
      ],
    },
  },
  [`DELETE ${base}/:id`]: { answer: administrator },
  [`POST ${base}/reactivate/:id`]: { body: { password: placeholders.password }, answer: { sent: true } },
  [`POST ${base}/resettotp/:id`]: {
    body: { password: placeholders.password },
    answer: { ...administrator, totpEnrolled: false, totpUpdatedAt: null },
  },
  [`GET ${base}/:id/sessions`]: { answer: [session] },
  [`DELETE ${base}/:id/sessions`]: { answer: { ended: 2 } },
  [`GET ${roles}`]: {
    answer: {
      totalCount: 2,
      results: [
        {
          id: 'Billing Only',
          name: 'Billing Only',
          description: 'Reads the organization.',
          scopes: ['organization.read'],
          builtIn: true,
        },
        role,
      ],
    },
  },
  [`POST ${roles}`]: { body: roleBody, answer: role },
  [`GET ${roles}/:id`]: { answer: role },
  [`PUT ${roles}/:id`]: { body: roleBody, answer: role },
  [`DELETE ${roles}/:id`]: { answer: role },
};
