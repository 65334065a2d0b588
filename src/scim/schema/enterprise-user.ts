import { attribute, complex, type SchemaDefinition } from './attribute.ts';

export const ENTERPRISE_USER_SCHEMA = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The legacy directory's limit for employeeIdentifier. */
const EMPLOYEE_NUMBER_LENGTH_MAX = 256;

const text = (name: string, description: string) => attribute('string', name, description);

/** The enterprise extension of users (RFC 7643 §4.3). */
export const enterpriseUserSchema: SchemaDefinition = {
  id: ENTERPRISE_USER_SCHEMA,
  formerIds: [
    'urn:scim:schemas:extension:enterprise:1.0',
    'urn:scim:schemas:extension:enterprise:2.0',
    'urn:scim:schemas:extension:enterprise:2.0:User',
  ],
  name: 'EnterpriseUser',
  description: 'The enterprise attributes of a user.',
  attributes: [
    attribute(
      'string',
      'employeeNumber',
      'The employee id; unique in the organization under the rule employeeNumberUnique.',
      { maxLength: EMPLOYEE_NUMBER_LENGTH_MAX },
    ),
    text('costCenter', 'The cost center.'),
    text('organization', 'The organization; the directory stores it as the company.'),
    text('division', 'The division.'),
    text('department', 'The department.'),
    complex('manager', 'The manager of the user.', [
      attribute('string', 'value', 'The id of the manager.', { caseExact: true }),
      attribute('reference', '$ref', 'The URL of the manager.', { caseExact: true, referenceTypes: ['User'] }),
      attribute('string', 'displayName', 'The name of the manager.', { mutability: 'readOnly' }),
    ]),
  ],
};
