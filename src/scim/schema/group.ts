import { attribute, complex, type SchemaDefinition } from './attribute.ts';

export const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/**
 * The core schema of groups (RFC 7643 §4.2). `displayName` is required, because Entra ID matches groups by it. The rule
 * groupNameUnique makes it unique.
 */
export const groupSchema: SchemaDefinition = {
  id: GROUP_SCHEMA,
  formerIds: ['urn:scim:schemas:core:1.0', 'urn:scim:schemas:core:2.0', 'urn:scim:schemas:core:2.0:Group'],
  name: 'Group',
  description: 'A group of users and groups.',
  attributes: [
    attribute(
      'string',
      'displayName',
      'The name of the group; unique in the organization under the rule groupNameUnique.',
      { required: true, invisible: 'scripts' },
    ),
    complex(
      'members',
      'The members of the group.',
      [
        attribute('string', 'value', 'The id of the member.', {
          mutability: 'immutable',
          caseExact: true,
          blank: 'refused',
        }),
        attribute('reference', '$ref', 'The URL of the member.', {
          mutability: 'immutable',
          caseExact: true,
          referenceTypes: ['User', 'Group'],
        }),
        attribute('string', 'type', 'Whether the member is a user or a group.', {
          mutability: 'immutable',
          canonicalValues: ['User', 'Group'],
        }),
        attribute('string', 'display', 'The name of the member.', { mutability: 'readOnly' }),
      ],
      { multiValued: true },
    ),
  ],
};
