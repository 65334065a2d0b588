import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import type { Language } from '#base/words/language.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { templateProblems, type TemplateProblem } from './template-problems.ts';
import { findTemplate, listCustomTemplates, updateTemplate, type TemplateKey } from './template-store.ts';
import { changedTemplate, type MailTemplate, type TemplateChange } from './templates.ts';

/** The field of the event about a changed text, by the language of its readers. */
const changedFields: Readonly<Record<Language, string>> = { en: 'template', zh: 'chineseTemplate' };

/** Returns the template of a kind of email after a change to some of its parts. Does not store the change. */
export async function templateAfter(
  database: Database,
  organizationId: string,
  key: TemplateKey,
  change: TemplateChange,
): Promise<MailTemplate> {
  const custom = await listCustomTemplates(database, organizationId);
  const isCustom = custom.get(key.kind)?.includes(key.language) ?? false;
  return changedTemplate(await findTemplate(database, organizationId, key), { ...key, isCustom }, change);
}

/**
 * Changes the template of a kind of email, or resets the template if `change` is undefined. Returns the problems for which the change is
 * refused: all unknown tokens, and a missing button if the email needs a button for its link. Stores the change if there are none. The problems
 * are in `language`.
 */
export async function changeTemplate(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  origin: Origin,
  key: TemplateKey,
  { change, language = 'en' }: { readonly change: TemplateChange | undefined; readonly language?: Language },
): Promise<readonly TemplateProblem[]> {
  const { organizationId } = origin;
  return await inTransaction(database, async (transaction) => {
    const before = await findTemplate(transaction, organizationId, key);
    const template = change && (await templateAfter(transaction, organizationId, key, change));
    const problems = template === undefined ? [] : templateProblems(key, template, language);
    if (problems.length > 0) return problems;
    await updateTemplate(transaction, organizationId, key, template);
    await recordEvent(transaction, clock, origin, {
      type: 'mail_template_update',
      target: { type: 'mail', id: null, name: key.kind },
      changes: [{ field: changedFields[key.language], from: before, to: template ?? null }],
    });
    return [];
  });
}
