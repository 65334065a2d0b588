import { removeRefusedPeople } from '#audit/refused-person-store.ts';
import type { Database } from '#database/database.ts';
import { emailValues, readText } from './attribute-contract.ts';
import type { StoredUser } from './stored.ts';

type Named = Pick<StoredUser, 'organizationId' | 'document'>;

/** Removes the refused people who have the userName, the externalId or an email address of a user: they are now in the directory. */
export async function removeRefused(database: Database, { organizationId, document }: Named): Promise<void> {
  await removeRefusedPeople(database, organizationId, {
    userName: readText(document, ['userName']) ?? '',
    externalId: readText(document, ['externalId']) ?? null,
    emails: emailValues(document),
  });
}
