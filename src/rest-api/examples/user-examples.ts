import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { created, ids, modified, newSshKey, newUser, placeholders, sshKey, user, type Examples } from './example.ts';
import { event } from './event-examples.ts';

const base = '/api/systemusers';
const userChange = { alternateEmail: 'ann@meier.example', description: 'Buys steel and aluminum.' };
const page = { totalCount: 1, results: [user] };
const newUserBody = {
  username: 'carla.weiss',
  email: 'carla.weiss@contoso.com',
  firstname: 'Carla',
  lastname: 'Weiss',
  displayname: 'Carla Weiss',
  department: 'Purchasing',
  state: 'STAGED',
};

/** The fields of a user that users see in their own profile. */
const profileFields = new Set([
  '_id',
  'id',
  'username',
  'email',
  'firstname',
  'lastname',
  'displayname',
  'jobTitle',
  'department',
  'company',
  'employeeIdentifier',
  'addresses',
  'phoneNumbers',
  'state',
  'password_date',
  'password_expiration_date',
  'passwordStatus',
  'externally_managed',
  'restrictedFields',
  'totp_enabled',
  'ssh_keys',
]);

/** Examples of the operations on users, their SSH keys and adoptions. */
export const userExamples: Examples = {
  'GET /api/people': {
    answer: {
      presence: 'present',
      results: [
        {
          presence: 'present',
          id: ids.user,
          name: 'Ann Meier',
          userName: 'ann.meier',
          username: 'ann.meier',
          email: 'ann.meier@contoso.com',
          state: 'ACTIVATED',
          passwordStatus: 'Active',
          source: { id: ids.integration, name: 'Entra ID' },
          title: 'Purchasing Lead',
          department: 'Purchasing',
          employeeNumber: '10417',
          created,
          lastChanged: modified,
        },
      ],
      total: 1,
      otherTotal: 0,
      indexing: false,
      next: null,
    },
  },
  [`GET ${base}`]: { answer: page },
  'POST /api/search/systemusers': {
    body: {
      filter: { and: [{ department: 'Purchasing' }, 'state:eq:ACTIVATED'] },
      searchFilter: { searchTerm: 'meier', fields: ['lastname', 'email'] },
      sort: 'lastname',
      fields: 'username email department',
      limit: 100,
      skip: 0,
    },
    answer: {
      totalCount: 1,
      results: [
        {
          _id: ids.user,
          id: ids.user,
          username: 'ann.meier',
          email: 'ann.meier@contoso.com',
          department: 'Purchasing',
        },
      ],
    },
  },
  [`POST ${base}`]: { body: newUserBody, answer: { ...newUser, state: 'STAGED' } },
  [`GET ${base}/:id`]: { answer: user },
  [`PUT ${base}/:id`]: {
    body: userChange,
    answer: { ...user, ...userChange },
  },
  [`DELETE ${base}/:id`]: { answer: user },
  [`POST ${base}/:id/state/activate`]: { body: { email: true }, answer: newUser },
  [`POST ${base}/reactivate`]: {
    body: { models: [{ _id: ids.user }, { _id: ids.otherUser }] },
    answer: {
      sent: [ids.user],
      skipped: [
        {
          id: ids.otherUser,
          reason: '"ben.kurz" is SUSPENDED, so a link would not work. Activate the user first.',
        },
      ],
    },
  },
  [`POST ${base}/:id/unlock`]: { body: {}, answer: user },
  [`POST ${base}/:id/expire`]: {
    body: {},
    answer: { ...user, active: false, password_expired: true, passwordStatus: 'Expired' },
  },
  [`POST ${base}/:id/resetmfa`]: {
    body: { exclusion: true, exclusionDays: 7 },
    answer: {
      ...user,
      mfa: { configured: false, exclusion: true, exclusionUntil: '2026-02-10T14:05:00.000Z' },
    },
  },
  [`GET ${base}/deleted`]: {
    answer: [
      {
        _id: ids.user,
        username: 'ann.meier',
        email: 'ann.meier@contoso.com',
        displayname: 'Ann Meier',
        integrationId: ids.integration,
        deletedAt: modified,
        restorableUntil: '2026-03-05T14:05:00.000Z',
      },
    ],
  },
  [`POST ${base}/:id/restore`]: {
    body: { username: 'ann.meier2', email: 'ann.meier2@contoso.com' },
    answer: {
      ...user,
      username: 'ann.meier2',
      email: 'ann.meier2@contoso.com',
      restrictedFields: ownedWithout('username', 'email'),
    },
  },
  [`GET ${base}/:id/sshkeys`]: { answer: [sshKey] },
  [`POST ${base}/:id/sshkeys`]: { body: newSshKey, answer: sshKey },
  [`DELETE ${base}/:id/sshkeys/:keyId`]: { answer: [] },
  [`GET ${base}/:id/timeline`]: { answer: { results: [event], before: '48213' } },
  'GET /api/adoptions': {
    answer: {
      results: [
        {
          id: ids.newUser,
          userName: 'carla.weiss',
          username: 'carla.weiss',
          email: 'carla.weiss@contoso.com',
          integrationId: ids.integration,
          integration: 'Entra ID',
        },
      ],
    },
  },
  [`POST ${base}/:id/adopt`]: {
    body: { integration: 'Entra ID', password: placeholders.password },
    answer: user,
  },
  'GET /api/portal/organization': { answer: { id: null, name: 'Tanhua', isOnly: false } },
  'GET /api/portal/me': { answer: portalUser() },
  'PUT /api/portal/me': {
    body: { alternateEmail: 'ann@meier.example', currentPassword: placeholders.password },
    answer: { ...portalUser(), alternateEmail: 'ann@meier.example' },
  },
  'GET /api/portal/sshkeys': { answer: [sshKey] },
  'POST /api/portal/sshkeys': { body: newSshKey, answer: { ...sshKey, create_date: created } },
};

function portalUser(): JsonObject {
  const shown = Object.entries(user).filter(([name]) => profileFields.has(name));
  // The user can edit only these two fields, because the integration owns the others.
  return {
    ...Object.fromEntries(shown),
    editableFields: ['middlename', 'alternateEmail'],
    sourceName: 'Entra ID',
    groups: ['Purchasing'],
  };
}

/** Returns the fields that the integration owns, without the named fields, which a request has changed. */
function ownedWithout(...names: readonly string[]): JsonValue {
  const { restrictedFields = [] } = user;
  const owned = Array.isArray(restrictedFields) ? restrictedFields.filter(isObject) : [];
  return owned.filter(({ field }) => typeof field !== 'string' || !names.includes(field));
}
