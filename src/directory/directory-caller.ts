import type { Origin } from '#audit/event-types.ts';
import { presetRules } from '#integrations/rules.ts';
import type { Caller } from './stored.ts';

/**
 * Who changes the directory itself, by no integration: administrators, users in their portal, the command line. The guide's
 * rules hold, but for what only a source can mean: an inactive user is made suspended.
 */
export function directoryCaller(origin: Origin): Caller {
  return {
    origin: { ...origin, integration: undefined },
    rules: { ...presetRules('strict'), inactiveOnCreate: 'suspend' },
  };
}
