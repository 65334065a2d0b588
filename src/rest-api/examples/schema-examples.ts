import type { JsonObject } from '#base/json.ts';
import type { Examples } from './example.ts';

/** The URN of the schema of the examples. */
export const schemaUrn = 'urn:contoso:scim:schemas:2.0:User';

const badge = { name: 'badge', type: 'string', description: 'The number of the badge.' };
const sent: JsonObject = { id: schemaUrn, name: 'Contoso', resourceType: 'User', attributes: [badge] };
const schema: JsonObject = {
  ...sent,
  description: '',
  attributes: [
    {
      ...badge,
      multiValued: false,
      required: false,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
    },
  ],
};

/** Examples of the operations on custom schemas. */
export const schemaExamples: Examples = {
  'GET /api/schemas': { answer: { totalCount: 1, results: [schema] } },
  'POST /api/schemas': { body: sent, answer: schema },
  'GET /api/schemas/:id': { answer: { ...schema, resources: 1_204 } },
  'PUT /api/schemas/:id': { body: sent, answer: schema },
  'DELETE /api/schemas/:id': {},
};
