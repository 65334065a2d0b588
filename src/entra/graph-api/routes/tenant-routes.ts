import { z } from 'zod';
import type { JsonObject } from '#base/json.ts';
import { identityOf, type Context } from '#rest-api/context.ts';
import { idParams, route, type Route } from '#rest-api/route.ts';
import { fillTenant } from '../../source/generator/fill-tenant.ts';
import type { EntraTenant } from '../../source/source-object.ts';
import { deleteTenant, findTenant, listTenants } from '../../source/tenant-store.ts';
import { createTenant } from '../../source/tenants.ts';
import { runChange, contextOf, tenantOf } from '../graph-context.ts';
import { countObjects } from '../object-list-store.ts';
import { namedTenant, tenantTarget } from './named-tenant.ts';

/** The maximum numbers of users and groups that one request can generate. The command line can generate more. */
export const SAMPLE_USERS_MAX = 100_000;
export const SAMPLE_GROUPS_MAX = 2_000;
const SEED_MAX = 2_147_483_647;
const tag = 'Tenants of the stand-in';

const sample = z.strictObject({
  users: z.int().min(0).max(SAMPLE_USERS_MAX).default(0),
  groups: z.int().min(0).max(SAMPLE_GROUPS_MAX).default(0),
  seed: z.int().min(0).max(SEED_MAX).default(1),
});

export const tenantBody = z.strictObject({
  displayName: z.string(),
  domain: z.string().optional(),
  sample: sample.optional(),
});

const tenantAnswer = z.looseObject({ id: z.string(), displayName: z.string(), domain: z.string() });
const list = z.looseObject({ value: z.array(z.unknown()) });

function tenantResource({ id, name, domain, createdAt, changeNumber }: EntraTenant): JsonObject {
  return { id, displayName: name, domain, createdDateTime: createdAt.toISOString(), changeNumber };
}

/** Returns the properties of microsoft.graph.organization that scripts read. */
function organizationResource({ id, name, domain, createdAt }: EntraTenant): JsonObject {
  return {
    id,
    displayName: name,
    createdDateTime: createdAt.toISOString(),
    deletedDateTime: null,
    tenantType: 'AAD',
    onPremisesSyncEnabled: null,
    verifiedDomains: [{ name: domain, isDefault: true, isInitial: true, type: 'Managed', capabilities: 'Email' }],
  };
}

async function withCounts(context: Context, tenant: EntraTenant): Promise<JsonObject> {
  const { database } = identityOf(context).deps;
  const query = { tenantId: tenant.id, isDeleted: false, bounds: {} } as const;
  const users = await countObjects(database, { ...query, table: 'entra_users' });
  const groups = await countObjects(database, { ...query, table: 'entra_groups' });
  const deletedUsers = await countObjects(database, { ...query, table: 'entra_users', isDeleted: true });
  return { ...tenantResource(tenant), users, groups, deletedUsers };
}

async function create(context: Context, body: z.output<typeof tenantBody>): Promise<EntraTenant> {
  const { organizationId } = identityOf(context);
  return await runChange(context, async (change) => {
    const { displayName: name, domain } = body;
    const tenant = await createTenant(change, organizationId, { name, domain });
    await change.record({ type: 'entra_tenant_create', target: tenantTarget(tenant) });
    return tenant;
  });
}

async function fill(context: Context, tenant: EntraTenant, plan: z.output<typeof sample>): Promise<void> {
  // Uses many transactions, so that other requests do not have to wait until a large sample is complete.
  await fillTenant(identityOf(context).deps, tenant, plan);
  await runChange(context, async ({ record }) => {
    const changes = Object.entries(plan).map(([field, to]) => ({ field, from: null, to }));
    await record({
      type: 'entra_tenant_fill',
      target: tenantTarget(tenant),
      changes,
    });
  });
}

export const tenantRoutes: readonly Route[] = [
  route(
    { method: 'GET', path: '/organization', tag, summary: 'Get the tenant', access: 'entra.read', answer: list },
    async (context) => ({
      ...contextOf(context, 'organization'),
      value: [organizationResource(await tenantOf(context))],
    }),
  ),
  route(
    {
      method: 'GET',
      path: '/tenants',
      tag,
      summary: 'List the tenants of the organization',
      access: 'entra.read',
      answer: list,
    },
    async (context) => {
      const { deps, organizationId } = identityOf(context);
      const tenants = await listTenants(deps.database, organizationId);
      return { ...contextOf(context, 'tenants'), value: tenants.map(tenantResource) };
    },
  ),
  route(
    {
      method: 'POST',
      path: '/tenants',
      tag,
      summary: 'Create a tenant, empty or with generated users and groups',
      access: 'entra.write',
      body: tenantBody,
      answer: tenantAnswer,
      status: 201,
    },
    async (context, { body }) => {
      const tenant = await create(context, body);
      if (body.sample !== undefined) await fill(context, tenant, body.sample);
      const { deps, organizationId } = identityOf(context);
      const current = (await findTenant(deps.database, organizationId, tenant.id)) ?? tenant;
      return { ...contextOf(context, 'tenants/$entity'), ...(await withCounts(context, current)) };
    },
  ),
  route(
    {
      method: 'GET',
      path: '/tenants/:id',
      tag,
      summary: 'Get a tenant with the numbers of its users and groups',
      access: 'entra.read',
      params: idParams,
      answer: tenantAnswer,
    },
    async (context, { params }) => ({
      ...contextOf(context, 'tenants/$entity'),
      ...(await withCounts(context, await namedTenant(context, params.id))),
    }),
  ),
  route(
    {
      method: 'DELETE',
      path: '/tenants/:id',
      tag,
      summary: 'Delete a tenant and everything in it',
      access: 'entra.write',
      params: idParams,
    },
    async (context, { params }) => {
      const tenant = await namedTenant(context, params.id);
      await runChange(context, async ({ database, record }) => {
        await deleteTenant(database, tenant.organizationId, tenant.id);
        await record({ type: 'entra_tenant_delete', target: tenantTarget(tenant) });
      });
    },
  ),
];
