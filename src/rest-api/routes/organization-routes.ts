import { z } from 'zod';
import { createOrganization } from '#accounts/create-organization.ts';
import { inviteAdministrator } from '#accounts/invite-administrator.ts';
import { findLinks } from '#admins/administrator-link-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import { AppError, quote } from '#base/errors.ts';
import { inTransaction } from '#database/database.ts';
import { listIntegrations, type Integration } from '#integrations/integration-store.ts';
import { changeIntegration, createIntegration, requireIntegration } from '#integrations/integrations.ts';
import { presetRules, ruleDefinitions, type RuleName, type Rules } from '#integrations/rules.ts';
import { findOrganization, findSettings, updateOrganization } from '#organizations/organization-store.ts';
import { settingDefinitions, settingNames, type Settings } from '#organizations/settings.ts';
import { MAIN_SHARD } from '#shards/fleet.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { listQuerySchema, pageOf } from '../list-query.ts';
import { idParams, route, type Route } from '../route.ts';
import { listAnswer } from '../schemas.ts';

const tag = 'Organizations';
const name = z.string().min(1).max(200);

const settingsBody = z.strictObject(
  Object.fromEntries(settingNames.map((setting) => [setting, settingDefinitions[setting].schema.optional()])),
);
const organizationAnswer = z
  .object({ _id: z.string(), id: z.string(), displayName: z.string(), settings: z.looseObject({}).optional() })
  .meta({ id: 'organization' });

async function shown(context: Context) {
  const { deps, organizationId } = identityOf(context);
  const organization = await findOrganization(deps.database, organizationId);
  const settings = await findSettings(deps.database, organizationId);
  return { _id: organizationId, id: organizationId, displayName: organization?.name ?? '', settings };
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
        const all = await ownOrganizations(context);
        const { skip, limit } = pageOf(query);
        return { totalCount: all.length, results: all.slice(skip, skip + limit) };
      },
    ),
  ),
  route(
    {
      method: 'POST',
      path: '/api/organizations',
      tag,
      summary: 'Make another organization in this installation',
      access: 'organizations.create',
      takesOrganization: false,
      body: z.looseObject({
        name,
        rules: z.enum(['strict', 'standard']).optional(),
        shard: z.string().optional(),
        administratorEmail: z.email().max(1_024).optional(),
      }),
      answer: organizationAnswer,
      status: 201,
    },
    async (context, { body }) => {
      const { deps } = identityOf(context);
      const { actor, request } = originOf(context);
      const created = await createOrganization(
        { fleet: context.services.fleet, clock: deps.clock },
        { actor, request },
        { name: body.name, shard: body.shard ?? MAIN_SHARD, rules: body.rules ?? 'strict' },
        async (transaction, origin) => {
          if (body.administratorEmail === undefined) return;
          const draft = { email: body.administratorEmail, role: 'Administrator With Billing', apiKeyAllowed: true };
          await inviteAdministrator({ ...deps, database: transaction }, origin, draft);
        },
      );
      return { _id: created.id, id: created.id, displayName: created.name };
    },
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
      params: idParams,
      body: z.looseObject({ displayName: name.optional(), settings: settingsBody.optional() }),
      answer: organizationAnswer,
    },
    async (context, { params, body }) => {
      requireOwn(context, params.id);
      await change(context, body.displayName, (body.settings ?? {}) as Partial<Settings>);
      return await shown(context);
    },
  ),
];

async function change(context: Context, displayName: string | undefined, some: Partial<Settings>): Promise<void> {
  const { deps, organizationId } = identityOf(context);
  await inTransaction(deps.database, async (transaction) => {
    const before = await findSettings(transaction, organizationId);
    const organization = await findOrganization(transaction, organizationId);
    const settings = { ...before, ...some };
    const after = displayName ?? organization?.name ?? '';
    const changes = [
      ...settingNames
        .filter((setting) => settings[setting] !== before[setting])
        .map((setting) => ({ field: setting, from: before[setting], to: settings[setting] })),
      ...(after === organization?.name ? [] : [{ field: 'displayName', from: organization?.name, to: after }]),
    ];
    if (changes.length === 0) return;
    await updateOrganization(transaction, organizationId, { name: after, settings });
    await recordEvent(transaction, deps.clock, originOf(context), {
      type: 'organization_update',
      target: { type: 'organization', id: organizationId, name: after },
      changes,
    });
  });
}

const rulesBody = z.strictObject(
  Object.fromEntries(
    (Object.keys(ruleDefinitions) as RuleName[]).map((rule) => [rule, ruleDefinitions[rule].schema.optional()]),
  ),
);
const integrationAnswer = z
  .object({ id: z.string(), name: z.string(), rules: z.looseObject({}), tenantUrl: z.string(), createdAt: z.string() })
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
      body: z.looseObject({ name, ...integrationBody }),
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
      body: z.looseObject({ name: name.optional(), ...integrationBody }),
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
