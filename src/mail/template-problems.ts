import { quote } from '#base/errors.ts';
import { suggestion } from '#base/suggestion.ts';
import type { Language } from '#base/words/language.ts';
import { defaultTemplate } from './default-template.ts';
import type { TemplateKey } from './template-store.ts';
import { mailKinds, passwordLinkKinds, type MailKind, type MailTemplate } from './templates.ts';

/** A fault of one part of a template. */
export interface TemplateProblem {
  readonly part: keyof MailTemplate;
  readonly message: string;
}

/** Matches text that may be meant as a token: anything in braces, with or without #, $ or % before it. */
const tokenLike = /[#$%]?\{+[^{}]*\}*/g;
const exactToken = /^#\{(\w+)\}$/;

const textParts = ['subject', 'header', 'body', 'button', 'nextStepContactInfo'] as const;

/** The texts about faults, for an administrator. */
const english = {
  token: (found: string, kind: string, meant: string | undefined, known: string) =>
    `${found} is not a token of the email ${kind}.${meant === undefined ? '' : ` Write ${meant}.`} Its tokens are ${known}.`,
  button: (kind: string, label: string) =>
    `The button of the email ${kind} has no text besides tokens, so the email would lose the link that sets the password. Give it a text, such as ${label}.`,
};
const chinese: typeof english = {
  token: (found, kind, meant, known) =>
    `${found} 不是邮件 ${kind} 的标记。${meant === undefined ? '' : `请写为 ${meant}。`}它的标记有 ${known}。`,
  button: (kind, label) =>
    `邮件 ${kind} 的按钮除标记外没有文字，因此邮件会缺少设置密码的链接。请为其指定文字，例如 ${label}。`,
};

/**
 * Returns the faults of a template: tokens that its kind of email does not have, and a button without text if the email would lose
 * the link that sets a password. The list is empty for a template that can be used.
 *
 * @param language The language of the messages.
 */
export function templateProblems(
  key: TemplateKey,
  template: MailTemplate,
  language: Language = 'en',
): readonly TemplateProblem[] {
  const words = language === 'zh' ? chinese : english;
  return [
    ...textParts.flatMap((part) =>
      tokenProblems(key.kind, template[part], words).map((message) => ({ part, message })),
    ),
    ...buttonProblems(key, template.button, words),
  ];
}

function tokenProblems(kind: MailKind, text: string, words: typeof english): readonly string[] {
  const known: readonly string[] = mailKinds[kind].tokens;
  return [...new Set(text.match(tokenLike))].flatMap((found) => {
    const exact = exactToken.exec(found)?.[1];
    if (exact !== undefined && known.includes(exact)) return [];
    const name = found.replaceAll(/[#$%{}]/g, '').trim();
    // Braces without # or $ are ordinary text, unless they contain the name of a token.
    if (!/^[#$]/.test(found) && !known.includes(name)) return [];
    const meant = known.includes(name) ? name : suggestion(name, known);
    return words.token(quote(found), kind, meant && `#{${meant}}`, listOf(known));
  });
}

function listOf(names: readonly string[]): string {
  return names.map((name) => `#{${name}}`).join(', ');
}

function buttonProblems(
  { kind, language }: TemplateKey,
  button: string,
  words: typeof english,
): readonly TemplateProblem[] {
  if (!passwordLinkKinds.includes(kind)) return [];
  // A token can be blank, and the email would then have no link.
  if (button.replaceAll(tokenLike, '').trim() !== '') return [];
  return [{ part: 'button', message: words.button(kind, quote(defaultTemplate(kind, language).button)) }];
}
