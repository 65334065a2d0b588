import type { Interface, NameOf } from './reason.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The REST and CSV field and the portal label of each SCIM attribute. */
export const fieldNames: Readonly<Record<string, { readonly field: string; readonly label: string }>> = {
  userName: { field: 'username', label: 'Username' },
  emails: { field: 'email', label: 'Company Email' },
  'name.givenName': { field: 'firstname', label: 'First Name' },
  'name.middleName': { field: 'middlename', label: 'Middle Name' },
  'name.familyName': { field: 'lastname', label: 'Last Name' },
  displayName: { field: 'displayname', label: 'Display Name' },
  title: { field: 'jobTitle', label: 'Job Title' },
  locale: { field: 'location', label: 'Location' },
  userType: { field: 'employeeType', label: 'Employee Type' },
  [`${ENTERPRISE}:department`]: { field: 'department', label: 'Department' },
  [`${ENTERPRISE}:costCenter`]: { field: 'costCenter', label: 'Cost Center' },
  [`${ENTERPRISE}:organization`]: { field: 'company', label: 'Company' },
  [`${ENTERPRISE}:employeeNumber`]: { field: 'employeeIdentifier', label: 'Employee ID' },
  [`${ENTERPRISE}:manager`]: { field: 'manager', label: 'Manager' },
};

/** Returns the field of a SCIM attribute, such as `firstname` for `name.givenName`; undefined if no field has its value. */
export function fieldOf(attribute: string): string | undefined {
  return named(attribute)?.field;
}

/** Returns the portal label of a REST field, such as `First Name` for `firstname`. */
export function labelOf(field: string): string {
  return Object.values(fieldNames).find((known) => known.field === field)?.label ?? field;
}

/**
 * Returns a function that gives the name of a SCIM attribute at an interface. An attribute without a field, such as `groups`,
 * keeps its SCIM name.
 *
 * @example namesAt('rest')('name.givenName') // 'firstname'
 */
export function namesAt(at: Interface): NameOf {
  return (attribute) => {
    const known = at === 'scim' ? undefined : named(attribute);
    if (known === undefined) return attribute;
    return at === 'portal' ? known.label : known.field;
  };
}

function named(attribute: string) {
  const whole = attribute.startsWith('emails') ? 'emails' : attribute.replace(/\.value$/, '');
  return Object.hasOwn(fieldNames, whole) ? fieldNames[whole] : undefined;
}
