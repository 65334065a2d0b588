import { recordEvent } from '#audit/event-store.ts';
import type { FieldChange, Origin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import { quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import { requireNameForPortal } from './organization-name.ts';
import { findOrganization, findSettings, updateOrganization, type Organization } from './organization-store.ts';
import { settingNames, type Settings } from './settings.ts';

export interface OrganizationChange {
  readonly name?: string | undefined;
  readonly settings?: (before: Settings) => Settings;
}

interface ChangedOrganization extends Organization {
  readonly settings: Settings;
  readonly changes: readonly FieldChange[];
}

/**
 * Changes the name or the settings of an organization, and records the changes in an event. Throws `notFound` (404) if it does not exist.
 *
 * @example
 * await changeOrganization(deps, origin, { settings: (before) => ({ ...before, passwordMinLength: 12 }) });
 */
export async function changeOrganization(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  origin: Origin,
  change: OrganizationChange,
): Promise<ChangedOrganization> {
  const { organizationId: id } = origin;
  return await inTransaction(database, async (transaction) => {
    // Settings are stored as one JSON text: without the lock, concurrent changes could overwrite each other.
    await lockNames(transaction, id, ['organization']);
    const organization = await findOrganization(transaction, id);
    if (organization === undefined)
      throw new TranslatedError('notFound', ({ admin }) => admin.organizations.unknown(quote(id)));
    const before = await findSettings(transaction, id);
    const name = change.name ?? organization.name;
    if (name !== organization.name) requireNameForPortal(name);
    const settings = change.settings?.(before) ?? before;
    const changes = [
      ...settingNames
        .filter((setting) => settings[setting] !== before[setting])
        .map((setting) => ({ field: setting, from: before[setting], to: settings[setting] })),
      ...(name === organization.name ? [] : [{ field: 'displayName', from: organization.name, to: name }]),
    ];
    if (changes.length > 0) {
      await updateOrganization(transaction, id, { name, settings });
      const target = { type: 'organization', id, name } as const;
      await recordEvent(transaction, clock, origin, { type: 'organization_update', target, changes });
    }
    return { id, name, settings, changes };
  });
}
