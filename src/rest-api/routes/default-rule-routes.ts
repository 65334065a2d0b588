import { z } from 'zod';
import { changeDefaultRules } from '#integrations/default-rules.ts';
import { findDefaultRules } from '#integrations/integration-store.ts';
import { presetOf, type Rules } from '#integrations/rules.ts';
import { identityOf, originOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { changeBody, route, type Route } from '../route.ts';
import { integrationBody, integrationTexts, rulesAnswer, sentRules } from './integration-routes.ts';

const defaultRulesAnswer = describeFields(
  z.object({ preset: z.enum(['strict', 'standard']).nullable(), rules: rulesAnswer }),
  {
    preset: 'The preset that sets every rule to its value: strict or standard; null if no preset does.',
    rules: 'The value of every rule, by its name.',
  },
).meta({
  id: 'defaultrules',
  description:
    'The rules that a new integration of the organization starts with. Integrations that exist keep their rules.',
});

const shown = (rules: Rules) => ({ preset: presetOf(rules), rules });

/** The routes of the rules that a new identity source starts with. */
export const defaultRuleRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/default-rules',
      tag: 'Integrations',
      summary: 'Show the rules that a new integration starts with',
      access: 'integrations.read',
      answer: defaultRulesAnswer,
    },
    async (context) => {
      const { deps, organizationId } = identityOf(context);
      return shown((await findDefaultRules(deps.database, organizationId)).rules);
    },
  ),
  route(
    {
      method: 'PUT',
      path: '/api/default-rules',
      tag: 'Integrations',
      summary: 'Change the rules that a new integration starts with; other rules keep their values',
      access: 'integrations.write',
      body: changeBody({ ...integrationBody, preset: integrationBody.preset.nullable() }, defaultRulesAnswer, {
        preset: `${integrationTexts.preset} null or missing: rules that are not sent keep their values.`,
        rules: integrationTexts.rules,
      }),
      answer: defaultRulesAnswer,
    },
    async (context, { body }) =>
      shown((await changeDefaultRules(identityOf(context).deps, originOf(context), sentRules(body))).rules),
  ),
];
