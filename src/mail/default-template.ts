import type { Language } from '#base/words/language.ts';
import { mailNames } from './mail-names.ts';
import { mailKinds, type MailKind, type MailTemplate } from './templates.ts';
import { zhMailKinds } from './zh-mail-kinds.ts';
import { zhMailNames } from './zh-mail-names.ts';
import { zhTemplates } from './zh-templates.ts';

/** Returns the text of the product for a kind of email, for readers of a language. */
export function defaultTemplate(kind: MailKind, language: Language): MailTemplate {
  return language === 'zh' ? zhTemplates[kind] : mailKinds[kind].template;
}

/** Returns who gets a kind of email, and when, for a reader of a language. */
export function describeMailKind(kind: MailKind, language: Language): string {
  return language === 'zh' ? zhMailKinds[kind] : mailKinds[kind].description;
}

/** Returns the name of a kind of email, as the console lists it, for a reader of a language. */
export function nameOfMailKind(kind: MailKind, language: Language): string {
  return (language === 'zh' ? zhMailNames : mailNames)[kind];
}
