import { z } from 'zod';
import { listIntegrations, type Integration } from '#integrations/integration-store.ts';
import { changeIntegration, createIntegration, requireIntegration } from '#integrations/integrations.ts';
import { presetRules, ruleDefinitions, ruleNames, type RulePreset, type Rules } from '#integrations/rules.ts';
import { identityOf, originOf, type Context } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { changeBody, nameSchema, route, type Route } from '../route.ts';
import { integrationIdParams } from '../schemas.ts';

const ruleTexts = Object.fromEntries(ruleNames.map((rule) => [rule, ruleDefinitions[rule].description]));
export const rulesBody = describeFields(
  z.strictObject(Object.fromEntries(ruleNames.map((rule) => [rule, ruleDefinitions[rule].schema.optional()]))),
  ruleTexts,
).meta({
  id: 'integrationrules',
  description: 'Rules of an integration to change. docs/reference/rules.md lists the values of both presets.',
});
export const rulesAnswer = describeFields(
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
    lastRequestFlagged:
      'True if the last request, or another one in the hour before it, had the flag aadOptscim062020, which Provision on demand does not use; null before the first request.',
  },
).meta({
  id: 'integration',
  description: 'An integration: an identity source that provisions users and groups by SCIM, with its rules.',
});
export const integrationBody = {
  preset: z.enum(['strict', 'standard']).optional(),
  rules: rulesBody.optional(),
};
export const integrationTexts = {
  name: `The name of the integration, unique in the organization: 1 to 200 characters without control characters.`,
  preset: 'The preset that sets all rules: strict or standard.',
  rules: 'Rules that differ from the preset, by their names.',
} as const;

/** Returns the function that changes rules to what a body says: all to a preset, then the rules that the body names. */
export function sentRules(body: {
  readonly preset?: RulePreset | null | undefined;
  readonly rules?: Readonly<Record<string, unknown>> | undefined;
}): (before: Rules) => Rules {
  return (before) => ({
    ...(body.preset ? presetRules(body.preset) : before),
    ...(body.rules as Partial<Rules> | undefined),
  });
}

function shownIntegration(context: Context, integration: Integration) {
  const { organizationId: _, ...rest } = integration;
  return { ...rest, tenantUrl: `${context.services.accounts.publicUrl()}/scim/v2/?aadOptscim062020` };
}

/** The routes of the identity sources of an organization. */
export const integrationRoutes: readonly Route[] = [
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
        preset: `${integrationTexts.preset} Default: the rules that the organization sets for new integrations (GET /api/default-rules).`,
      }),
      answer: integrationAnswer,
      status: 201,
    },
    async (context, { body }) => {
      const draft = { name: body.name, rules: sentRules(body) };
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
        rules: sentRules(body),
      });
      return shownIntegration(context, changed);
    },
  ),
];
