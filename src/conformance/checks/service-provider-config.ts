import { must, should, type Section } from '../check.ts';
import {
  expectEqual,
  expectRefused,
  expectScimJson,
  expectStatus,
  expectThat,
  read,
  readList,
  readText,
} from '../expect.ts';

const CONFIG_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';

function expectSwitch(config: Parameters<typeof read>[0], name: string): void {
  const supported = read(config, name, 'supported');
  expectThat(typeof supported === 'boolean', `${name}.supported`, 'true or false', supported);
}

function expectLimit(config: Parameters<typeof read>[0], name: string, limit: string): void {
  const value = read(config, name, limit);
  expectThat(Number.isInteger(value) && Number(value) >= 0, `${name}.${limit}`, 'a whole number', value);
}

export const serviceProviderConfigSection: Section = {
  source: 'RFC 7643 §5',
  title: 'Service provider configuration',
  checks: [
    must('config.get', 'GET /ServiceProviderConfig returns 200 and one JSON object.', async ({ scim }) => {
      const answer = await scim.get('/ServiceProviderConfig');
      expectStatus(answer, 200);
      expectScimJson(answer);
      expectEqual('schemas', read(answer.body, 'schemas'), [CONFIG_SCHEMA]);
    }),
    must(
      'config.switches',
      'Each optional feature has a complex attribute with the boolean sub-attribute supported.',
      async ({ capabilities }) => {
        for (const name of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag'])
          expectSwitch(capabilities.config, name);
      },
    ),
    must(
      'config.bulk-limits',
      'bulk states the maximum number of operations and the maximum number of bytes in a request.',
      async ({ capabilities }) => {
        expectLimit(capabilities.config, 'bulk', 'maxOperations');
        expectLimit(capabilities.config, 'bulk', 'maxPayloadSize');
      },
    ),
    must(
      'config.filter-limit',
      'filter states the maximum number of resources in a response.',
      async ({ capabilities }) => {
        expectLimit(capabilities.config, 'filter', 'maxResults');
      },
    ),
    must(
      'config.authentication',
      'authenticationSchemes lists schemes, each with type, name and description.',
      async ({ capabilities }) => {
        const schemes = readList(capabilities.config, 'authenticationSchemes');
        expectThat(schemes.length > 0, 'authenticationSchemes', 'at least one scheme', schemes);
        for (const scheme of schemes) for (const name of ['type', 'name', 'description']) readText(scheme, name);
      },
    ),
    must('config.read-only', 'The configuration is read-only: PUT, POST and DELETE are refused.', async ({ scim }) => {
      const body = { schemas: [CONFIG_SCHEMA], patch: { supported: true } };
      expectRefused(await scim.put('/ServiceProviderConfig', body));
      expectRefused(await scim.post('/ServiceProviderConfig', body));
      expectRefused(await scim.delete('/ServiceProviderConfig'));
    }),
    should(
      'config.meta',
      'meta states the resource type ServiceProviderConfig and the location of the configuration.',
      async ({ capabilities }) => {
        expectEqual('meta.resourceType', read(capabilities.config, 'meta', 'resourceType'), 'ServiceProviderConfig');
        const location = readText(capabilities.config, 'meta', 'location');
        expectThat(location.endsWith('/ServiceProviderConfig'), 'meta.location', '…/ServiceProviderConfig', location);
      },
    ),
  ],
};
