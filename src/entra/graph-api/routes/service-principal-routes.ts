import { z } from 'zod';
import type { JsonObject } from '#base/json.ts';
import { quote } from '#base/errors.ts';
import { encodeOpaque } from '#base/opaque-text.ts';
import type { Database } from '#database/database.ts';
import { identityOf, type Context } from '#rest-api/context.ts';
import { route, type Route } from '#rest-api/route.ts';
import { applicationTarget } from '../../application/application-events.ts';
import { deleteApplication, listApplications } from '../../application/application-store.ts';
import type { EntraApplication } from '../../application/application.ts';
import { createApplication, updateSettings } from '../../application/applications.ts';
import { StandInError } from '../../texts/refusals/stand-in-error.ts';
import { roleValuesOf } from '../assignment-list-store.ts';
import { requireApplication, UNSET_TENANT_URL } from '../find-applications.ts';
import { runChange, contextOf, graphUrl, pageAnswer, tenantOf } from '../graph-context.ts';
import { compileFilter } from '../odata/evaluate-filter.ts';
import { optionsQuery, readOptions } from '../odata/query-options.ts';
import { readToken } from '../odata/skip-token.ts';
import { pick, selectOf } from '../resources/select.ts';
import {
  NON_GALLERY_TEMPLATE,
  servicePrincipalFilterable,
  servicePrincipalProperties,
  servicePrincipalResource,
} from '../resources/service-principal-resource.ts';
import { listAnswer, pathId, resourceAnswer } from './contracts.ts';

const tag = 'Enterprise applications';
const properties = { all: servicePrincipalProperties, defaults: servicePrincipalProperties };
const skipped = z.strictObject({ skip: z.int().min(0) });

/** The body of a new application. `preset` (not in Graph) selects the default mappings of Entra ID or those of the integration guide. */
export const newApplicationBody = z.looseObject({
  displayName: z.string(),
  preset: z.enum(['entra', 'guide']).default('entra'),
});

async function resourceOf(database: Database, application: EntraApplication): Promise<JsonObject> {
  const roleValues = await roleValuesOf(database, [application.id]);
  return servicePrincipalResource(application, roleValues.get(application.id) ?? []);
}

async function create(context: Context, body: z.output<typeof newApplicationBody>): Promise<EntraApplication> {
  const tenant = await tenantOf(context);
  return await runChange(context, async (change) => {
    const { application } = await createApplication(change, tenant, {
      displayName: body.displayName,
      preset: body.preset,
      settings: { tenantUrl: UNSET_TENANT_URL },
    });
    await change.record({ type: 'application_create', target: applicationTarget(application) });
    return application;
  });
}

/** Returns the properties of microsoft.graph.application that `instantiate` responds with. */
function applicationResource({ appId, displayName, createdAt }: EntraApplication): JsonObject {
  return {
    id: appId,
    appId,
    displayName,
    applicationTemplateId: NON_GALLERY_TEMPLATE,
    createdDateTime: createdAt.toISOString(),
    identifierUris: [],
    signInAudience: 'AzureADMyOrg',
  };
}

const instantiate = route(
  {
    method: 'POST',
    path: '/applicationTemplates/:id/instantiate',
    tag,
    summary: 'Create an application that is not in the gallery',
    access: 'entra.write',
    params: pathId,
    body: newApplicationBody,
    answer: z.looseObject({ application: z.looseObject({}), servicePrincipal: z.looseObject({ id: z.string() }) }),
    status: 201,
  },
  async (context, { params, body }) => {
    if (params.id.toLowerCase() !== NON_GALLERY_TEMPLATE) {
      const id = quote(params.id);
      throw new StandInError('notFound', ({ applications }) => applications.noTemplate(id, NON_GALLERY_TEMPLATE), {
        attribute: 'id',
      });
    }
    const application = await create(context, body);
    const { database } = identityOf(context).deps;
    return {
      ...contextOf(context, 'microsoft.graph.applicationServicePrincipal'),
      application: applicationResource(application),
      servicePrincipal: await resourceOf(database, application),
    };
  },
);

