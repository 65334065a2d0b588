import type { Language } from '#base/words/language.ts';
import { roleDescriptions, type Role } from './roles.ts';

const inChinese: Readonly<Record<Role, string>> = {
  'Administrator With Billing': '组织中的全部内容，包括管理员。',
  Administrator: '除更改管理员以外的全部内容。',
  Manager: '用户和组，通过 SCIM 预配它们，以及 RADIUS 服务器；读取其余内容。',
  'Help Desk': '帮助无法登录的用户：密码、锁定、双重验证、邮件。',
  'Command Runner': '目前仅限管理员自己的帐户和密钥：没有可运行的命令。',
  'Read Only': '读取除发件箱中的邮件和保留的请求以外的全部内容。',
  'Billing Only': '读取组织及其设置：这里没有计费。',
};

/** Returns what a built-in role is for. GET /api/v2/roles shows it. */
export function roleDescriptionIn(language: Language, role: Role): string {
  return language === 'zh' ? inChinese[role] : roleDescriptions[role];
}
