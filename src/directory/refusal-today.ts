import { describeRefusal, type RefusalInWords } from '#audit/refusal-words.ts';
import type { StoredEvent } from '#audit/stored-event.ts';
import type { Language } from '#base/words/language.ts';
import type { Database } from '#database/database.ts';
import { currentRules } from '#integrations/current-rules.ts';
import { areFixesMade, madeFixesAdvice } from '#integrations/made-fixes.ts';
import type { Rules } from '#integrations/rules.ts';

/** Why a request was refused, and what to do about it under the rules of today. */
export interface RefusalToday extends RefusalInWords {
  /** True if the rules have changed since, and no longer refuse the request for this reason: the source has to send it again. */
  readonly rulesChanged: boolean;
}

/** Returns the current rules of the integrations of an organization, by id. Reads them only if an event is a refusal. */
export async function rulesForRefusals(
  database: Database,
  organizationId: string,
  events: readonly StoredEvent[],
): Promise<ReadonlyMap<string, Rules>> {
  if (events.every(({ error_code: code }) => code === undefined)) return new Map();
  return await currentRules(database, organizationId);
}

/**
 * Like `describeRefusal`, but if the rules of the integration have been changed as the advice said, the advice says to send the user again.
 *
 * @param rules The current rules of the integrations, by id.
 */
export function describeRefusalToday(
  event: StoredEvent,
  rules: ReadonlyMap<string, Rules>,
  language: Language = 'en',
): RefusalToday | undefined {
  const refusal = describeRefusal(event, language);
  if (refusal === undefined) return undefined;
  const { type, id } = event.initiated_by;
  const today = type === 'integration' && id !== null ? rules.get(id) : undefined;
  const rulesChanged = today !== undefined && areFixesMade(today, refusal.fixes);
  const whom = event.resource.type === 'group' ? 'the group' : 'the user';
  return { ...refusal, rulesChanged, ...(rulesChanged && { advice: madeFixesAdvice(refusal.fixes, whom, language) }) };
}
