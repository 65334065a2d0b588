import type { LinkDescription } from '#accounts/passwords.ts';
import { escapeHtml } from '#base/html.ts';
import type { PageWords } from './page-words.ts';

/** The messages about a submitted form, by the field at which the page shows them. */
export interface FormErrors {
  readonly password?: string;
  readonly again?: string;
}

/** Returns the HTML form that sets a password. It is sent to the address of the page, so that the language is kept. */
export function passwordForm(link: LinkDescription, token: string, errors: FormErrors, words: PageWords): string {
  const { kind, purpose, username, organization, passwordRules } = link;
  const rules = passwordRules.map(
    ({ rule, must }) => `<li data-rule="${rule}">${escapeHtml(must)}<span class="hidden"></span></li>`,
  );
  const account = words.account(`<strong>${escapeHtml(username)}</strong>`, escapeHtml(organization));
  return `<p class="quiet who">${account}</p>
<form method="post" data-password data-words="${escapeHtml(JSON.stringify(words.script))}">
<input type="hidden" name="token" value="${escapeHtml(token)}">
<input class="hidden" name="username" autocomplete="username" value="${escapeHtml(username)}" readonly tabindex="-1" aria-hidden="true">
<label for="password">${words.passwordField}</label>
<div class="field"><input id="password" name="password" type="password" autocomplete="new-password" required autofocus ${describedBy('password', errors.password, 'rules')}></div>
${errorOf('password', errors.password)}
<div class="rules" id="rules"><p>${words.must}</p><ul>${rules.join('')}</ul></div>
<p class="strength" id="strength" hidden><span class="bars" aria-hidden="true"><i></i><i></i><i></i><i></i></span><span class="word" role="status"></span></p>
<p class="hidden" id="rules-status" role="status"></p>
<label for="again">${words.again}</label>
<div><input id="again" name="again" type="password" autocomplete="new-password" required ${describedBy('again', errors.again)}></div>
${errorOf('again', errors.again)}
<button>${words.setPassword}</button>
</form>
<p class="quiet next-step">${words.afterwards[kind][purpose]}</p>`;
}

/** Returns the HTML form that requests a link. */
export function forgotPasswordForm(email: string, error: string | undefined, words: PageWords): string {
  return `<p class="quiet">${words.forgotLead}</p>
<form method="post">
<label for="email">${words.email}</label>
<div><input id="email" name="email" type="text" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="1024" required autofocus value="${escapeHtml(email)}" ${describedBy('email', error)}></div>
${errorOf('email', error)}
<button>${words.sendLink}</button>
</form>`;
}

function describedBy(field: string, error: string | undefined, also = ''): string {
  return `aria-invalid="${String(error !== undefined)}" aria-describedby="${[`${field}-error`, also].filter(Boolean).join(' ')}"`;
}

/** Returns the HTML of the message below a field. It exists even without an error, so that screen readers announce later messages. */
function errorOf(field: string, error: string | undefined): string {
  return `<p class="error" id="${field}-error" role="alert">${escapeHtml(error ?? '')}</p>`;
}
