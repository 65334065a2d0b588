import {
  EMPLOYEE_IDENTIFIER_LENGTH_MAX,
  LIST_LENGTH_MAX,
  PUBLIC_KEY_LENGTH_MAX,
  readOnlyNames,
  TEXT_LENGTH_MAX,
} from '#directory/system-user-fields.ts';
import { READ_ONLY_TEXT, type FieldTexts } from './describe-fields.ts';

const text = `at most ${TEXT_LENGTH_MAX} characters`;
const listed = `at most ${LIST_LENGTH_MAX}`;
const stored = 'stored for clients of the legacy directory; it has no effect here';

/** Descriptions of the fields of a user's SSH key. */
export const sshKeyTexts = {
  _id: 'The id of the SSH key: 24 hexadecimal digits.',
  name: 'The label of the SSH key, such as the name of the computer that uses it.',
  public_key: 'The public key in the format of OpenSSH: type, base64 data and an optional comment, on one line.',
  create_date: 'When the SSH key was added: RFC 3339, in UTC.',
} as const satisfies FieldTexts;

export const newSshKeyTexts = {
  name: 'A label for the SSH key, such as the name of the computer that uses it: 1 to 200 characters.',
  public_key: 'The public key in the format of OpenSSH, on one line: 1 to 20,000 characters.',
} as const satisfies FieldTexts;

const nestedTexts = {
  'addresses.id': 'An identifier of the list element, derived from its position; ignored in requests.',
  'addresses.type': `The kind of address, such as work or home: ${text}; one address of each type.`,
  'addresses.poBox': `The post-office box: ${text}.`,
  'addresses.extendedAddress': `A second line of the address, such as a floor or a building: ${text}.`,
  'addresses.streetAddress': `The street with the house number: ${text}.`,
  'addresses.locality': `The city or town: ${text}.`,
  'addresses.region': `The state, province or canton: ${text}.`,
  'addresses.postalCode': `The postal code, as a text: ${text}.`,
  'addresses.country': `The country, preferably as an ISO 3166-1 alpha-2 code such as DE: ${text}.`,
  'phoneNumbers.id': 'An identifier of the list element, derived from its position; ignored in requests.',
  'phoneNumbers.type': `The kind of number, such as work or mobile: ${text}.`,
  'phoneNumbers.number': `The telephone number, preferably in the E.164 format such as +4930123456: ${text}.`,
  'recoveryEmail.address': `An email address of ${text}, or an empty text for none.`,
  'attributes.name': `The name of the custom attribute, unique among those of the user: 1 to ${TEXT_LENGTH_MAX} characters.`,
  'attributes.value': `The value: a text of ${text}, a number or a boolean.`,
  'relationships.type': `The kind of relation, such as manager: ${text}.`,
  'relationships.value': `The related user or object, usually by its id: ${text}.`,
  'delegatedAuthority.id': `The id of the directory that checks the password: ${text}.`,
  'delegatedAuthority.name': 'The directory that checks the password; only ActiveDirectory is a valid value.',
  'restrictedFields.field': 'The name of the field that the integration owns.',
  'restrictedFields.id': 'The id of the integration that owns the field: at most 24 characters.',
  'restrictedFields.type': 'The kind of owner: scim for a SCIM integration; at most 128 characters.',
} as const satisfies FieldTexts;

