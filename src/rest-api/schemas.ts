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

export const systemUserAnswer = z
  .object({
    _id: text,
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
    account_locked: z.boolean(),
    password_expired: z.boolean(),
    passwordStatus: z.enum(['Password Pending', 'Active', 'Expired', 'Locked', 'Managed by the source']),
    restrictedFields: z.array(restrictedFieldSchema),
    ssh_keys: z.array(sshKeyAnswer),
    creationSource: text,
    created: time,
  })
  .meta({ id: 'systemuser', description: 'A user, by the original directory’s names.' });

export const userGroupAnswer = z
  .object({
    id: text,
    name: text,
    type: z.literal('user_group'),
    description: text,
    email: text,
    attributes: z.looseObject({}),
    membershipMethod: z.literal('STATIC'),
  })
  .meta({ id: 'usergroup' });

export const listAnswer = <Schema extends z.ZodType>(schema: Schema) =>
  z.object({ totalCount: z.int(), results: z.array(schema) });
