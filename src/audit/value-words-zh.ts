/** Kinds of email in Chinese, by the name that the REST API and the templates have. */
const mailKinds: Readonly<Record<string, string>> = {
  activate_user_custom: '激活',
  welcome: '欢迎',
  user_change_password: '新密码设置链接，由用户请求',
  user_reset_password: '新密码设置链接，由管理员发送',
  password_reset_confirmation: '密码已更改',
  address_change_notice: '地址已更改',
  second_factor_notice: '双重验证已更改',
  security_notice: '帐户安全设置已更改',
  lockout_notice_user: '帐户已锁定',
  lockout_notice_admin: '帐户已锁定，发送给管理员',
  password_expiration_warning: '密码即将过期',
  password_expiration: '密码已过期',
  admin_invitation: '管理员邀请',
  admin_change_password: '新密码设置链接，由管理员本人请求',
  admin_reset_password: '新密码设置链接，由另一个管理员发送',
  api_key_expiration: '密钥即将过期',
  provisioning_quarantine: '预配已隔离',
  mail_test: '测试邮件',
  job_result: '作业的结果',
};

const signInMethods: Readonly<Record<string, string>> = {
  pwd: '密码',
  otp: '身份验证器应用',
  mfa: '双重验证',
  hwk: '通行密钥',
  user: '由用户确认',
};

const states: Readonly<Record<string, string>> = { ACTIVATED: '已激活', SUSPENDED: '已停用', STAGED: '待激活' };

const identityProviders: Readonly<Record<string, string>> = { directory: '此目录', entra: 'Entra ID' };

const radiusMethods: Readonly<Record<string, string>> = { pap: 'PAP', eapTtlsPap: 'EAP-TTLS/PAP' };

const accountActions: Readonly<Record<string, string>> = { refuse: '拒绝', allow: '允许' };

/** The values of these fields are names of one table. */
const tables: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  kind: mailKinds,
  auth_methods: signInMethods,
  identityProvider: identityProviders,
  methods: radiusMethods,
  lockedAccounts: accountActions,
  expiredPasswords: accountActions,
};

/** Returns a value of a changed field in Chinese, if the value is one of a fixed list of names; else the value itself. */
export function valueInChinese(field: string, value: string): string {
  if (field === 'state') {
    return value
      .replace(/^[A-Z]+/, (state) => states[state] ?? state)
      .replace(/^(?<state>\P{ASCII}+) at (?<time>\S+)$/u, '$<state>（$<time>）');
  }
  const table = Object.hasOwn(tables, field) ? (tables[field] ?? {}) : {};
  return Object.hasOwn(table, value) ? (table[value] ?? value) : value;
}
