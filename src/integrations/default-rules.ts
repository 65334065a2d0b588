import { recordEvent } from '#audit/event-store.ts';
import type { FieldChange, Origin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import { findDefaultRules, updateDefaultRules } from './integration-store.ts';
import { changedRules, type Rules } from './rules.ts';

/**
 * Changes the rules that new integrations of an organization start with, and records the changes in an event. Integrations that exist keep
 * their rules.
 *
 * @example
 * await changeDefaultRules(deps, origin, (before) => ({ ...before, email: 'optional' }));
 */
export async function changeDefaultRules(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  origin: Origin,
  change: (before: Rules) => Rules,
): Promise<{ readonly rules: Rules; readonly changes: readonly FieldChange[] }> {
  const { organizationId: id } = origin;
  return await inTransaction(database, async (transaction) => {
    // An integration that is created meanwhile has either all rules from before or all rules from after the change.
    await lockNames(transaction, id, ['integrations']);
    const { organizationName: name, rules: before } = await findDefaultRules(transaction, id);
    const rules = change(before);
    const changes = changedRules(before, rules);
    if (changes.length === 0) return { rules, changes };
    await updateDefaultRules(transaction, id, rules);
    const target = { type: 'organization', id, name } as const;
    await recordEvent(transaction, clock, origin, { type: 'default_rules_update', target, changes });
    return { rules, changes };
  });
}