/** Descriptions of fields that a client can set and read. */
const sharedTexts = {
  ...nestedTexts,
  username: `The sign-in name, unique in the organization regardless of case: 1 to ${TEXT_LENGTH_MAX} characters.`,
  email: `The primary email address, to which emails about the account go: ${text}.`,
  firstname: `The given name: ${text}.`,
  middlename: `The middle name: ${text}.`,
  lastname: `The family name: ${text}.`,
  displayname: `The full name as it is shown to people: ${text}.`,
  jobTitle: `The job title, such as Purchasing Lead: ${text}.`,
  location: `The location, or the language tag that an integration sends as locale: ${text}.`,
  employeeType: `The kind of employment, such as Employee or Contractor: ${text}.`,
  department: `The department that the user works in: ${text}.`,
  costCenter: `The cost center that the user is charged to: ${text}.`,
  company: `The company or legal entity that employs the user: ${text}.`,
  employeeIdentifier: `The number that the employer gave the user, unique in the organization: at most ${EMPLOYEE_IDENTIFIER_LENGTH_MAX} characters.`,
  manager: 'The id of the user who is the manager: 24 hexadecimal digits.',
  alternateEmail: `A second email address; links to set a password go to it instead of the primary one: ${text}; empty for none.`,
  description: `A free note about the user: ${text}.`,
  managedAppleId: `The Apple Account that the organization manages for the user: ${text}; ${stored}.`,
  recoveryEmail: `An object with the address for recovering the account; ${stored}.`,
  attributes: `Custom attributes as name and value, ${listed}.`,
  relationships: `Relations to other users or objects, ${listed}; ${stored}.`,
  delegatedAuthority: `The directory that checks the password in place of this one; ${stored}.`,
  external_dn: `The distinguished name of the user in another directory: ${text}; ${stored}.`,
  external_source_type: `The kind of directory that the user comes from: ${text}; ${stored}.`,
  external_password_expiration_date: `When the password expires in another directory: RFC 3339 with an offset; ${stored}.`,
  public_key: `A single SSH public key, kept in addition to ssh_keys: at most ${PUBLIC_KEY_LENGTH_MAX} characters; ${stored}.`,
  unix_uid: `The numeric user id on Unix systems: 1 to 4,294,967,295; ${stored}.`,
  unix_guid: `The numeric id of the primary group on Unix systems: 1 to 4,294,967,295; ${stored}.`,
  allow_public_key: `True if the user may sign in to systems with an SSH key; ${stored}. Default: false.`,
  disableDeviceMaxLoginAttempts: `True if devices do not lock the user after wrong passwords; ${stored}. Default: false.`,
  enable_managed_uid: `True if unix_uid and unix_guid are applied on systems; ${stored}. Default: false.`,
  enable_user_portal_multifactor:
    'True if the user needs a second factor to sign in to the user portal. Default: false.',
  ldap_binding_user: `True if the user may bind to LDAP for other applications; ${stored}. Default: false.`,
  password_never_expires:
    'True if the password does not expire, whatever the settings of the organization say. Default: false.',
  passwordless_sudo: `True if sudo asks the user for no password; ${stored}. Default: false.`,
  samba_service_user: `True if the user is a Samba service account; ${stored}. Default: false.`,
  sudo: `True if the user may use sudo on systems; ${stored}. Default: false.`,
  addresses: `Postal addresses, ${listed}.`,
  phoneNumbers: `Telephone numbers, ${listed}.`,
  state: 'STAGED: created but not yet usable; ACTIVATED: usable; SUSPENDED: cannot sign in.',
  suspended: 'True if the state is SUSPENDED.',
  account_locked: 'True while the account is locked, after wrong passwords or by an administrator.',
  externally_managed: 'True if the integration of the user manages the password, so that it cannot be set here.',
  restrictedFields: `The fields that the integration of the user owns and that cannot be changed here, ${listed}.`,
  ssh_keys: `The SSH keys of the user, ${listed}.`,
  mfa: 'The state of the second factor, and a period in which the user may sign in without one.',
  'mfa.configured': 'True if an authenticator app is set up; ignored in requests.',
  'mfa.exclusion': 'True while the user may sign in without a second factor.',
  'mfa.exclusionUntil': 'When the period without a second factor ends: RFC 3339.',
} as const satisfies FieldTexts;

const enrollment = 'NOT_ENROLLED, IN_ENROLLMENT or ENROLLED';

