import { quote } from '#base/errors.ts';
import { suggestion } from '#base/suggestion.ts';
import { mailKinds, passwordLinkKinds, type MailKind, type MailTemplate } from './templates.ts';

/** What is wrong with one part of a template. */
export interface TemplateProblem {
  readonly part: keyof MailTemplate;
  readonly message: string;
}

/** What a writer means as a token: in braces, whatever is around the name. */
const tokenLike = /[#$%]?\{+[^{}]*\}*/g;
const exactToken = /^#\{(\w+)\}$/;

const textParts = ['subject', 'header', 'body', 'button', 'nextStepContactInfo'] as const;

/**
 * The tokens of a template that its kind of mail does not have, and a button without text where the mail would lose the link
 * that sets a password. Empty for a template that can be used.
 */
export function templateProblems(kind: MailKind, template: MailTemplate): readonly TemplateProblem[] {
  return [
    ...textParts.flatMap((part) => tokenProblems(kind, template[part]).map((message) => ({ part, message }))),
    ...buttonProblems(kind, template.button),
  ];
}

function tokenProblems(kind: MailKind, text: string): readonly string[] {
  const known: readonly string[] = mailKinds[kind].tokens;
  return [...new Set(text.match(tokenLike))].flatMap((found) => {
    const exact = exactToken.exec(found)?.[1];
    if (exact !== undefined && known.includes(exact)) return [];
    const name = found.replaceAll(/[#$%{}]/g, '').trim();
    // Braces alone are text, unless the name of a token is in them.
    if (!/^[#$]/.test(found) && !known.includes(name)) return [];
    const meant = known.includes(name) ? name : suggestion(name, known);
    const advice = meant === undefined ? '' : ` Write #{${meant}}.`;
    return `${quote(found)} is not a token of the mail ${kind}.${advice} Its tokens are ${listOf(known)}.`;
  });
}

function listOf(names: readonly string[]): string {
  return names.map((name) => `#{${name}}`).join(', ');
}

function buttonProblems(kind: MailKind, button: string): readonly TemplateProblem[] {
  if (!passwordLinkKinds.includes(kind)) return [];
  // A token can be blank: then the mail would have no link.
  if (button.replaceAll(tokenLike, '').trim() !== '') return [];
  const message = `The button of the mail ${kind} has no text besides tokens, so the mail would lose the link that sets the password. Give it a text, such as ${quote(mailKinds[kind].template.button)}.`;
  return [{ part: 'button', message }];
}
