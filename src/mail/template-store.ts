import type { Database } from '#database/database.ts';
import { mailKinds, templateSchema, type MailKind, type MailTemplate } from './templates.ts';

/**
 * Returns the template of a kind of email in an organization, or the default if the organization has none. A custom template from
 * another version that this version cannot read is ignored.
 */
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

/** Returns the kinds of email for which an organization has a custom template. */
export async function listCustomTemplates(database: Database, organizationId: string): Promise<ReadonlySet<string>> {
  const rows = await database
    .selectFrom('mail_templates')
    .select('kind')
    .where('organization_id', '=', organizationId)
    .execute();
  return new Set(rows.map((row) => row.kind));
}

/** Sets the template of a kind of email; undefined restores the default. */
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
