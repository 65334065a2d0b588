import type { MailKind } from './templates.ts';

/** The names of the kinds of email in Chinese. */
export const zhMailNames: Readonly<Record<MailKind, string>> = {
  activate_user_custom: '激活',
  welcome: '欢迎',
  user_change_password: '忘记密码后的链接',
  user_reset_password: '管理员发送的链接',
  password_reset_confirmation: '密码已更改',
  address_change_notice: '地址已更改',
  second_factor_notice: '双重验证已更改',
  security_notice: '安全通知',
  lockout_notice_user: '帐户已锁定，发送给本人',
  lockout_notice_admin: '帐户已锁定，发送给管理员',
  password_expiration_warning: '密码即将过期',
  password_expiration: '密码已过期',
  admin_invitation: '管理员邀请',
  admin_change_password: '管理员忘记密码后的链接',
  admin_reset_password: '另一位管理员发送的链接',
  api_key_expiration: '密钥即将过期',
  provisioning_quarantine: '预配已隔离',
  mail_test: '测试邮件',
  job_result: '作业的结果',
};
