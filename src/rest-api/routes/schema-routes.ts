import { z } from 'zod';
import { quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { addSchema, removeSchema, replaceSchema, schemaTag, showSchema } from '#schemas/custom-schemas.ts';
import { readSchemaDefinition, type CustomSchema } from '#schemas/read-definition.ts';
import { listSchemas } from '#schemas/schema-store.ts';
import { SCHEMA_URN_LENGTH_MAX } from '#scim/limits.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { route, type Route } from '../route.ts';
import { listAnswer } from '../schemas.ts';

const tag = 'Organizations';
const base = '/api/schemas';

const urnText = 'The URN of the schema, such as urn:contoso:scim:schemas:2.0:User; letter case makes no difference.';
const urnParams = describeFields(z.object({ id: z.string().max(SCHEMA_URN_LENGTH_MAX) }), { id: urnText });
/** The other characteristics are those of RFC 7643 §7, which the feature reads. */
const attribute = z.looseObject({
  name: z.string(),
  type: z.string().optional(),
  multiValued: z.boolean().optional(),
  required: z.boolean().optional(),
});
const texts = {
  id: urnText,
  name: 'A name for people. Default: a part of the URN.',
  description: 'What the schema is for; may be empty.',
  resourceType: 'What the schema extends: User or Group. Default: Group if the URN ends with ":Group", else User.',
  attributes: 'The attributes with the characteristics of RFC 7643 §7, such as type, multiValued and required.',
  'attributes.type':
    'The type of its values: string, boolean, decimal, integer, dateTime, reference, binary or complex. Default: string.',
  'attributes.multiValued': 'True if it can have several values. Default: false.',
  'attributes.required': 'True if each resource with values of the schema must have it. Default: false.',
  'attributes.name': 'The name of the attribute: a letter, then letters, digits, "-" and "_".',
} as const;
const schemaShape = {
  id: z.string(),
  name: z.string(),
  description: z.string(),
  resourceType: z.enum(['User', 'Group']),
  attributes: z.array(attribute),
} as const;
const schemaAnswer = describeFields(z.object(schemaShape), texts).meta({
  id: 'customschema',
  description: 'A schema that the organization defined, in the format of RFC 7643 §7.',
});
const usedAnswer = describeFields(z.object({ ...schemaShape, resources: z.int() }), {
  ...texts,
  resources: 'The number of users or groups that have values of the schema; deleted ones count until they are purged.',
});
const schemaBody = describeFields(
  z.looseObject({
    id: z.string(),
    name: z.string().optional(),
    description: z.string().optional(),
    resourceType: z.enum(['User', 'Group']).optional(),
    attributes: z.array(attribute),
  }),
  texts,
);

function shown({ resourceType, definition }: CustomSchema) {
  const { id, name, description, attributes } = definition;
  return { id, name, description, resourceType, attributes: attributes.map((one) => ({ ...one })) };
}

/** Answers a schema with its version. */
function versioned({ reply }: Context, schema: CustomSchema) {
  reply.header('etag', schemaTag(schema));
  return shown(schema);
}

const versionHeader = {
  ETag: { description: 'The version of the schema, for If-Match.', example: '"pYqPzSFIXHgE2wRyMpeZVg"' },
} as const;

/** The routes of the custom schemas of an organization, which SCIM also offers at /Schemas. */
export const schemaRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: base,
      tag,
      summary: 'List the custom schemas of the organization',
      access: 'organization.read',
      answer: listAnswer(schemaAnswer),
    },
    async (context) => {
      const { deps, organizationId } = identityOf(context);
      const results = (await listSchemas(deps.database, organizationId)).map(shown);
      return { totalCount: results.length, results };
    },
  ),
  route(
    {
      method: 'POST',
      path: base,
      tag,
      summary: 'Add a custom schema',
      access: 'schemas',
      body: schemaBody,
      answer: schemaAnswer,
      status: 201,
    },
    async (context, { body }) =>
      shown(await addSchema(identityOf(context).deps, originOf(context), readSchemaDefinition(body))),
  ),
  route(
    {
      method: 'GET',
      path: `${base}/:id`,
      tag,
      summary: 'Show a custom schema, and how many users or groups have values of it',
      access: 'organization.read',
      params: urnParams,
      answer: usedAnswer,
      answerHeaders: versionHeader,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      const { schema, resources } = await showSchema(deps.database, organizationId, params.id);
      return { ...versioned(context, schema), resources };
    },
  ),
  route(
    {
      method: 'PUT',
      path: `${base}/:id`,
      tag,
      summary: 'Replace a custom schema, which must keep every attribute that has values',
      access: 'schemas',
      params: urnParams,
      headers: { 'if-match': 'The version of the schema that is changed, from ETag. Default: any version.' },
      body: schemaBody,
      answer: schemaAnswer,
      answerHeaders: versionHeader,
      refusals: { 412: { description: 'The schema has changed since it was read.' } },
    },
    async (context, { params, body }) => {
      const schema = readSchemaDefinition(body);
      if (fold(schema.definition.id) !== fold(params.id)) {
        throw new TranslatedError(
          'schemaInvalid',
          ({ admin }) => admin.schemas.otherId(quote(schema.definition.id), quote(params.id)),
          { attribute: 'id' },
        );
      }
      const { 'if-match': ifMatch } = context.request.headers;
      const { deps } = identityOf(context);
      return versioned(context, await replaceSchema(deps, originOf(context), schema, undefined, ifMatch));
    },
  ),
  route(
    {
      method: 'DELETE',
      path: `${base}/:id`,
      tag,
      summary: 'Remove a custom schema of which no user and no group has values',
      access: 'schemas',
      params: urnParams,
      status: 204,
    },
    async (context, { params }) => {
      await removeSchema(identityOf(context).deps, originOf(context), params.id);
    },
  ),
];
