import { forgotUrlOf, organizationTokens, roleToken } from '#accounts/account-mail.ts';
import { linkExpiry } from '#accounts/account-links.ts';
import type { AccountDeps } from '#accounts/account.ts';
import { buttonOfKind, renderMail, type RenderedMail } from '#mail/render-mail.ts';
import type { TemplateKey } from '#mail/template-store.ts';
import { passwordLinkKinds, sampleTokensOf, type MailKind, type MailTemplate, type Tokens } from '#mail/templates.ts';
import { findSettings } from '#organizations/organization-store.ts';

/** The kinds whose link is for a first password. */
const activationKinds: readonly MailKind[] = ['activate_user_custom', 'admin_invitation'];

const isActivation = (kind: MailKind) => activationKinds.includes(kind);
const ownerOf = (kind: MailKind) => (kind.startsWith('admin_') ? 'administrator' : 'user');

/** Returns a sample link for the button of a kind of email; undefined for kinds without a link. */
function sampleLink(publicUrl: string, kind: MailKind): string | undefined {
  if (kind === 'welcome' || kind === 'password_expiration_warning')
    return `${publicUrl}/portal${kind === 'welcome' ? '' : '/forgot'}`;
  if (!passwordLinkKinds.includes(kind)) return undefined;
  const place = ownerOf(kind) === 'administrator' ? 'console' : 'portal';
  return `${publicUrl}/${place}/${isActivation(kind) ? 'activate' : 'reset'}?token=…`;
}

/**
 * Renders an email as a preview. It names the organization. Other tokens have sample values, unless `values` is given: then the email is
 * the one that would be sent now, with these values and those of the organization.
 */
export async function previewMail(
  deps: AccountDeps,
  organizationId: string,
  key: TemplateKey,
  { template, values }: { readonly template: MailTemplate; readonly values?: Tokens | undefined },
): Promise<RenderedMail> {
  const { kind, language } = key;
  const settings = await findSettings(deps.database, organizationId);
  const own = await organizationTokens(deps.database, organizationId, settings, language);
  // A sample of the contact shows where it will be, once it is set.
  const ownSet = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== ''));
  const expires = linkExpiry(deps, ownerOf(kind), isActivation(kind) ? 'activation' : 'reset');
  const tokens = {
    ...sampleTokensOf(kind),
    forgot_url: forgotUrlOf(deps, { kind: ownerOf(kind) }),
    ...(values === undefined ? ownSet : { ...own, ...(passwordLinkKinds.includes(kind) && { expires }) }),
    ...values,
  };
  return renderMail(template, { ...tokens, ...roleToken(language, tokens) }, sampleLink(deps.publicUrl(), kind), {
    timeZone: settings.timeZone,
    button: buttonOfKind(key),
  });
}
