import { languages, type Language } from '#base/words/language.ts';
import type { Database } from '#database/database.ts';
import { defaultTemplate } from './default-template.ts';
import { templateSchema, type MailKind, type MailTemplate } from './templates.ts';

/** Identifies a text: a kind of email, and the language of its readers. */
export interface TemplateKey {
  readonly kind: MailKind;
  readonly language: Language;
}

/**
 * Returns the template of a kind of email in an organization, or the default if the organization has none in the language. A custom
 * template from another version that this version cannot read is ignored.
 */
export async function findTemplate(
  database: Database,
  organizationId: string,
  { kind, language }: TemplateKey,
): Promise<MailTemplate> {
  const row = await database
    .selectFrom('mail_templates')
    .select('template')
    .where('organization_id', '=', organizationId)
    .where('kind', '=', kind)
    .where('language', '=', language)
    .executeTakeFirst();
  const own = row === undefined ? undefined : templateSchema.safeParse(JSON.parse(row.template));
  return own?.success === true ? own.data : defaultTemplate(kind, language);
}

/** Returns, for each kind of email for which an organization has custom templates, their languages. */
export async function listCustomTemplates(
  database: Database,
  organizationId: string,
): Promise<ReadonlyMap<string, readonly Language[]>> {
  const rows = await database
    .selectFrom('mail_templates')
    .select(['kind', 'language'])
    .where('organization_id', '=', organizationId)
    .execute();
  const languagesOf = (kind: string) =>
    languages.filter((language) => rows.some((row) => row.kind === kind && row.language === language));
  return new Map(rows.map(({ kind }) => [kind, languagesOf(kind)]));
}

/** Sets the template of a kind of email; undefined restores the default. */
export async function updateTemplate(
  database: Database,
  organizationId: string,
  { kind, language }: TemplateKey,
  template: MailTemplate | undefined,
): Promise<void> {
  await database
    .deleteFrom('mail_templates')
    .where('organization_id', '=', organizationId)
    .where('kind', '=', kind)
    .where('language', '=', language)
    .execute();
  if (template === undefined) return;
  await database
    .insertInto('mail_templates')
    .values({ organization_id: organizationId, kind, language, template: JSON.stringify(template) })
    .execute();
}