/** Descriptions of the fields of a user in a response. */
export const systemUserTexts = {
  ...sharedTexts,
  _id: 'The id of the user: 24 hexadecimal digits, the same value as id.',
  id: 'The id of the user: 24 hexadecimal digits.',
  organization: 'The id of the organization that the user belongs to: 24 hexadecimal digits.',
  email: 'The primary email address, to which emails about the account go; empty if there is none.',
  activated: 'True if the user has a password, whether or not the account is usable.',
  active: 'True unless the user is suspended or the password has expired; SCIM clients read the same value as active.',
  account_locked_date: 'When the account was locked: RFC 3339, in UTC; null if it was not.',
  badLoginAttempts: 'The number of wrong passwords in a row since the last sign-in; 0 after a correct password.',
  password_expired: 'True if the password has expired and the user has to set a new password.',
  password_date: 'When the password was last set: RFC 3339, in UTC; null if it never was.',
  password_expiration_date: 'When the password expires: RFC 3339, in UTC; null if it does not.',
  passwordStatus:
    'Password Pending: no password is set yet; Active: the password can be used; Expired: the password has expired; Locked: the account is locked; Managed by the source: the integration manages the password.',
  totp_enabled: 'True if an authenticator app is set up.',
  mfaEnrollment: `The progress of each kind of second factor: ${enrollment}.`,
  'mfaEnrollment.overallStatus': `The progress over all kinds of second factor: ${enrollment}.`,
  'mfaEnrollment.totpStatus': `The progress of the authenticator app: ${enrollment}.`,
  'mfaEnrollment.webAuthnStatus': 'Always NOT_ENROLLED: passkeys are not reported here.',
  'mfaEnrollment.pushStatus': 'Always NOT_ENROLLED: push notifications are not supported.',
  'mfaEnrollment.jcGoStatus': 'Always NOT_ENROLLED: this factor of the legacy directory is not supported.',
  memberof: 'The ids of the groups of the user, direct and by nesting; only in search results.',
  adoptionUnconfirmed: 'Present until an administrator confirms that the integration owns the user.',
  creationSource:
    'Where the user came from, such as tanhua:api, tanhua:scim, tanhua:csv or a value of the creation-source header.',
  created: 'When the user was created: RFC 3339, in UTC.',
  lastModified: 'When the user was last changed: RFC 3339, in UTC.',
} as const satisfies FieldTexts;

/** Descriptions of the fields of `mfa` in a request. */
export const mfaTexts = {
  configured: READ_ONLY_TEXT,
  exclusion: 'true starts a period without a second factor and needs exclusionDays or exclusionUntil; false ends it.',
  exclusionUntil: 'When the period without a second factor ends: a future time, RFC 3339 with an offset.',
  exclusionDays: 'The length of the period without a second factor, from now: 1 to 3,650 days.',
} as const satisfies FieldTexts;

/** Descriptions of the fields of a user in a request. A field that is not in the body keeps its value; null removes a value. */
export const systemUserBodyTexts: FieldTexts = {
  ...Object.fromEntries(readOnlyNames.map((name) => [name, READ_ONLY_TEXT])),
  ...sharedTexts,
  password: `A new password, which has to meet the password rules of the organization: ${text}.`,
  state: 'STAGED, ACTIVATED or SUSPENDED. Default for a new user: the setting defaultStateManual.',
  suspended: 'true suspends the user and false lifts a suspension, as state does.',
  account_locked: 'true locks the account and false unlocks it.',
  externally_managed:
    'false lets this directory manage the password instead of the integration; true lets the integration manage it again.',
  restrictedFields:
    'The fields that the integration keeps: a field that is left out of the list is released and can be changed here.',
  ...Object.fromEntries(Object.entries(mfaTexts).map(([name, text]) => [`mfa.${name}`, text])),
  'ssh_keys.name': newSshKeyTexts.name,
  'ssh_keys.public_key': 'The public key in the format of OpenSSH, on one line.',
};
