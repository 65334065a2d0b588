import type { Database } from '#database/database.ts';

/** Another organization that an administrator works for, and the role there. */
export interface AdministratorLink {
  readonly organizationId: string;
  readonly role: string;
}

export async function findLinks(database: Database, administratorId: string): Promise<readonly AdministratorLink[]> {
  const rows = await database
    .selectFrom('administrator_links')
    .select(['linked_organization_id', 'role'])
    .where('administrator_id', '=', administratorId)
    .orderBy('linked_organization_id')
    .execute();
  return rows.map((row) => ({ organizationId: row.linked_organization_id, role: row.role }));
}

/** Returns the administrators of other organizations in this database who work for an organization, with their role there. */
export async function listLinksTo(database: Database, organizationId: string) {
  const rows = await database
    .selectFrom('administrator_links as link')
    .innerJoin('administrators as administrator', 'administrator.id', 'link.administrator_id')
    .select(['administrator.id', 'administrator.email', 'administrator.organization_id', 'link.role'])
    .where('link.linked_organization_id', '=', organizationId)
    .orderBy('administrator.email')
    .execute();
  return rows.map(({ id, email, organization_id: home, role }) => ({
    administratorId: id,
    email,
    organizationId: home,
    role,
  }));
}

/** Lets an administrator work for another organization too, or changes the role there. */
export async function insertLink(
  database: Database,
  administrator: { readonly id: string; readonly organizationId: string },
  link: AdministratorLink,
): Promise<void> {
  await database
    .insertInto('administrator_links')
    .values({
      organization_id: administrator.organizationId,
      administrator_id: administrator.id,
      linked_organization_id: link.organizationId,
      role: link.role,
    })
    .onConflict((conflict) =>
      conflict.columns(['administrator_id', 'linked_organization_id']).doUpdateSet({ role: link.role }),
    )
    .execute();
}

export async function deleteLink(
  database: Database,
  administratorId: string,
  organizationId: string,
): Promise<boolean> {
  const result = await database
    .deleteFrom('administrator_links')
    .where('administrator_id', '=', administratorId)
    .where('linked_organization_id', '=', organizationId)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
