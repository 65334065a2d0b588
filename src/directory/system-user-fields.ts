import { z } from 'zod';
import { attributeContract } from './attribute-contract.ts';

/** UTF-16 units of a text of a user, and of an employee identifier, as the original directory has them. */
export const TEXT_LENGTH_MAX = 1_024;
export const EMPLOYEE_IDENTIFIER_LENGTH_MAX = 256;
/** Elements of one list of a user. */
export const LIST_LENGTH_MAX = 100;

const text = z.string().max(TEXT_LENGTH_MAX);
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullable().optional();
const list = <Schema extends z.ZodType>(schema: Schema) => z.array(schema).max(LIST_LENGTH_MAX);
const dateTime = z.iso.datetime({ offset: true });

export const addressSchema = z.strictObject({
  id: text.optional(),
  type: text.optional(),
  poBox: text.optional(),
  extendedAddress: text.optional(),
  streetAddress: text.optional(),
  locality: text.optional(),
  region: text.optional(),
  postalCode: text.optional(),
  country: text.optional(),
});
export const phoneNumberSchema = z.strictObject({
  id: text.optional(),
  type: text.optional(),
  number: text.optional(),
});
const attributeSchema = z.strictObject({ name: text, value: z.union([text, z.number(), z.boolean()]) });
const mfaSchema = z.strictObject({
  configured: z.boolean().optional(),
  exclusion: z.boolean().optional(),
  exclusionDays: z.int().min(1).max(3_650).optional(),
  exclusionUntil: dateTime.nullable().optional(),
});
/** Fields that an integration can own, by the original directory's list. */
export const restrictableFields = [
  'addresses',
  'company',
  'costCenter',
  'department',
  'displayname',
  'email',
  'employeeIdentifier',
  'employeeType',
  'firstname',
  'jobTitle',
  'lastname',
  'location',
  'manager',
  'middlename',
  'password',
  'phoneNumbers',
  'username',
] as const;
export type RestrictableField = (typeof restrictableFields)[number];
export const restrictedFieldSchema = z.strictObject({
  field: z.enum([...restrictableFields, 'description', 'sudo']),
  id: z.string().max(24).optional(),
  type: z.string().max(128).optional(),
});

/** What SCIM has no attribute for: kept by the directory itself, under the original directory's names. */
export const propertySchemas = {
  alternateEmail: optional(z.union([z.email().max(TEXT_LENGTH_MAX), z.literal('')])),
  description: optional(text),
  managedAppleId: optional(text),
  recoveryEmail: optional(
    z.strictObject({
      address: z.union([z.email().max(TEXT_LENGTH_MAX), z.literal('')]),
      verified: z.boolean().optional(),
      verifiedAt: z.string().nullable().optional(),
    }),
  ),
  attributes: optional(list(attributeSchema)),
  relationships: optional(list(z.strictObject({ type: text, value: text }))),
  delegatedAuthority: optional(z.strictObject({ id: text.optional(), name: z.literal('ActiveDirectory') })),
  external_dn: optional(text),
  external_source_type: optional(text),
  external_password_expiration_date: optional(dateTime),
  public_key: optional(text.max(16_384)),
  unix_uid: optional(z.int().min(1).max(4_294_967_295)),
  unix_guid: optional(z.int().min(1).max(4_294_967_295)),
  allow_public_key: optional(z.boolean()),
  disableDeviceMaxLoginAttempts: optional(z.boolean()),
  enable_managed_uid: optional(z.boolean()),
  enable_user_portal_multifactor: optional(z.boolean()),
  ldap_binding_user: optional(z.boolean()),
  password_never_expires: optional(z.boolean()),
  passwordless_sudo: optional(z.boolean()),
  samba_service_user: optional(z.boolean()),
  sudo: optional(z.boolean()),
} as const satisfies Readonly<Record<string, z.ZodType>>;

export const propertyNames = Object.keys(propertySchemas) as readonly (keyof typeof propertySchemas)[];

/** Flags that read false where nobody set them. */
export const flagNames = propertyNames.filter(
  (name) => propertySchemas[name].safeParse(true).success && !propertySchemas[name].safeParse('x').success,
);

const contractSchemas = Object.fromEntries(
  attributeContract.map(({ property }) => [
    property,
    optional(property === 'employeeIdentifier' ? z.string().max(EMPLOYEE_IDENTIFIER_LENGTH_MAX) : text),
  ]),
);

/** Fields that are computed: a client that sends back what it read is not refused. */
const readOnly = [
  '_id',
  'id',
  'account_locked_date',
  'activated',
  'active',
  'admin',
  'badLoginAttempts',
  'created',
  'creationSource',
  'lastModified',
  'memberof',
  'mfaEnrollment',
  'organization',
  'passwordStatus',
  'password_date',
  'password_expiration_date',
  'password_expired',
  'ssh_keys',
  'totp_enabled',
] as const;

const bodyShape = {
  ...contractSchemas,
  ...propertySchemas,
  ...Object.fromEntries(readOnly.map((name) => [name, z.unknown().optional()])),
  username: z.string().min(1).max(TEXT_LENGTH_MAX).optional(),
  email: z.string().min(1).max(TEXT_LENGTH_MAX).optional(),
  password: z.string().min(1).max(TEXT_LENGTH_MAX).optional(),
  state: z.enum(['STAGED', 'ACTIVATED', 'SUSPENDED']).optional(),
  suspended: z.boolean().optional(),
  account_locked: z.boolean().optional(),
  externally_managed: z.boolean().optional(),
  addresses: optional(list(addressSchema)),
  phoneNumbers: optional(list(phoneNumberSchema)),
  mfa: optional(mfaSchema),
  restrictedFields: optional(list(restrictedFieldSchema)),
} as const;

/** What a client may send to change a user; PUT is a partial update, as in the original directory. */
export const systemUserPutSchema = z.strictObject(bodyShape);
/** What a client may send to create one. */
export const systemUserPostSchema = z.strictObject({
  ...bodyShape,
  username: z.string().min(1).max(TEXT_LENGTH_MAX),
  email: z.string().min(1).max(TEXT_LENGTH_MAX),
});

export type SystemUserBody = z.output<typeof systemUserPutSchema>;
