import type { Database } from '#database/database.ts';
import { mailKinds, templateSchema, type MailKind, type MailTemplate } from './templates.ts';

/** What a kind of mail says in an organization. What another version wrote, and this one does not understand, is left aside. */
export async function findTemplate(database: Database, organizationId: string, kind: MailKind): Promise<MailTemplate> {
  const row = await database
    .selectFrom('mail_templates')
    .select('template')
    .where('organization_id', '=', organizationId)
    .where('kind', '=', kind)
    .executeTakeFirst();
  const own = row === undefined ? undefined : templateSchema.safeParse(JSON.parse(row.template));
  return own?.success === true ? own.data : mailKinds[kind].template;
}

/** The kinds that an organization says otherwise. */
export async function listOwnTemplates(database: Database, organizationId: string): Promise<ReadonlySet<string>> {
  const rows = await database
    .selectFrom('mail_templates')
    .select('kind')
    .where('organization_id', '=', organizationId)
    .execute();
  return new Set(rows.map((row) => row.kind));
}

/** Sets what a kind of mail says; undefined goes back to what it says anyway. */
export async function updateTemplate(
  database: Database,
  organizationId: string,
  kind: MailKind,
  template: MailTemplate | undefined,
): Promise<void> {
  await database
    .deleteFrom('mail_templates')
    .where('organization_id', '=', organizationId)
    .where('kind', '=', kind)
    .execute();
  if (template === undefined) return;
  await database
    .insertInto('mail_templates')
    .values({ organization_id: organizationId, kind, template: JSON.stringify(template) })
    .execute();
}
