import { z } from 'zod';
import { createOrganization } from '#accounts/create-organization.ts';
import { inviteAdministrator } from '#accounts/administrator-accounts.ts';
import { findLinks, insertLink } from '#admins/administrator-link-store.ts';
import { requireReach } from '#admins/administrators.ts';
import { permissionsOf } from '#admins/roles.ts';
import { quote } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { changeOrganization } from '#organizations/change-organization.ts';
import { findOrganization, findSettings } from '#organizations/organization-store.ts';
import { originalSettingSchemas, showSettings, withSentSettings } from '#organizations/original-settings.ts';
import { settingDefinitions, settingLimits, settingNames } from '#organizations/settings.ts';
import { MAIN_SHARD } from '#shards/fleet.ts';
import { identityOf, originOf, withQuota, type Context } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { listInMemory } from '../list-in-memory.ts';
import { changeBody, nameSchema, pathIds, route, type Route } from '../route.ts';
import { listAnswer, listQuery } from '../schemas.ts';

const tag = 'Organizations';

const settingSchemas = Object.fromEntries(
  settingNames.map((setting) => {
    const { schema, description, default: initial } = settingDefinitions[setting];
    return [setting, schema.optional().meta({ description: `${description} Default: ${JSON.stringify(initial)}.` })];
  }),
);
const settingValue = z.union([z.boolean(), z.int(), z.string()]);
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

const settingAnswer = describeFields(
  z.object({
    name: z.enum(settingNames),
    value: settingValue,
    default: settingValue,
    minimum: z.int().nullable(),
    maximum: z.int().nullable(),
    choices: z.array(z.string()).nullable(),
    description: z.string(),
  }),
  {
    name: 'The name of the setting.',
    value: 'The value that the setting has now.',
    default: 'The value that the setting has in an organization that never changed it.',
    minimum: 'The least value of a number; null for other settings.',
    maximum: 'The greatest value of a number; null for other settings.',
    choices: 'The values that the setting can have, if they are names; null for other settings.',
    description: 'What the setting does.',
  },
).meta({ id: 'organizationsetting', description: 'A setting of an organization, with its default and its limits.' });

async function shownSettings(context: Context) {
  const { deps, organizationId } = identityOf(context);
  const settings = await findSettings(deps.database, organizationId);
  const results = settingNames.map((name) => {
    const { default: initial, description } = settingDefinitions[name];
    return { name, value: settings[name], default: initial, ...settingLimits(name), description };
  });
  return { totalCount: results.length, results };
}

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
  throw new TranslatedError('notFound', ({ admin }) => admin.organizations.notYours(quote(id)), {
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

export const organizationRoutes: readonly Route[] = [
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
      method: 'GET',
      path: '/api/organizations/:id/settings',
      tag,
      summary: 'List the settings of an organization with their defaults and limits',
      access: 'organization.read',
      params: organizationIdParams,
      answer: listAnswer(settingAnswer),
    },
    async (context, { params }) => {
      requireOwn(context, params.id);
      return await shownSettings(context);
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
  if (body.linked === true) requireReach(permissions, permissionsOf(role), { role: quote(role) });
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
