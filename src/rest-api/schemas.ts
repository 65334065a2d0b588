import { z } from 'zod';
import { attributeContract } from '#directory/attribute-contract.ts';
import {
  addressSchema,
  phoneNumberSchema,
  propertySchemas,
  restrictedFieldSchema,
} from '#directory/system-user-fields.ts';

/** Shapes of answers, for the description of the API; requests have theirs beside the routes. */
const text = z.string();
const time = z.iso.datetime();

export const sshKeyAnswer = z.object({ _id: text, name: text, public_key: text, create_date: time });

const enrollment = z.enum(['NOT_ENROLLED', 'IN_ENROLLMENT', 'ENROLLED']);

/** With `fields` there is less of a user or a group than all of it: the id alone is always there. */
export const systemUserAnswer = z
  .object({
    organization: text,
    username: text,
    email: text,
    ...Object.fromEntries(attributeContract.map(({ property }) => [property, text.optional()])),
    ...propertySchemas,
    addresses: z.array(addressSchema),
    phoneNumbers: z.array(phoneNumberSchema),
    state: z.enum(['STAGED', 'ACTIVATED', 'SUSPENDED']),
    suspended: z.boolean(),
    activated: z.boolean(),
    active: z.boolean(),
    account_locked: z.boolean(),
    account_locked_date: time.nullable(),
    badLoginAttempts: z.int(),
    password_expired: z.boolean(),
    password_date: time.nullable(),
    password_expiration_date: time.nullable(),
    passwordStatus: z.enum(['Password Pending', 'Active', 'Expired', 'Locked', 'Managed by the source']),
    externally_managed: z.boolean(),
    restrictedFields: z.array(restrictedFieldSchema),
    totp_enabled: z.boolean(),
    mfa: z.object({ configured: z.boolean(), exclusion: z.boolean(), exclusionUntil: time.optional() }),
    mfaEnrollment: z.object({
      overallStatus: enrollment,
      totpStatus: enrollment,
      webAuthnStatus: enrollment,
      pushStatus: enrollment,
      jcGoStatus: enrollment,
    }),
    ssh_keys: z.array(sshKeyAnswer),
    memberof: z.array(text).meta({ description: 'Of a search: the ids of the groups.' }),
    adoptionUnconfirmed: z
      .literal(true)
      .meta({ description: 'Present until an administrator confirms that the integration owns the user.' }),
    creationSource: text,
    created: time,
    lastModified: time,
  })
  .partial()
  .extend({ _id: text, id: text })
  .meta({ id: 'systemuser', description: 'A user, by the original directory’s names.' });

export const userGroupAnswer = z
  .object({
    name: text,
    type: z.literal('user_group'),
    description: text,
    email: text,
    attributes: z.looseObject({}),
    membershipMethod: z.literal('STATIC'),
    memberQuery: z.null(),
    memberQueryExemptions: z.array(z.unknown()),
    memberSuggestionsNotify: z.boolean(),
    restrictedFields: z.array(restrictedFieldSchema),
    organizationObjectId: text,
    suggestionCounts: z.object({ add: z.int(), remove: z.int(), total: z.int() }),
    creationSource: text,
    created: time,
    lastModified: time,
  })
  .partial()
  .extend({ id: text })
  .meta({ id: 'usergroup' });

export const listAnswer = <Schema extends z.ZodType>(schema: Schema) =>
  z.object({ totalCount: z.int(), results: z.array(schema) });
