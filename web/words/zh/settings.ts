import type { Words } from '../en.ts';
import { settingsAccount, sessions } from './settings-account.ts';
import { settingsAdministrators } from './settings-administrators.ts';
import { settingsMail } from './settings-mail.ts';
import { settingsOrganization } from './settings-organization.ts';
import { settingsRules } from './settings-rules.ts';
import { settingsAbout, settingsHealth, settingsKeys, settingsRoles, settingsSchemas } from './settings-server.ts';

export const settings: Words['settings'] = {
  title: '设置',
  navigation: '设置的各个部分',
  sections: {
    organization: '组织',
    administrators: '管理员',
    roles: '角色',
    keys: '密钥和令牌',
    mail: '邮件',
    rules: '默认规则',
    schemas: '自定义架构',
    health: '运行状况',
    about: '关于',
    account: '你的帐户',
  },
  keys: settingsKeys,
  administrators: settingsAdministrators,
  roles: settingsRoles,
  organization: settingsOrganization,
  mail: settingsMail,
  rules: settingsRules,
  schemas: settingsSchemas,
  health: settingsHealth,
  about: settingsAbout,
  account: settingsAccount,
  sessions,
};
