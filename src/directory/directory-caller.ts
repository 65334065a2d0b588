import type { Origin } from '#audit/event-types.ts';
import { presetRules } from '#integrations/rules.ts';
import type { Caller } from './stored.ts';

/**
 * Returns a caller that does not act for an integration: an administrator, a user of the portal, or the command line. The `strict`
 * rules apply, with one exception: a user created with `active` false is suspended, not refused.
 */
export function directoryCaller(origin: Origin): Caller {
  return {
    origin: { ...origin, integration: undefined },
    rules: { ...presetRules('strict'), inactiveOnCreate: 'suspend' },
  };
}
