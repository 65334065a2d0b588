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
import { describeFields } from '../describe-fields.ts';
import { listInMemory } from '../list-in-memory.ts';
import { changeBody, nameSchema, pathIds, route, type Route } from '../route.ts';
import { integrationIdParams, listAnswer, listQuery } from '../schemas.ts';

const tag = 'Organizations';

const settingSchemas = Object.fromEntries(
  settingNames.map((setting) => {
    const { schema, description, default: initial } = settingDefinitions[setting];
    return [setting, schema.optional().meta({ description: `${description} Default: ${JSON.stringify(initial)}.` })];
  }),
);
const organizationIdParams = pathIds({
  id: 'The id of the organization: 24 hexadecimal digits, case-insensitive.',
});
const settingsBody = describeFields(z.strictObject({ ...settingSchemas, ...originalSettingSchemas() }), {
  passwordPolicy: 'The password rules, with the field names of the legacy directory’s API.',
  newSystemUserStateDefaults: 'The states of new users, with the field names of the legacy directory’s API.',
  userPortal: 'The settings of the user portal, with the field names of the legacy directory’s API.',
}).meta({
  id: 'organizationsettings',
  description: 'The settings of an organization. Each setting also has the name that it has in the legacy directory.',
});
const nameText = '1 to 200 characters without control characters.';
const organizationBody = describeFields(
  z.strictObject({
    name: nameSchema,
    rules: z.enum(['strict', 'standard']).optional(),
    shard: z.string().optional(),
    administratorEmail: z.email().max(1_024).optional(),
    linked: z.boolean().optional(),
  }),
  {
    name: `The name of the organization: ${nameText}`,
    rules: 'The preset of the rules of its first integration: strict or standard. Default: strict.',
    shard: 'The name of the database that stores the organization. Default: the main database.',
    administratorEmail:
      'The email address to which the invitation of its first Administrator With Billing goes: at most 1,024 characters.',
    linked:
      'true lets the caller work for the new organization too; the caller then has to send x-org-id with every request. Default: false.',
  },
);
const organizationAnswer = describeFields(
  z.object({ _id: z.string(), id: z.string(), displayName: z.string().optional(), settings: settingsBody.optional() }),
  {
    _id: 'The id of the organization: 24 hexadecimal digits, the same value as id.',
    id: 'The id of the organization: 24 hexadecimal digits.',
    displayName: 'The name of the organization.',
    settings: 'The settings of the organization; missing in lists.',
  },
).meta({
  id: 'organization',
  description: 'An organization. With the query parameter fields, only the ids and the named fields.',
});

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

/** Throws `notFound` (404) unless the organization in the path is the one that the request is for. */
function requireOwn(context: Context, id: string): void {
  if (identityOf(context).organizationId === id.toLowerCase()) return;
  throw new AppError('notFound', `There is no organization ${quote(id)} that you work for.`, {
    attribute: 'id',
    value: id,
  });
}

/** Returns the organizations that the caller works for: the caller's own organization, and linked organizations. */
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

/** True if a change weakens the authentication of administrators: it no longer requires a second factor, or lets sessions idle longer. */
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
        summary: 'List the organizations that you work for',
        access: 'administrator',
        takesOrganization: false,
        query: listQuery,
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
          ? await create(context, body)
          : await withQuota(context, 'namedMails', async () => await create(context, body)),
      ),
  ),
  route(
    {
      method: 'GET',
      path: '/api/organizations/:id',
      tag,
      summary: 'Show an organization and its settings',
      access: 'organization.read',
      params: organizationIdParams,
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
      summary: 'Change an organization; other fields and settings keep their values',
      access: 'organization.write',
      confirms: weakensSignIn,
      params: organizationIdParams,
      body: changeBody({ displayName: nameSchema.optional(), settings: settingsBody.optional() }, organizationAnswer, {
        displayName: `The new name of the organization: ${nameText}`,
        settings: 'The settings to change.',
      }),
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

/** Creates an organization. If the body requests it, also invites the first administrator and lets the caller work for the organization. */
async function create(context: Context, body: z.output<typeof organizationBody>) {
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

const ruleNames = Object.keys(ruleDefinitions) as RuleName[];
const ruleTexts = Object.fromEntries(ruleNames.map((rule) => [rule, ruleDefinitions[rule].description]));
const rulesBody = describeFields(
  z.strictObject(Object.fromEntries(ruleNames.map((rule) => [rule, ruleDefinitions[rule].schema.optional()]))),
  ruleTexts,
).meta({
  id: 'integrationrules',
  description: 'Rules of an integration to change. docs/reference/rules.md lists the values of both presets.',
});
const rulesAnswer = describeFields(
  z.looseObject(Object.fromEntries(ruleNames.map((rule) => [rule, ruleDefinitions[rule].schema]))),
  ruleTexts,
);
const integrationAnswer = describeFields(
  z.object({
    id: z.string(),
    name: z.string(),
    rules: rulesAnswer,
    tenantUrl: z.string(),
    createdAt: z.iso.datetime(),
    lastRequestAt: z.iso.datetime().nullable(),
    lastRequestFlagged: z.boolean().nullable(),
  }),
  {
    id: 'The id of the integration: 24 hexadecimal digits.',
    name: 'The name of the integration.',
    rules: 'The value of every rule, by its name.',
    tenantUrl: 'The URL to enter as Tenant URL in Entra ID.',
    createdAt: 'When the integration was created: RFC 3339, in UTC.',
    lastRequestAt: 'When the integration last sent a request: RFC 3339, in UTC; null if it never did.',
    lastRequestFlagged: 'True if the last request had the flag aadOptscim062020; null before the first request.',
  },
).meta({
  id: 'integration',
  description: 'An integration: an identity source that provisions users and groups by SCIM, with its rules.',
});
const integrationBody = {
  preset: z.enum(['strict', 'standard']).optional(),
  rules: rulesBody.optional(),
};
const integrationTexts = {
  name: `The name of the integration, unique in the organization: ${nameText}`,
  preset: 'The preset that sets all rules: strict or standard.',
  rules: 'Rules that differ from the preset, by their names.',
} as const;

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
      summary: 'Create an integration',
      access: 'integrations.write',
      body: describeFields(z.strictObject({ name: nameSchema, ...integrationBody }), {
        ...integrationTexts,
        preset: `${integrationTexts.preset} Default: strict.`,
      }),
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
      params: integrationIdParams,
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
      summary: 'Change an integration; other rules keep their values',
      access: 'integrations.write',
      params: integrationIdParams,
      body: changeBody({ name: nameSchema.optional(), ...integrationBody }, integrationAnswer, {
        ...integrationTexts,
        preset: `${integrationTexts.preset} Default: rules that are not sent keep their values.`,
      }),
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
