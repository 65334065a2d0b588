import { z } from 'zod';
import { createOrganization } from '#accounts/create-organization.ts';
import { inviteAdministrator } from '#accounts/administrator-accounts.ts';
import { findLinks, insertLink } from '#admins/administrator-link-store.ts';
import { requireReach } from '#admins/administrators.ts';
import { permissionsOf } from '#admins/roles.ts';
import { AppError, quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { listIntegrations, type Integration } from '#integrations/integration-store.ts';
import { changeIntegration, createIntegration, requireIntegration } from '#integrations/integrations.ts';
import { presetRules, ruleDefinitions, type RuleName, type Rules } from '#integrations/rules.ts';
import { changeOrganization } from '#organizations/change-organization.ts';
import { findOrganization, findSettings } from '#organizations/organization-store.ts';
import { originalSettingSchemas, showSettings, withSentSettings } from '#organizations/original-settings.ts';
import { settingDefinitions, settingNames } from '#organizations/settings.ts';
import { MAIN_SHARD } from '#shards/fleet.ts';
import { identityOf, originOf, withQuota, type Context } from '../context.ts';
import { listInMemory } from '../list-in-memory.ts';
import { listQuerySchema } from '../list-query.ts';
import { changeBody, idParams, nameSchema, route, type Route } from '../route.ts';
import { listAnswer } from '../schemas.ts';

const tag = 'Organizations';

const settingSchemas = Object.fromEntries(
  settingNames.map((setting) => {
    const { schema, description, default: initial } = settingDefinitions[setting];
    return [setting, schema.optional().meta({ description: `${description} Default: ${JSON.stringify(initial)}.` })];
  }),
);
const settingsBody = z
  .strictObject({ ...settingSchemas, ...originalSettingSchemas() })
  .meta({ id: 'organizationsettings' });
const organizationBody = z.strictObject({
  name: nameSchema,
  rules: z.enum(['strict', 'standard']).optional(),
  shard: z.string().optional(),
  administratorEmail: z.email().max(1_024).optional().meta({
    description: 'Is invited by mail as its first Administrator With Billing.',
  }),
  linked: z.boolean().optional().meta({
    description:
      'Whether the caller works for it as well. Whoever works for several names one in x-org-id from then on.',
  }),
});
const organizationAnswer = z
  .object({ _id: z.string(), id: z.string(), displayName: z.string(), settings: settingsBody.optional() })
  .meta({ id: 'organization' });

async function shown(context: Context) {
  const { deps, organizationId } = identityOf(context);
  const organization = await findOrganization(deps.database, organizationId);
  const settings = await findSettings(deps.database, organizationId);
  return {
    _id: organizationId,
    id: organizationId,
    displayName: organization?.name ?? '',
    settings: showSettings(settings),
  };
}

/** The organization of the path is the one that the request is for. */
function requireOwn(context: Context, id: string): void {
  if (identityOf(context).organizationId === id.toLowerCase()) return;
  throw new AppError('notFound', `There is no organization ${quote(id)} that you work for.`, {
    attribute: 'id',
    value: id,
  });
}

/** The organizations that the caller works for: their own, and those that they were linked to. */
async function ownOrganizations(context: Context) {
  const { deps, principal } = identityOf(context);
  const links = await findLinks(deps.database, principal.administrator?.id ?? '');
  const ids = [principal.organizationId, ...links.map(({ organizationId }) => organizationId)];
  const found = [];
  for (const id of ids) {
    const access = await context.services.tenants.accessTo(id);
    const organization = await findOrganization(access.deps.database, id);
    if (organization !== undefined) found.push({ _id: id, id, displayName: organization.name });
  }
  return found;
}

/** Whether a change lets administrators do with less proof of who they are: no second factor, or longer idle sessions. */
async function weakensSignIn(body: unknown, context: Context): Promise<boolean> {
  const { settings } = body as { readonly settings?: JsonObject | undefined };
  if (settings === undefined) return false;
  const { deps, organizationId } = identityOf(context);
  const before = await findSettings(deps.database, organizationId);
  const after = withSentSettings(before, settings, 'settings');
  const dropsFactor = before.requireAdministratorMfa && !after.requireAdministratorMfa;
  return dropsFactor || after.administratorIdleMinutes > before.administratorIdleMinutes;
}

const organizations: readonly Route[] = [
  ...(['GET', 'POST'] as const).map((method) =>
    route(
      {
        method,
        path: method === 'GET' ? '/api/organizations' : '/api/search/organizations',
        tag,
        summary: 'List the organizations that one works for',
        access: 'administrator',
        takesOrganization: false,
        query: listQuerySchema,
        ...(method === 'POST' && { body: z.looseObject({}), bodyOptional: true }),
        answer: listAnswer(organizationAnswer),
      },
      async (context, { query }) => {
        return listInMemory(await ownOrganizations(context), query, ['displayName']);
      },
    ),
  ),
  route(
    {
      method: 'POST',
      path: '/api/organizations',
      tag,
      summary: 'Create another organization in this installation',
      access: 'organizations.create',
      confirms: true,
      takesOrganization: false,
      body: organizationBody,
      answer: organizationAnswer,
      status: 201,
    },
    async (context, { body }) =>
      await withQuota(context, 'organizations', async () =>
        body.administratorEmail === undefined
          ? await make(context, body)
          : await withQuota(context, 'namedMails', async () => await make(context, body)),
      ),
  ),
  route(
    {
      method: 'GET',
      path: '/api/organizations/:id',
      tag,
      summary: 'Show an organization and its settings',
      access: 'organization.read',
      params: idParams,
      answer: organizationAnswer,
    },
    async (context, { params }) => {
      requireOwn(context, params.id);
      return await shown(context);
    },
  ),
  route(
    {
      method: 'PUT',
      path: '/api/organizations/:id',
      tag,
      summary: 'Change an organization; what is not sent stays',
      access: 'organization.write',
      confirms: weakensSignIn,
      params: idParams,
      body: changeBody({ displayName: nameSchema.optional(), settings: settingsBody.optional() }, organizationAnswer),
      answer: organizationAnswer,
    },
    async (context, { params, body }) => {
      requireOwn(context, params.id);
      const { deps } = identityOf(context);
      const sent = (body.settings ?? {}) as JsonObject;
      const {
        id,
        name: displayName,
        settings,
      } = await changeOrganization(deps, originOf(context), {
        name: body.displayName,
        settings: (before) => withSentSettings(before, sent, 'settings'),
      });
      return { _id: id, id, displayName, settings: showSettings(settings) };
    },
  ),
];

/** Makes an organization with its first administrator, or with the caller working for it: nobody else could reach it. */
async function make(context: Context, body: z.output<typeof organizationBody>) {
  const { deps, principal, permissions } = identityOf(context);
  const { fleet } = context.services;
  const by = { actor: originOf(context).actor, request: originOf(context).request };
  const draft = { name: body.name, shard: body.shard ?? MAIN_SHARD, rules: body.rules ?? 'strict' };
  const role = 'Administrator With Billing';
  if (body.linked === true) requireReach(permissions, permissionsOf(role), `The role ${quote(role)}`);
  const created = await createOrganization({ fleet, clock: deps.clock }, by, draft, async (transaction, origin) => {
    if (body.administratorEmail === undefined) return;
    const administrator = { email: body.administratorEmail, role, apiKeyAllowed: true };
    await inviteAdministrator({ ...deps, database: transaction }, origin, administrator, permissionsOf(role));
  });
  if (body.linked === true && principal.administrator !== null) {
    const { id } = principal.administrator;
    const home = { id, organizationId: principal.organizationId };
    await insertLink(deps.database, home, { organizationId: created.id, role });
  }
  return { _id: created.id, id: created.id, displayName: created.name };
}

const rulesBody = z.strictObject(
  Object.fromEntries(
    (Object.keys(ruleDefinitions) as RuleName[]).map((rule) => [rule, ruleDefinitions[rule].schema.optional()]),
  ),
);
const integrationAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    rules: z.looseObject({}),
    tenantUrl: z.string(),
    createdAt: z.string(),
    lastRequestAt: z.string().nullable(),
    lastRequestFlagged: z.boolean().nullable().meta({
      description: 'Whether the last request had the flag aadOptscim062020.',
    }),
  })
  .meta({ id: 'integration' });
