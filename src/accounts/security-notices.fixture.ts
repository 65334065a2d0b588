import type { EventType } from '#audit/event-types.ts';
import type { MailKind } from '#mail/templates.ts';
import type { TestAccounts } from './accounts.fixture.ts';

/** Matches the types of events that change a factor, a key, a password, or another way to sign in. */
export const securityEvents = /password|totp|passkey|sshkey|recovery|mfa|api_key/;

/** For each of these event types, the kinds of the email about the event, or the reason why no email is sent. */
export const notices: Readonly<Partial<Record<EventType, readonly MailKind[] | string>>> = {
  admin_password_change: ['password_reset_confirmation'],
  admin_totp_finish_enrollment: ['second_factor_notice'],
  admin_totp_disable: ['second_factor_notice'],
  admin_recovery_code_used: ['security_notice'],
  admin_recovery_codes_create: ['security_notice'],
  admin_passkey_create: ['second_factor_notice'],
  admin_passkey_delete: ['second_factor_notice'],
  user_password_change: ['password_reset_confirmation'],
  totp_finish_enrollment: ['second_factor_notice'],
  totp_delete_enrollment: ['second_factor_notice'],
  user_recovery_code_used: ['security_notice'],
  user_recovery_codes_create: ['security_notice'],
  passkey_create: ['second_factor_notice'],
  passkey_delete: ['second_factor_notice'],
  sshkey_create: ['security_notice'],
  sshkey_delete: ['security_notice'],
  api_key_create: ['security_notice'],
  admin_totp_start_enrollment: 'nothing changes before the first code is sent',
  totp_start_enrollment: 'nothing changes before the first code is sent',
  user_password_set: 'before the first password there was no access; the link came by email',
  user_password_expired: 'has a separate email with a link',
  user_password_warning_email: 'is the email',
  user_password_reset_request: 'is the email',
  admin_password_reset_request: 'is the email',
  passkey_update: 'a name gives no access',
  admin_passkey_update: 'a name gives no access',
  user_mfa_reset: 'the removal of the factors, recorded with it, has an email',
  api_key_update: 'a changed key gives no further access: only its name, life and addresses change',
  api_key_revoke: 'a revoked key gives no access',
  api_key_expiry_notice: 'is the email',
};

/** Returns the types of events about which the owner of the account gets an email. */
export function mailedEvents(isWanted: (type: EventType) => boolean): readonly EventType[] {
  const types = Object.keys(notices) as EventType[];
  return types.filter((type) => typeof notices[type] !== 'string' && isWanted(type));
}

/** Counts the emails about events of a type, sent to the affected users, administrators and owners of keys. */
export async function mailsAbout(accounts: TestAccounts, type: EventType): Promise<number> {
  const { database } = accounts.api.directory.deps;
  const events = await database.selectFrom('events').select('target_id').where('type', '=', type).execute();
  const ids = events.map(({ target_id: id }) => id ?? '');
  const keys = await database.selectFrom('api_keys').selectAll().where('id', 'in', ids).execute();
  const owners = keys.map(({ user_id: user, administrator_id: administrator }) => user ?? administrator ?? '');
  const kind = notices[type];
  const mails = await database
    .selectFrom('mails')
    .select('id')
    .where('target_id', 'in', [...ids, ...owners])
    .where('kind', 'in', typeof kind === 'string' ? [] : [...(kind ?? [])])
    .execute();
  return mails.length;
}
