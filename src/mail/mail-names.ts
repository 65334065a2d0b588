import type { MailKind } from './templates.ts';

/** The names of the kinds of email, as the console lists them. */
export const mailNames = {
  activate_user_custom: 'Activation',
  welcome: 'Welcome',
  user_change_password: 'Link after a forgotten password',
  user_reset_password: 'Link from an administrator',
  password_reset_confirmation: 'Password was changed',
  address_change_notice: 'Address was changed',
  second_factor_notice: 'Second factor was changed',
  security_notice: 'Security notice',
  lockout_notice_user: 'Account is locked, to the person',
  lockout_notice_admin: 'Account is locked, to administrators',
  password_expiration_warning: 'Password expires soon',
  password_expiration: 'Password has expired',
  admin_invitation: 'Invitation of an administrator',
  admin_change_password: 'Link after a forgotten administrator’s password',
  admin_reset_password: 'Link from another administrator',
  api_key_expiration: 'Key expires soon',
  provisioning_quarantine: 'Provisioning is in quarantine',
  mail_test: 'Test email',
  job_result: 'Result of a job',
} as const satisfies Readonly<Record<MailKind, string>>;
