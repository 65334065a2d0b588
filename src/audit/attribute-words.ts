/**
 * The names of attributes for people, by the SCIM path without its schema URN, or by the field of the REST API. An attribute that is not
 * in this table is named by its own name, split into words.
 */
const words: Readonly<Record<string, string>> = {
  userName: 'User name',
  externalId: 'External id',
  'name.formatted': 'Full name',
  'name.givenName': 'First name',
  'name.familyName': 'Last name',
  nickName: 'Nickname',
  profileUrl: 'Profile URL',
  userType: 'Employee type',
  locale: 'Location',
  employeeNumber: 'Employee ID',
  employeeIdentifier: 'Employee ID',
  jobTitle: 'Title',
  timezone: 'Time zone',
  emails: 'Email',
  phoneNumbers: 'Phone number',
  addresses: 'Address',
  ims: 'Instant messaging address',
  photos: 'Photo',
  roles: 'Role',
  entitlements: 'Entitlement',
  x509Certificates: 'Certificate',
  organization: 'Company',
  manager: 'Manager',
  'manager.value': 'Manager',
  attributes: 'Attribute',
  integration: 'Owner',
  confirmed: 'Owner confirmed',
  account_locked: 'Locked',
  ssh_keys: 'SSH key',
  public_key: 'Public key',
  'mfa.exclusionUntil': 'No second factor needed until',
  alternateEmail: 'Alternate email',
  kind: 'Kind of email',
  language: 'Language of emails',
  template: 'Text of the email',
  chineseTemplate: 'Text of the email in Chinese',
  answer: 'Answer of the mail server',
  next_attempt_at: 'Next attempt',
  authorityUrl: 'Authority URL',
  clientId: 'Application id in Entra ID',
  clientSecret: 'Secret of the application',
  objectIdAttribute: 'Attribute with the object id',
  cacheSeconds: 'Seconds for which a check is reused',
  lockedAccounts: 'Locked people',
  expiredPasswords: 'People with an expired password',
  isInsecure: 'Accepts packets without Message-Authenticator',
  changeAt: 'Secret changes at',
  radiusReplies: 'RADIUS reply attributes',
};

/**
 * Returns the name of an attribute for people.
 *
 * @example
 * attributeWords('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter'); // 'Cost center'
 * attributeWords('name.givenName'); // 'First name'
 * attributeWords('emails[type eq "work"].value'); // 'Work email'
 */
export function attributeWords(field: string): string {
  return attributeInEnglish(attributePartsOf(field));
}

/** The parts of the path of an attribute: `emails`, `work` and an empty text for `emails[type eq "work"].value`. */
export interface AttributeParts {
  readonly name: string;
  readonly type?: string | undefined;
  readonly sub?: string | undefined;
}

/** Returns the parts of the path of an attribute, for its name in a language (`ChangeWords`). */
export function attributePartsOf(field: string): AttributeParts {
  const path = withoutUrn(field);
  const { name = path, type, sub = '' } = elementPath.exec(path)?.groups ?? {};
  return { name, type, sub };
}

/** Returns the name of an attribute in English, by its parts. */
export function attributeInEnglish({ name, type, sub = '' }: AttributeParts): string {
  if (type === undefined) return nameWords(name);
  return `${capitalized(type)} ${withinWords(nameWords(name))}${sub === '' ? '' : ` ${withinWords(nameWords(sub))}`}`;
}

/** The path of the elements of one type: `phoneNumbers[type eq "work"].value`. */
const elementPath = /^(?<name>[^[]+)\[type eq "(?<type>[^"\\]+)"\](?:\.(?:value|(?<sub>[^[]+)))?$/i;

function nameWords(path: string): string {
  return Object.hasOwn(words, path) ? (words[path] ?? path) : splitWords(path);
}

/** Returns words that begin a text in the form for its middle. An abbreviation, as in `SSH key`, keeps its capital letters. */
export function withinWords(text: string): string {
  return /^\p{Lu}\p{Ll}/u.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}

/** Returns the path of an attribute without the URN of its schema. A filter in the path can contain colons. */
export function withoutUrn(field: string): string {
  const [beforeFilter = ''] = field.split('[', 1);
  const path = field.slice(beforeFilter.lastIndexOf(':') + 1);
  return path === '' ? field : path;
}

/** Returns `costCenter`, `cost_center` or `cost.center` as 'Cost center'. An abbreviation, as in `profileURL`, keeps its capital letters. */
function splitWords(path: string): string {
  const [first = '', ...others] = path
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .split(/[\s._-]+/)
    .filter((word) => word !== '');
  if (first === '') return path;
  return [capitalized(first), ...others.map((word) => (/^\p{Lu}{2,}$/u.test(word) ? word : word.toLowerCase()))].join(
    ' ',
  );
}

/** Returns a text with a capital first letter. */
export function capitalized(text: string): string {
  const [first = ''] = text;
  return `${first.toUpperCase()}${text.slice(first.length)}`;
}
