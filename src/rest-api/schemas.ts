import { z } from 'zod';
import { attributeContract } from '#directory/attribute-contract.ts';
import {
  addressSchema,
  phoneNumberSchema,
  propertySchemas,
  restrictedFieldSchema,
} from '#directory/system-user-fields.ts';
import { restrictableGroupFields } from '#directory/user-groups.ts';
import { describeFields, type FieldTexts } from './describe-fields.ts';
import { LIMIT_DEFAULT, LIMIT_MAX, listQuerySchema } from './list-query.ts';
import { pathIds } from './route.ts';
import { sshKeyTexts, systemUserTexts } from './system-user-texts.ts';

// This module contains the schemas that several files use. A schema that only one file uses is defined in that file.

const text = z.string();
const time = z.iso.datetime();

const pageTexts = {
  limit: `The maximum number of results, from 0; more than ${LIMIT_MAX} counts as ${LIMIT_MAX}. Default: ${LIMIT_DEFAULT}.`,
  skip: 'The number of results to skip: 0 to 10,000,000. Default: 0.',
} as const satisfies FieldTexts;

const fieldsText =
  'The names of the fields to return, separated by spaces or commas; the id is always returned. Default: all fields.';

const listTexts = {
  ...pageTexts,
  sort: 'The fields to sort by, separated by spaces or commas; a leading - reverses the order, as in -created.',
  fields: fieldsText,
  filter:
    'A condition field:operator:value, such as department:eq:Sales. Several conditions are combined with AND, and those in filter[or][0] with OR. Operators: eq, ne, gt, gte, lt, lte, in, nin, between, search, sw, ew.',
} as const satisfies FieldTexts;

/** The query of a list that can be filtered, searched, sorted and paged. */
export const listQuery = describeFields(listQuerySchema, {
  ...listTexts,
  search: 'A term to find in any of the searched fields, or the JSON {"searchTerm": "…", "fields": ["…"]}.',
});

/** The query of the list of groups, which can be filtered, sorted and paged. */
export const groupListQuery = describeFields(listQuerySchema.omit({ search: true }), {
  ...listTexts,
  filter:
    'A condition field:operator:value, such as name:sw:Sales. Repeat the parameter for several conditions, which are combined with AND. Operators: eq, ne, gt, gte, lt, lte, in, nin, between, search, sw, ew.',
});

/** The query of a list that can only be paged. */
export const pageQuery = describeFields(listQuerySchema.pick({ limit: true, skip: true }), pageTexts);

/** The query of a single resource. The paging parameters of lists are validated, as in the legacy directory, and have no effect. */
export const fieldsQuery = describeFields(listQuerySchema.pick({ limit: true, skip: true, fields: true }), {
  limit: 'Validated and ignored.',
  skip: 'Validated and ignored.',
  fields: fieldsText,
});

export const userIdParams = pathIds({ id: 'The id of the user: 24 hexadecimal digits.' });
export const groupIdParams = pathIds({ id: 'The id of the group: 24 hexadecimal digits.' });
export const administratorIdParams = pathIds({ id: 'The id of the administrator: 24 hexadecimal digits.' });
export const integrationIdParams = pathIds({ id: 'The id of the integration: 24 hexadecimal digits.' });

export const sshKeyAnswer = describeFields(
  z.object({ _id: text, name: text, public_key: text, create_date: time }),
  sshKeyTexts,
).meta({ id: 'sshkey', description: 'A public SSH key of a user.' });

/** The header with the total number of results, for lists that do not have this number in the body. */
export const totalCountHeader = {
  'X-Total-Count': { description: 'The number of all results, regardless of limit and skip.', example: 1 },
} as const;

const enrollment = z.enum(['NOT_ENROLLED', 'IN_ENROLLMENT', 'ENROLLED']);

const systemUser = z
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
    memberof: z.array(text),
    adoptionUnconfirmed: z.literal(true),
    creationSource: text,
    created: time,
    lastModified: time,
  })
  .partial()
  .extend({ _id: text, id: text });

export const systemUserAnswer = describeFields(systemUser, systemUserTexts).meta({
  id: 'systemuser',
  description:
    'A user, with the field names of the legacy directory’s API. With the query parameter fields, only the ids and the named fields.',
});

const userGroup = z
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
    restrictedFields: z.array(z.object({ field: z.enum(restrictableGroupFields), id: text, type: text })),
    organizationObjectId: text,
    suggestionCounts: z.object({ add: z.int(), remove: z.int(), total: z.int() }),
    creationSource: text,
    created: time,
    lastModified: time,
  })
  .partial()
  .extend({ id: text });

export const userGroupAnswer = describeFields(userGroup, {
  id: 'The id of the group: 24 hexadecimal digits.',
  name: 'The display name, unique among the groups of the organization.',
  type: 'Always user_group.',
  description: 'A free note about the group; empty if there is none.',
  email: 'The email address of the group; empty if there is none.',
  attributes: 'Further data about the group, such as RADIUS reply attributes in radius.reply.',
  membershipMethod: 'Always STATIC: members are added and removed individually.',
  memberQuery: 'Always null: members are not found by a query.',
  memberQueryExemptions: 'Always empty: members are not found by a query.',
  memberSuggestionsNotify: 'Always false: there are no suggestions of members.',
  restrictedFields: 'The fields that the integration of the group owns and that cannot be changed here.',
  'restrictedFields.field': 'The name of the field that the integration owns: name or members.',
  'restrictedFields.id': 'The id of the integration that owns the field.',
  'restrictedFields.type': 'Always scim.',
  organizationObjectId: 'The id of the organization that the group belongs to: 24 hexadecimal digits.',
  suggestionCounts: 'The number of suggested changes to the members; always 0.',
  'suggestionCounts.add': 'The number of suggested additions; always 0.',
  'suggestionCounts.remove': 'The number of suggested removals; always 0.',
  'suggestionCounts.total': 'The number of all suggestions; always 0.',
  creationSource: 'Where the group came from, such as tanhua:api or tanhua:scim.',
  created: 'When the group was created: RFC 3339, in UTC.',
  lastModified: 'When the group was last changed: RFC 3339, in UTC.',
}).meta({
  id: 'usergroup',
  description: 'A group. With the query parameter fields, only the id and the named fields.',
});

export const listAnswer = <Schema extends z.ZodType>(schema: Schema) =>
  describeFields(z.object({ totalCount: z.int(), results: z.array(schema) }), {
    totalCount: 'The number of all results that match, regardless of limit and skip.',
    results: 'The results of this page.',
  });
