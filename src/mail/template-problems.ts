import { quote } from '#base/errors.ts';
import { suggestion } from '#base/suggestion.ts';
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

/**
 * Returns the faults of a template: tokens that its kind of email does not have, and a button without text if the email would lose
 * the link that sets a password. The list is empty for a template that can be used.
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
    // Braces without # or $ are ordinary text, unless they contain the name of a token.
    if (!/^[#$]/.test(found) && !known.includes(name)) return [];
    const meant = known.includes(name) ? name : suggestion(name, known);
    const advice = meant === undefined ? '' : ` Write #{${meant}}.`;
    return `${quote(found)} is not a token of the email ${kind}.${advice} Its tokens are ${listOf(known)}.`;
  });
}

function listOf(names: readonly string[]): string {
  return names.map((name) => `#{${name}}`).join(', ');
}

function buttonProblems(kind: MailKind, button: string): readonly TemplateProblem[] {
  if (!passwordLinkKinds.includes(kind)) return [];
  // A token can be blank, and the email would then have no link.
  if (button.replaceAll(tokenLike, '').trim() !== '') return [];
  const message = `The button of the email ${kind} has no text besides tokens, so the email would lose the link that sets the password. Give it a text, such as ${quote(mailKinds[kind].template.button)}.`;
  return [{ part: 'button', message }];
}
