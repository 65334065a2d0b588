import { quote } from '#base/errors.ts';
import { suggestion } from '#base/suggestion.ts';
import type { Language } from '#base/words/language.ts';
import { defaultTemplate, nameOfMailKind } from './default-template.ts';
import type { TemplateKey } from './template-store.ts';
import { mailKinds, passwordLinkKinds, type MailKind, type MailTemplate } from './templates.ts';

/** A fault of one part of a template. */
export interface TemplateProblem {
  readonly part: keyof MailTemplate;
  readonly message: string;
}

/** Matches text that may be meant as a token: anything in braces, with or without #, $ or % before it. */
const tokenLike = /[#$%]?\{+[^{}]*\}*/g;
/** Matches the beginnings of tokens in this program and in others: #{…}, ${…}, %{…} and {{…}}. */
const marked = /^(?:[#$%]|\{\{\s*\w)/;
const exactToken = /^#\{(\w+)\}$/;

const textParts = ['subject', 'header', 'body', 'button', 'nextStepContactInfo'] as const;

/** The texts about faults, for an administrator. `name` is that of the kind of email. */
const english = {
  token: (found: string, name: string, meant: string | undefined, known: string) =>
    `${found} is not a token of the email ${name}.${meant === undefined ? '' : ` Write ${meant}.`} Its tokens are ${known}.`,
  button: (name: string, label: string) =>
    `The button of the email ${name} has no text besides tokens, so the email would lose the link that sets the password. Give it a text, such as ${label}.`,
};
const chinese: typeof english = {
  token: (found, name, meant, known) =>
    `${found} 不是邮件${name}的标记。${meant === undefined ? '' : `请写为 ${meant}。`}它的标记有 ${known}。`,
  button: (name, label) =>
    `邮件${name}的按钮除标记外没有文字，因此邮件会缺少设置密码的链接。请为其指定文字，例如 ${label}。`,
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
  const name = nameOfMailKind(key.kind, language);
  const quoted = language === 'zh' ? `“${name}”` : quote(name);
  return [
    ...textParts.flatMap((part) =>
      tokenProblems(key.kind, template[part], words, quoted).map((message) => ({ part, message })),
    ),
    ...buttonProblems(key, template.button, words, quoted),
  ];
}

function tokenProblems(kind: MailKind, text: string, words: typeof english, nameOfKind: string): readonly string[] {
  const known: readonly string[] = mailKinds[kind].tokens;
  return [...new Set(text.match(tokenLike))].flatMap((found) => {
    const exact = exactToken.exec(found)?.[1];
    if (exact !== undefined && known.includes(exact)) return [];
    const name = found.replaceAll(/[#$%{}]/g, '').trim();
    // One pair of braces without # or $ is ordinary text, unless it contains the name of a token.
    if (!marked.test(found) && !known.includes(name)) return [];
    const meant = known.includes(name) ? name : suggestion(name, known);
    return words.token(quote(found), nameOfKind, meant && `#{${meant}}`, listOf(known));
  });
}

function listOf(names: readonly string[]): string {
  return names.map((name) => `#{${name}}`).join(', ');
}

function buttonProblems(
  { kind, language }: TemplateKey,
  button: string,
  words: typeof english,
  nameOfKind: string,
): readonly TemplateProblem[] {
  if (!passwordLinkKinds.includes(kind)) return [];
  // A token can be blank, and the email would then have no link.
  if (button.replaceAll(tokenLike, '').trim() !== '') return [];
  return [{ part: 'button', message: words.button(nameOfKind, quote(defaultTemplate(kind, language).button)) }];
}
