import { attribute, complex, multiValued, type SchemaDefinition } from './attribute.ts';

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';

const text = (name: string, description: string) => attribute('string', name, description);
const nameText = (name: string, description: string) => attribute('string', name, description, { blank: 'refused' });

/** The core schema of users (RFC 7643 §4.1). */
export const userSchema: SchemaDefinition = {
  id: USER_SCHEMA,
  formerIds: ['urn:scim:schemas:core:1.0', 'urn:scim:schemas:core:2.0', 'urn:scim:schemas:core:2.0:User'],
  name: 'User',
  description: 'A person in the directory.',
  attributes: [
    attribute('string', 'userName', 'The name by which the user signs in; unique in the organization.', {
      required: true,
      uniqueness: 'server',
      invisible: 'refused',
    }),
    complex('name', 'The parts of the name.', [
      nameText('formatted', 'The full name, as it is displayed.'),
      nameText('familyName', 'The family name, or last name.'),
      nameText('givenName', 'The given name, or first name.'),
      nameText('middleName', 'The middle names.'),
      text('honorificPrefix', 'Titles before the name.'),
      text('honorificSuffix', 'Titles and suffixes after the name.'),
    ]),
    nameText('displayName', 'The name that is displayed to others.'),
    nameText('nickName', 'The casual name.'),
    attribute('reference', 'profileUrl', 'The URL of a page about the user.', {
      caseExact: true,
      referenceTypes: ['external'],
    }),
    text('title', 'The job title.'),
    text('userType', 'How the organization relates to the user, such as Employee or Contractor.'),
    text('preferredLanguage', 'Preferred languages, as in the Accept-Language header.'),
    text('locale', 'The locale for dates and numbers; the directory stores it as the location.'),
    text('timezone', 'The time zone, by its IANA name.'),
    attribute(
      'boolean',
      'active',
      'Whether the user has access: true if the user is not suspended and the password has not expired.',
    ),
    attribute('string', 'password', 'The password in clear text; it can be set, but is never returned.', {
      caseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
    }),
    multiValued(
      'emails',
      'Email addresses.',
      attribute(
        'string',
        'value',
        'The address. Under the rule emailUnique, no two users have the same primary address: the one marked primary, else the first of type work, else the first. Users may share the other addresses.',
        { invisible: 'scripts' },
      ),
      ['work', 'home', 'other'],
    ),
    multiValued('phoneNumbers', 'Telephone numbers, stored as sent.', text('value', 'The number.'), [
      'work',
      'home',
      'mobile',
      'fax',
      'pager',
      'other',
    ]),
    multiValued('ims', 'Addresses for instant messages.', text('value', 'The address.'), [
      'aim',
      'gtalk',
      'icq',
      'xmpp',
      'msn',
      'skype',
      'qq',
      'yahoo',
    ]),
    multiValued(
      'photos',
      'Pictures of the user.',
      attribute('reference', 'value', 'The URL of the picture.', { caseExact: true, referenceTypes: ['external'] }),
      ['photo', 'thumbnail'],
    ),
    complex(
      'addresses',
      'Postal addresses.',
      [
        text('formatted', 'The full address, as it is written on an envelope.'),
        text('streetAddress', 'Street and number.'),
        text('locality', 'The city.'),
        text('region', 'The state or region.'),
        text('postalCode', 'The postal code.'),
        text('country', 'The country, by its ISO 3166-1 code.'),
        attribute('string', 'type', 'A label for what the address is used for.', {
          canonicalValues: ['work', 'home', 'other'],
        }),
        attribute('boolean', 'primary', 'Whether this is the preferred address; true for at most one address.'),
      ],
      { multiValued: true },
    ),
    complex(
      'groups',
      'The groups that the user belongs to; to change them, change the members of the group.',
      [
        attribute('string', 'value', 'The id of the group.', { mutability: 'readOnly', caseExact: true }),
        attribute('reference', '$ref', 'The URL of the group.', {
          mutability: 'readOnly',
          caseExact: true,
          referenceTypes: ['User', 'Group'],
        }),
        attribute('string', 'display', 'The name of the group.', { mutability: 'readOnly' }),
        attribute('string', 'type', 'Whether the membership is direct or through another group.', {
          mutability: 'readOnly',
          canonicalValues: ['direct', 'indirect'],
        }),
      ],
      { multiValued: true, mutability: 'readOnly' },
    ),
    multiValued('entitlements', 'Things that the user is entitled to.', text('value', 'The entitlement.'), []),
    multiValued('roles', 'Roles of the user.', text('value', 'The role.'), []),
    multiValued(
      'x509Certificates',
      'Certificates of the user.',
      attribute('binary', 'value', 'A DER certificate in base64.', { caseExact: true }),
      [],
    ),
  ],
};
