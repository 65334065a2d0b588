import type { MailKind } from './templates.ts';

/** Who gets each kind of email, and when, in Chinese. */
export const zhMailKinds: Readonly<Record<MailKind, string>> = {
  activate_user_custom: '还没有密码的新用户。',
  welcome: '已有密码的新用户或刚激活的用户。链接打开门户的登录页。',
  user_change_password: '请求新密码的用户。',
  user_reset_password: '管理员向其发送新密码链接的用户。',
  password_reset_confirmation: '密码已更改的用户或管理员。',
  address_change_notice: '地址已更改的用户或管理员；发送到之前的地址。',
  second_factor_notice: '身份验证器应用或通行密钥已更改的用户或管理员。',
  security_notice: '恢复代码被使用，或有新的 API 密钥或令牌的用户或管理员；或者 SSH 密钥已更改的用户。',
  lockout_notice_user: '由于密码错误次数过多而被锁定的用户或管理员。',
  lockout_notice_admin: '可以解锁因密码错误次数过多而被锁定的帐户的管理员；`first_name` 是该管理员的名字。',
  password_expiration_warning: '密码即将过期的用户。链接打开可以请求设置密码链接的页面。',
  password_expiration: '密码已过期的用户。',
  admin_invitation: '新管理员。',
  admin_change_password: '请求新密码的管理员。',
  admin_reset_password: '另一位管理员向其发送新密码链接的管理员。',
  api_key_expiration: '即将过期的 API 密钥的所有者；对于数据源的密钥，则是可以更换它的管理员。',
  provisioning_quarantine: 'Entra ID 模拟环境中处于隔离状态的企业应用程序的通知地址。',
  mail_test: '请求测试邮件的管理员，用于查看邮件能否送达。',
  job_result: '启动针对多个用户的作业的管理员。',
};
