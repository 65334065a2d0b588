import type { JsonObject } from '#base/json.ts';
import { must, should, type Section } from '../check.ts';
import type { Context } from '../context.ts';
import { expectEqual, expectStatus, expectThat, read, readList, readText, resourcesOf, textOf } from '../expect.ts';
import { GROUP_SCHEMA, USER_SCHEMA } from '../scim-names.ts';

const RESOURCE_TYPE_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';

async function resourceTypes({ scim }: Context): Promise<readonly JsonObject[]> {
  return resourcesOf(await scim.get('/ResourceTypes'));
}

async function resourceType(context: Context, name: string): Promise<JsonObject> {
  const types = await resourceTypes(context);
  const found = types.find((type) => read(type, 'name') === name);
  expectThat(
    found !== undefined,
    `resource type ${name}`,
    'to be listed',
    types.map((type) => read(type, 'name') ?? null),
  );
  return found;
}

export const resourceTypesSection: Section = {
  source: 'RFC 7643 §6',
  title: 'Resource types',
  checks: [
    must(
      'resource-types.attributes',
      'Each resource type has a name, an endpoint and the URI of its schema.',
      async (context) => {
        for (const type of await resourceTypes(context)) {
          expectEqual('schemas', read(type, 'schemas'), [RESOURCE_TYPE_SCHEMA]);
          for (const name of ['name', 'endpoint', 'schema']) readText(type, name);
        }
      },
    ),
    must(
      'resource-types.user',
      'The resource type User has the endpoint /Users and the core User schema.',
      async (context) => {
        const type = await resourceType(context, 'User');
        expectThat(readText(type, 'endpoint').endsWith('/Users'), 'endpoint', '/Users', read(type, 'endpoint'));
        expectEqual('schema', read(type, 'schema'), USER_SCHEMA);
      },
    ),
    must(
      'resource-types.group',
      'The resource type Group has the endpoint /Groups and the core Group schema.',
      async (context) => {
        const type = await resourceType(context, 'Group');
        expectThat(readText(type, 'endpoint').endsWith('/Groups'), 'endpoint', '/Groups', read(type, 'endpoint'));
        expectEqual('schema', read(type, 'schema'), GROUP_SCHEMA);
      },
      'groups',
    ),
    must(
      'resource-types.extensions',
      'Each schema extension names its schema and states whether it is required.',
      async (context) => {
        for (const type of await resourceTypes(context)) {
          for (const extension of readList(type, 'schemaExtensions')) {
            readText(extension, 'schema');
            const required = read(extension, 'required');
            expectThat(typeof required === 'boolean', 'schemaExtensions.required', 'true or false', required);
          }
        }
      },
    ),
    must(
      'resource-types.schemas-exist',
      'Every schema that a resource type names is listed at /Schemas.',
      async (context) => {
        const known = new Set(resourcesOf(await context.scim.get('/Schemas')).map((schema) => readText(schema, 'id')));
        for (const type of await resourceTypes(context)) {
          const named = [
            readText(type, 'schema'),
            ...readList(type, 'schemaExtensions').map((one) => readText(one, 'schema')),
          ];
          const unknown = named.filter((schema) => !known.has(schema));
          expectEqual('schemas missing from /Schemas', unknown, []);
        }
      },
    ),
    must(
      'resource-types.one',
      'GET of a single resource type returns the same object as the list.',
      async (context) => {
        const listed = await resourceType(context, 'User');
        const id = read(listed, 'id') ?? read(listed, 'name');
        const answer = await context.scim.get(`/ResourceTypes/${textOf(id)}`);
        expectStatus(answer, 200);
        expectEqual('the resource type', answer.body, listed);
      },
    ),
    should(
      'resource-types.meta',
      'meta states the resource type ResourceType and the location of the resource.',
      async (context) => {
        for (const type of await resourceTypes(context)) {
          expectEqual('meta.resourceType', read(type, 'meta', 'resourceType'), 'ResourceType');
          readText(type, 'meta', 'location');
        }
      },
    ),
  ],
};
