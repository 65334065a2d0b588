import type { LinkDescription } from '#accounts/passwords.ts';
import { escapeHtml } from '#base/html.ts';

/** The messages about a submitted form, by the field at which the page shows them. */
export interface FormErrors {
  readonly password?: string;
  readonly again?: string;
}

/** Returns the HTML form that sets a password. */
export function passwordForm(link: LinkDescription, token: string, errors: FormErrors): string {
  const { username, organization, passwordRules } = link;
  const rules = passwordRules.map(
    ({ rule, must }) => `<li data-rule="${rule}">${escapeHtml(must)}<span class="hidden"></span></li>`,
  );
  return `<p class="quiet who">Account <strong>${escapeHtml(username)}</strong>${organization === '' ? '' : ` at ${escapeHtml(organization)}`}</p>
<form method="post" data-password>
<input type="hidden" name="token" value="${escapeHtml(token)}">
<input class="hidden" name="username" autocomplete="username" value="${escapeHtml(username)}" readonly tabindex="-1" aria-hidden="true">
<label for="password">New password</label>
<div class="field"><input id="password" name="password" type="password" autocomplete="new-password" required autofocus ${describedBy('password', errors.password, 'rules')}></div>
${errorOf('password', errors.password)}
<div class="rules" id="rules"><p>The password must</p><ul>${rules.join('')}</ul></div>
<p class="hidden" id="rules-status" role="status"></p>
<label for="again">Repeat the new password</label>
<div><input id="again" name="again" type="password" autocomplete="new-password" required ${describedBy('again', errors.again)}></div>
${errorOf('again', errors.again)}
<button>Set the password</button>
</form>`;
}

/** Returns the HTML form that requests a link. */
export function forgotPasswordForm(email: string, error: string | undefined): string {
  return `<p class="quiet">You will receive an email with a link to set a new password. The link works once.</p>
<form method="post">
<label for="email">Email address or user name</label>
<div><input id="email" name="email" type="text" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="1024" required autofocus value="${escapeHtml(email)}" ${describedBy('email', error)}></div>
${errorOf('email', error)}
<button>Send the link</button>
</form>`;
}

function describedBy(field: string, error: string | undefined, also = ''): string {
  return `aria-invalid="${String(error !== undefined)}" aria-describedby="${[`${field}-error`, also].filter(Boolean).join(' ')}"`;
}

/** Returns the HTML of the message below a field. It exists even without an error, so that screen readers announce later messages. */
function errorOf(field: string, error: string | undefined): string {
  return `<p class="error" id="${field}-error" role="alert">${escapeHtml(error ?? '')}</p>`;
}