const integrationBody = {
  preset: z.enum(['strict', 'standard']).optional(),
  rules: rulesBody.optional(),
};

function shownIntegration(context: Context, integration: Integration) {
  const { organizationId: _, ...rest } = integration;
  return { ...rest, tenantUrl: `${context.services.accounts.publicUrl()}/scim/v2/?aadOptscim062020` };
}

const integrationRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/integrations',
      tag: 'Integrations',
      summary: 'List integrations',
      access: 'integrations.read',
      answer: z.array(integrationAnswer),
    },
    async (context) => {
      const { deps, organizationId } = identityOf(context);
      const all = await listIntegrations(deps.database, organizationId);
      return all.map((integration) => shownIntegration(context, integration));
    },
  ),
  route(
    {
      method: 'POST',
      path: '/api/integrations',
      tag: 'Integrations',
      summary: 'Make an integration',
      access: 'integrations.write',
      body: z.strictObject({ name: nameSchema, ...integrationBody }),
      answer: integrationAnswer,
      status: 201,
    },
    async (context, { body }) => {
      const rules = { ...presetRules(body.preset ?? 'strict'), ...(body.rules as Partial<Rules> | undefined) };
      const draft = { name: body.name, rules };
      return shownIntegration(context, await createIntegration(identityOf(context).deps, originOf(context), draft));
    },
  ),
  route(
    {
      method: 'GET',
      path: '/api/integrations/:id',
      tag: 'Integrations',
      summary: 'Show an integration',
      access: 'integrations.read',
      params: idParams,
      answer: integrationAnswer,
    },
    async (context, { params }) => {
      const { deps, organizationId } = identityOf(context);
      return shownIntegration(context, await requireIntegration(deps.database, organizationId, params.id));
    },
  ),
  route(
    {
      method: 'PUT',
      path: '/api/integrations/:id',
      tag: 'Integrations',
      summary: 'Change an integration; what is not sent stays',
      access: 'integrations.write',
      params: idParams,
      body: changeBody({ name: nameSchema.optional(), ...integrationBody }, integrationAnswer),
      answer: integrationAnswer,
    },
    async (context, { params, body }) => {
      const changed = await changeIntegration(identityOf(context).deps, originOf(context), params.id, {
        name: body.name,
        rules: (before) => ({
          ...(body.preset === undefined ? before : presetRules(body.preset)),
          ...(body.rules as Partial<Rules> | undefined),
        }),
      });
      return shownIntegration(context, changed);
    },
  ),
];

export const organizationRoutes: readonly Route[] = [...organizations, ...integrationRoutes];
