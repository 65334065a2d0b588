import { messageFor } from '#base/error-message.ts';
import type { AppError } from '#base/errors.ts';
import { ruleInAdvice } from '#base/reasons/rule-fixes.ts';
import type { Database } from '#database/database.ts';
import { findIntegration } from './integration-store.ts';
import { ruleDefinitions, type RuleName, type Rules } from './rules.ts';

/** A rule, and the value that it had when it decided a request. */
export interface RuleValue {
  readonly name: RuleName;
  readonly value: Rules[RuleName];
}

/** Returns the rule that refused a request, which is the rule that the advice of the error says to change; an empty list if none did. */
export function refusingRules(error: AppError, rules: Rules | undefined): readonly RuleValue[] {
  const name = ruleInAdvice(messageFor(error, 'scim'));
  return name === undefined || !isRuleName(name) ? [] : ruleValues([name], rules);
}

/** Returns rules with their values; an empty list if the caller has no rules. */
export function ruleValues(names: readonly RuleName[], rules: Rules | undefined): readonly RuleValue[] {
  return rules === undefined ? [] : names.map((name) => ({ name, value: rules[name] }));
}

/** Returns a function that finds the value of a rule today; it returns undefined if the integration or the rule no longer exists. */
export function ruleFinder(database: Database, organizationId: string) {
  return async (integrationId: string, name: string) => {
    const integration = await findIntegration(database, organizationId, integrationId);
    if (integration === undefined || !isRuleName(name)) return undefined;
    return { value: integration.rules[name], description: ruleDefinitions[name].description };
  };
}

function isRuleName(name: string): name is RuleName {
  return Object.hasOwn(ruleDefinitions, name);
}