const list = route(
  {
    method: 'GET',
    path: '/servicePrincipals',
    tag,
    summary: 'List service principals',
    access: 'entra.read',
    query: optionsQuery,
    answer: listAnswer,
  },
  async (context, { query }) => {
    const tenant = await tenantOf(context);
    const { database } = identityOf(context).deps;
    const options = readOptions(query, ['$filter', '$select', '$top', '$skiptoken', '$count', '$orderby']);
    const selected = selectOf(options.select, properties);
    const matches =
      options.filter === undefined ? () => true : compileFilter(options.filter, servicePrincipalFilterable);
    const applications = await listApplications(database, tenant.id);
    const roleValues = await roleValuesOf(
      database,
      applications.map(({ id }) => id),
    );
    const all = applications.map((one) => servicePrincipalResource(one, roleValues.get(one.id) ?? []));
    const found = all.filter(matches);
    const skip = options.skipToken === undefined ? 0 : readToken('$skiptoken', options.skipToken, skipped).skip;
    const end = skip + options.top;
    return pageAnswer(context, 'servicePrincipals', {
      count: options.count ? found.length : undefined,
      skipToken: found.length > end ? encodeOpaque({ skip: end }) : undefined,
      value: found.slice(skip, end).map((resource) => pick(resource, selected)),
    });
  },
);

export const servicePrincipalRoutes: readonly Route[] = [
  instantiate,
  list,
  route(
    {
      method: 'POST',
      path: '/servicePrincipals',
      tag,
      summary: 'Create an application that is not in the gallery, as instantiate does',
      access: 'entra.write',
      body: newApplicationBody,
      answer: resourceAnswer,
      status: 201,
    },
    async (context, { body }) => {
      const application = await create(context, body);
      context.reply.header('location', `${graphUrl(context)}/servicePrincipals/${application.id}`);
      const { database } = identityOf(context).deps;
      return { ...contextOf(context, 'servicePrincipals/$entity'), ...(await resourceOf(database, application)) };
    },
  ),
  route(
    {
      method: 'GET',
      path: '/servicePrincipals/:id',
      tag,
      summary: 'Get a service principal by id, appId or name',
      access: 'entra.read',
      params: pathId,
      query: optionsQuery,
      answer: resourceAnswer,
    },
    async (context, { params, query }) => {
      const tenant = await tenantOf(context);
      const { database } = identityOf(context).deps;
      const selected = selectOf(readOptions(query, ['$select']).select, properties);
      const application = await requireApplication(database, tenant, params.id);
      return {
        ...contextOf(context, 'servicePrincipals/$entity'),
        ...pick(await resourceOf(database, application), selected),
      };
    },
  ),
  route(
    {
      method: 'PATCH',
      path: '/servicePrincipals/:id',
      tag,
      summary: 'Rename a service principal',
      access: 'entra.write',
      params: pathId,
      body: z.strictObject({ displayName: z.string() }),
    },
    async (context, { params, body }) => {
      const tenant = await tenantOf(context);
      await runChange(context, async (change) => {
        const before = await requireApplication(change.database, tenant, params.id);
        const { application } = await updateSettings(change, before, { displayName: body.displayName });
        if (application.displayName === before.displayName) return;
        await change.record({
          type: 'application_update',
          target: applicationTarget(application),
          changes: [{ field: 'displayName', from: before.displayName, to: application.displayName }],
        });
      });
    },
  ),
  route(
    {
      method: 'DELETE',
      path: '/servicePrincipals/:id',
      tag,
      summary: 'Delete an application with its job and its logs; nothing is deleted in the target',
      access: 'entra.write',
      params: pathId,
    },
    async (context, { params }) => {
      const tenant = await tenantOf(context);
      await runChange(context, async ({ database, record }) => {
        const application = await requireApplication(database, tenant, params.id);
        await deleteApplication(database, application.id);
        await record({ type: 'application_delete', target: applicationTarget(application) });
      });
    },
  ),
];
