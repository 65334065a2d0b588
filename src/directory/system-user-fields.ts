import { z } from 'zod';
import { attributeContract } from './attribute-contract.ts';

/** The maximum lengths, in UTF-16 units, of a text field and of the employee identifier, as in the legacy directory. */
export const TEXT_LENGTH_MAX = 1_024;
export const EMPLOYEE_IDENTIFIER_LENGTH_MAX = 256;
/** The maximum number of characters of a public key. */
export const PUBLIC_KEY_LENGTH_MAX = 16_384;
/** The maximum number of elements of a list field. */
export const LIST_LENGTH_MAX = 100;

const text = z.string().max(TEXT_LENGTH_MAX);
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullable().optional();
const list = <Schema extends z.ZodType>(schema: Schema) => z.array(schema).max(LIST_LENGTH_MAX);
const dateTime = z.iso.datetime({ offset: true });
/** Treats null and '' as absent, because generated clients send these values for fields that the caller did not set. */
const emptyAsAbsent = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .union([schema, z.null(), z.literal('')])
    .transform((value): z.output<Schema> | undefined => (value === null || value === '' ? undefined : value))
    .optional();
/** For unknown names: accepts only empty values, which generated clients send. Rejects other values, since they would be lost. */
const emptyOnly = z.union(
  [z.null(), z.literal(''), z.literal(false), z.array(z.unknown()).max(0), z.strictObject({})],
  {
    error: 'is not a field of a user',
  },
);

export const addressSchema = z.object({
  id: text.nullish(),
  type: text.nullish(),
  poBox: text.nullish(),
  extendedAddress: text.nullish(),
  streetAddress: text.nullish(),
  locality: text.nullish(),
  region: text.nullish(),
  postalCode: text.nullish(),
  country: text.nullish(),
});
export const phoneNumberSchema = z.object({
  id: text.nullish(),
  type: text.nullish(),
  number: text.nullish(),
});
const attributeSchema = z.object({ name: text.min(1), value: z.union([text, z.number(), z.boolean()]) });
/** The exclusion of a user from the requirement of a second factor. */
export const mfaSchema = z.object({
  configured: z.boolean().nullish(),
  exclusion: z.boolean().nullish(),
  exclusionDays: z.int().min(1).max(3_650).nullish(),
  exclusionUntil: dateTime.nullish(),
});
export type MfaBody = z.output<typeof mfaSchema>;
const sshKeysSchema = z.array(z.object({ name: z.string(), public_key: z.string() })).max(LIST_LENGTH_MAX);
/** The fields that an integration can own, as in the legacy directory. */
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
export const restrictedFieldSchema = z.object({
  field: z.enum([...restrictableFields, 'description', 'sudo']),
  id: z.string().max(24).nullish(),
  type: z.string().max(128).nullish(),
});

/** Properties without a SCIM attribute, which the directory stores under the legacy directory's names. */
export const propertySchemas = {
  alternateEmail: optional(z.union([z.email().max(TEXT_LENGTH_MAX), z.literal('')])),
  description: optional(text),
  managedAppleId: optional(text),
  recoveryEmail: optional(z.object({ address: z.union([z.email().max(TEXT_LENGTH_MAX), z.literal('')]).optional() })),
  attributes: optional(list(attributeSchema)),
  relationships: optional(list(z.object({ type: text, value: text }))),
  delegatedAuthority: optional(z.object({ id: text.optional(), name: z.literal('ActiveDirectory').optional() })),
  external_dn: optional(text),
  external_source_type: optional(text),
  external_password_expiration_date: optional(dateTime),
  public_key: optional(z.string().max(PUBLIC_KEY_LENGTH_MAX)),
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

/** The names of boolean properties, which are false if they are not set. */
export const flagNames = propertyNames.filter(
  (name) => propertySchemas[name].safeParse(true).success && !propertySchemas[name].safeParse('x').success,
);

const contractSchemas = Object.fromEntries(
  attributeContract.map(({ property }) => [
    property,
    optional(property === 'employeeIdentifier' ? z.string().max(EMPLOYEE_IDENTIFIER_LENGTH_MAX) : text),
  ]),
);

/** Computed and obsolete fields. They are accepted and ignored, so that a client can send back what it read. */
export const readOnlyNames = [
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
  'tags',
  'totp_enabled',
] as const;

const bodyShape = {
  ...contractSchemas,
  ...propertySchemas,
  ...Object.fromEntries(readOnlyNames.map((name) => [name, z.unknown().optional()])),
  username: emptyAsAbsent(text),
  email: emptyAsAbsent(text),
  password: emptyAsAbsent(text),
  state: emptyAsAbsent(z.enum(['STAGED', 'ACTIVATED', 'SUSPENDED'])),
  suspended: emptyAsAbsent(z.boolean()),
  account_locked: emptyAsAbsent(z.boolean()),
  externally_managed: emptyAsAbsent(z.boolean()),
  addresses: optional(list(addressSchema)),
  phoneNumbers: optional(list(phoneNumberSchema)),
  mfa: optional(mfaSchema),
  restrictedFields: emptyAsAbsent(list(restrictedFieldSchema)),
  ssh_keys: emptyAsAbsent(sshKeysSchema),
} as const;

/** The body of a PUT, which is a partial update, as in the legacy directory. */
export const systemUserPutSchema = z.object(bodyShape).catchall(emptyOnly);
/** The body of a POST. */
export const systemUserPostSchema = z
  .object({ ...bodyShape, username: text.min(1), email: text.min(1) })
  .catchall(emptyOnly);

const knownFields = z.object(bodyShape);
export type SystemUserBody = z.output<typeof knownFields>;
