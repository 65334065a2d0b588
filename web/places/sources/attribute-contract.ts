import type { Words } from '../../words/words.tsx';

type Texts = Words['sources']['attributes'];

/** A row of the guide's table of attributes. */
export interface AttributeRow {
  /** The attribute or expression in Entra ID; null for an attribute that the guide maps from nothing. */
  readonly entra: string | null;
  readonly scim: string;
  readonly property: string;
  readonly label: keyof Texts['labels'];
  readonly rule: keyof Texts['rules'];
}

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The attributes of the integration guide, in its order. */
export const attributeRows: readonly AttributeRow[] = [
  { entra: 'mailNickname', scim: 'userName', property: 'username', label: 'userName', rule: 'userName' },
  { entra: 'givenName', scim: 'name.givenName', property: 'firstname', label: 'givenName', rule: 'name' },
  { entra: 'surname', scim: 'name.familyName', property: 'lastname', label: 'familyName', rule: 'name' },
  {
    entra: 'userPrincipalName',
    scim: 'emails[type eq "work"].value',
    property: 'email',
    label: 'email',
    rule: 'email',
  },
  { entra: 'displayName', scim: 'displayName', property: 'displayname', label: 'displayName', rule: 'none' },
  {
    entra: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
    scim: 'active',
    property: '!suspended && !passwordExpired',
    label: 'active',
    rule: 'active',
  },
  { entra: null, scim: 'meta.created, meta.lastModified', property: 'created', label: 'meta', rule: 'readOnly' },
  { entra: 'jobTitle', scim: 'title', property: 'jobTitle', label: 'title', rule: 'none' },
  { entra: 'department', scim: `${ENTERPRISE}:department`, property: 'department', label: 'department', rule: 'none' },
  { entra: null, scim: 'locale', property: 'location', label: 'locale', rule: 'none' },
  { entra: null, scim: `${ENTERPRISE}:costCenter`, property: 'costCenter', label: 'costCenter', rule: 'urn' },
  { entra: null, scim: 'userType', property: 'employeeType', label: 'userType', rule: 'none' },
  { entra: null, scim: `${ENTERPRISE}:organization`, property: 'company', label: 'organization', rule: 'urn' },
  {
    entra: 'employeeId',
    scim: `${ENTERPRISE}:employeeNumber`,
    property: 'employeeIdentifier',
    label: 'employeeNumber',
    rule: 'employeeNumber',
  },
  { entra: 'manager', scim: `${ENTERPRISE}:manager`, property: 'manager', label: 'manager', rule: 'manager' },
];
