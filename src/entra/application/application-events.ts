import { isDeepStrictEqual } from 'node:util';
import type { EventDraft, FieldChange } from '#audit/event-types.ts';
import type { ApplicationSettings, EntraApplication } from './application.ts';
import type { UpdatedApplication } from './applications.ts';
import { deletedSecretChanges } from './saved-secrets.ts';

/** Returns the target of an event about an application. */
export function applicationTarget({ id, displayName }: Pick<EntraApplication, 'id' | 'displayName'>) {
  return { type: 'application', id, name: displayName } as const;
}

/** Returns the `application_update` event for changed settings and deleted secrets; undefined if nothing changed. */
export function settingsEvent(
  before: Pick<EntraApplication, 'settings'>,
  { application, deletedSecrets }: Pick<UpdatedApplication, 'application' | 'deletedSecrets'>,
): EventDraft | undefined {
  const changes = [...settingChanges(before.settings, application.settings), ...deletedSecretChanges(deletedSecrets)];
  if (changes.length === 0) return undefined;
  return { type: 'application_update', target: applicationTarget(application), changes };
}

function settingChanges(before: ApplicationSettings, after: ApplicationSettings): readonly FieldChange[] {
  return (Object.keys(after) as (keyof ApplicationSettings)[]).flatMap((field) => {
    const [from, to] = [before[field], after[field]];
    return isDeepStrictEqual(from, to) ? [] : [{ field, from: from ?? null, to }];
  });
}
