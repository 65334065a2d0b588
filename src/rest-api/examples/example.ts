import type { JsonObject, JsonValue } from '#base/json.ts';
import { flagNames } from '#directory/system-user-fields.ts';
import type { Route } from '../route.ts';

/** Examples of the bodies that an operation receives and returns, for the OpenAPI document. */
export interface OperationExample {
  readonly body?: JsonValue;
  readonly answer?: JsonValue;
  /** Response bodies that are not JSON, by media type. */
  readonly texts?: Readonly<Record<string, string>>;
}

/** Examples by operation: the method and the path of the route, such as `GET /api/keys/:id`. */
export type Examples = Readonly<Record<`${Route['method']} ${string}`, OperationExample>>;

/** Ids of the resources in the examples. */
export const ids = {
  organization: '665f1e0a7b2c4d0012345601',
  otherOrganization: '665f1e0a7b2c4d0012345602',
  user: '665f1e0a7b2c4d0012345611',
  otherUser: '665f1e0a7b2c4d0012345612',
  newUser: '665f1e0a7b2c4d0012345613',
  group: '665f1e0a7b2c4d0012345621',
  parentGroup: '665f1e0a7b2c4d0012345622',
  administrator: '665f1e0a7b2c4d0012345631',
  integration: '665f1e0a7b2c4d0012345641',
  key: '665f1e0a7b2c4d0012345651',
  newKey: '665f1e0a7b2c4d0012345652',
  role: '665f1e0a7b2c4d0012345661',
  job: '665f1e0a7b2c4d0012345671',
  jobResult: '665f1e0a7b2c4d0012345672',
  mail: '665f1e0a7b2c4d0012345681',
  session: '665f1e0a7b2c4d0012345691',
  event: '665f1e0a7b2c4d00123456a1',
  sshKey: '665f1e0a7b2c4d00123456b1',
  passkey: '665f1e0a7b2c4d00123456c1',
  scheduledState: '665f1e0a7b2c4d00123456d1',
  guest: '665f1e0a7b2c4d00123456e1',
  request: '019c2a4e-7d10-7c3a-9b52-3f6f0a1b2c3d',
  activity: '2f1f7a1c-5d0e-4c58-9a63-7c1de2b0f4a9',
  newToken: '665f1e0a7b2c4d00123456f1',
  radiusServer: '665f1e0a7b2c4d0012345711',
  newRadiusServer: '665f1e0a7b2c4d0012345712',
  radiusClient: '665f1e0a7b2c4d0012345721',
  newRadiusClient: '665f1e0a7b2c4d0012345722',
} as const;

/** Placeholders for secrets. None of them is valid. */
export const placeholders = {
  apiKey: 'tnh_EXAMPLE_this_is_not_a_real_key',
  sessionToken: 'tns_EXAMPLE_this_is_not_a_real_session',
  accessToken: 'tna_EXAMPLE_this_is_not_a_real_access_token',
  linkToken: 'EXAMPLE_token_of_the_link_in_a_mail',
  password: 'example passphrase, not a real one',
  newPassword: 'another example passphrase',
  code: '123456',
  sharedSecret: 'EXAMPLE_not_a_real_shared_secret',
  passkeyState: 'EXAMPLE_state_of_the_options',
} as const;

export const created = '2026-01-12T08:30:00.000Z';
export const modified = '2026-02-03T14:05:00.000Z';

/** A session of an administrator or a user. */
export const session = {
  id: ids.session,
  createdAt: modified,
  lastUsedAt: modified,
  expiresAt: '2026-02-10T14:05:00.000Z',
  clientIp: '192.0.2.10',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0',
  authMethods: ['pwd', 'otp', 'mfa'],
};

export const sshKey: JsonObject = {
  _id: ids.sshKey,
  name: 'Laptop of Ann Meier',
  public_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILAleYHJe9eEdepB6gr+MV6hLu78B8wuUmx6Ta4OaYwA ann.meier@contoso.com',
  create_date: created,
};

export const newSshKey: JsonObject = { name: 'Laptop of Ann Meier', public_key: sshKey['public_key'] ?? '' };

/** The boolean fields of a user, which every user has. */
const flags: JsonObject = Object.fromEntries(flagNames.map((name) => [name, false]));

/** The names of the fields that the integration owns. */
const owned = [
  'addresses',
  'company',
  'department',
  'displayname',
  'email',
  'employeeIdentifier',
  'firstname',
  'jobTitle',
  'lastname',
  'manager',
  'phoneNumbers',
  'username',
];

/** A user that an integration created. */
export const user: JsonObject = {
  _id: ids.user,
  id: ids.user,
  organization: ids.organization,
  ...flags,
  username: 'ann.meier',
  email: 'ann.meier@contoso.com',
  firstname: 'Ann',
  lastname: 'Meier',
  displayname: 'Ann Meier',
  jobTitle: 'Purchasing Lead',
  department: 'Purchasing',
  company: 'Contoso GmbH',
  employeeIdentifier: '10417',
  manager: ids.otherUser,
  addresses: [
    {
      id: 'b7e23ec29af22b0b4e41da31',
      type: 'work',
      streetAddress: 'Musterstraße 12',
      locality: 'Berlin',
      postalCode: '10115',
      country: 'DE',
    },
  ],
  phoneNumbers: [{ id: '2c624232cdd221771294dfbb', type: 'work', number: '+4930123456' }],
  attributes: [{ name: 'floor', value: '3' }],
  relationships: [],
  state: 'ACTIVATED',
  suspended: false,
  activated: true,
  active: true,
  account_locked: false,
  account_locked_date: null,
  badLoginAttempts: 0,
  password_expired: false,
  password_date: created,
  password_expiration_date: null,
  passwordStatus: 'Active',
  externally_managed: false,
  restrictedFields: owned.map((field) => ({ field, id: ids.integration, type: 'scim' })),
  totp_enabled: false,
  mfa: { configured: false, exclusion: false },
  mfaEnrollment: {
    overallStatus: 'NOT_ENROLLED',
    totpStatus: 'NOT_ENROLLED',
    webAuthnStatus: 'NOT_ENROLLED',
    pushStatus: 'NOT_ENROLLED',
    jcGoStatus: 'NOT_ENROLLED',
  },
  ssh_keys: [sshKey],
  creationSource: 'tanhua:scim',
  created,
  lastModified: modified,
};

/** A user without a password that an administrator created. */
export const newUser: JsonObject = {
  ...withoutOwned(user),
  _id: ids.newUser,
  id: ids.newUser,
  username: 'carla.weiss',
  email: 'carla.weiss@contoso.com',
  firstname: 'Carla',
  lastname: 'Weiss',
  displayname: 'Carla Weiss',
  department: 'Purchasing',
  addresses: [],
  phoneNumbers: [],
  attributes: [],
  activated: false,
  password_date: null,
  passwordStatus: 'Password Pending',
  restrictedFields: [],
  ssh_keys: [],
  creationSource: 'tanhua:api',
  created: modified,
};

function withoutOwned(shown: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(shown).filter(([name]) => !owned.includes(name)));
}

export const group: JsonObject = {
  id: ids.group,
  name: 'Purchasing',
  type: 'user_group',
  description: 'Everyone in purchasing',
  email: 'purchasing@contoso.com',
  attributes: {},
  membershipMethod: 'STATIC',
  memberQuery: null,
  memberQueryExemptions: [],
  memberSuggestionsNotify: false,
  restrictedFields: [],
  organizationObjectId: ids.organization,
  suggestionCounts: { add: 0, remove: 0, total: 0 },
  creationSource: 'tanhua:api',
  created,
  lastModified: modified,
};
