/** Kinds of email for people, by the name that the REST API and the templates have. */
const mailKinds: Readonly<Record<string, string>> = {
  activate_user_custom: 'activation',
  welcome: 'welcome',
  user_change_password: 'link to set a new password, requested by the user',
  user_reset_password: 'link to set a new password, sent by an administrator',
  password_reset_confirmation: 'password changed',
  address_change_notice: 'address changed',
  second_factor_notice: 'second factor changed',
  security_notice: 'security of the account changed',
  lockout_notice_user: 'account locked',
  lockout_notice_admin: 'accounts locked, for administrators',
  password_expiration_warning: 'password expires soon',
  password_expiration: 'password expired',
  admin_invitation: 'invitation of an administrator',
  admin_change_password: 'link to set a new password, requested by the administrator',
  admin_reset_password: 'link to set a new password, sent by another administrator',
  api_key_expiration: 'key expires soon',
  provisioning_quarantine: 'provisioning in quarantine',
  mail_test: 'test email',
  job_result: 'result of a job',
};

/** Methods of a sign-in for people, by their names in tokens (RFC 8176). */
const signInMethods: Readonly<Record<string, string>> = {
  pwd: 'password',
  otp: 'authenticator app',
  mfa: 'two factors',
  hwk: 'passkey',
  user: 'confirmed by the user',
};

/** Who checks the passwords of a RADIUS server. */
const identityProviders: Readonly<Record<string, string>> = { directory: 'this directory', entra: 'Entra ID' };

/** How passwords arrive at a RADIUS server. */
const radiusMethods: Readonly<Record<string, string>> = { pap: 'PAP', eapTtlsPap: 'EAP-TTLS/PAP' };

/** What a RADIUS server does with people whose account is locked or whose password has expired. */
const accountActions: Readonly<Record<string, string>> = { refuse: 'refused', allow: 'allowed' };

/** The values of these fields are names of one table. */
const tables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  kind: mailKinds,
  auth_methods: signInMethods,
  identityProvider: identityProviders,
  methods: radiusMethods,
  lockedAccounts: accountActions,
  expiredPasswords: accountActions,
};

/**
 * Returns a kind of email for people; the name itself if this version does not know it.
 *
 * @example
 * mailKindWords('activate_user_custom'); // 'activation'
 */
export function mailKindWords(kind: string): string {
  return Object.hasOwn(mailKinds, kind) ? (mailKinds[kind] ?? kind) : kind;
}

/**
 * Returns a value of a changed field for people, if the value is one of a fixed list of names; else the value itself.
 *
 * @example
 * valueWords('kind', 'activate_user_custom'); // 'activation'
 * valueWords('state', 'SUSPENDED at 2026-01-05T09:00:00.000Z'); // 'suspended at 2026-01-05T09:00:00.000Z'
 */
export function valueWords(field: string, value: string): string {
  // SUSPENDED, or "SUSPENDED at 2026-01-05T09:00:00.000Z" for a scheduled state.
  if (field === 'state') return value.replace(/^[A-Z]+/, (state) => state.toLowerCase());
  const table = Object.hasOwn(tables, field) ? (tables[field] ?? {}) : {};
  return Object.hasOwn(table, value) ? (table[value] ?? value) : value;
}
