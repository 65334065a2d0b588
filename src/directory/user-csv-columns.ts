/** Columns that contain the value of one text field, named as in the legacy directory's CSV template. */
export const plainColumns = [
  'username',
  'email',
  'password',
  'firstname',
  'middlename',
  'lastname',
  'displayname',
  'alternateEmail',
  'managedAppleId',
  'jobTitle',
  'employeeIdentifier',
  'department',
  'costCenter',
  'company',
  'employeeType',
  'description',
  'location',
  'manager',
  'state',
  'external_dn',
  'external_source_type',
] as const;
export const numberColumns = ['unix_uid', 'unix_guid'] as const;
export const flagColumns = [
  'enable_user_portal_multifactor',
  'sudo',
  'passwordless_sudo',
  'ldap_binding_user',
  'password_never_expires',
  'enable_managed_uid',
  'allow_public_key',
] as const;

/**
 * The columns of an address are named TYPE_PART, such as work_locality. For a second address of the same type, they are named TYPE2_PART.
 */
export const addressColumnParts = [
  'streetAddress',
  'poBox',
  'extendedAddress',
  'locality',
  'region',
  'postalCode',
  'country',
] as const;
/** The address types of the template. `other` is for any other type. */
export const templateAddressTypes = ['home', 'work'] as const;
export const addressTypes = [...templateAddressTypes, 'other'] as const;

/** The column of a phone number is named TYPE_number. For a second number of the same type, it is named TYPE_number2. */
export const templatePhoneTypes = ['mobile', 'home', 'work', 'work_mobile', 'work_fax'] as const;
export const phoneTypes = [...templatePhoneTypes, 'fax', 'pager', 'other'] as const;
