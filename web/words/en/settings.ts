import { settingsAbout } from './settings-about.ts';
import { settingsAccount } from './settings-account.ts';
import { settingsAdministrators } from './settings-administrators.ts';
import { settingsHealth } from './settings-health.ts';
import { settingsKeys } from './settings-keys.ts';
import { settingsMail } from './settings-mail.ts';
import { settingsOrganization } from './settings-organization.ts';
import { settingsRoles } from './settings-roles.ts';
import { settingsRules } from './settings-rules.ts';
import { settingsSchemas } from './settings-schemas.ts';
import { sessions } from './settings-sessions.ts';

export const settings = {
  title: 'Settings',
  navigation: 'Sections of the settings',
  sections: {
    organization: 'Organization',
    administrators: 'Administrators',
    roles: 'Roles',
    keys: 'Keys and tokens',
    mail: 'Mail',
    rules: 'Default rules',
    schemas: 'Custom schemas',
    health: 'Health',
    about: 'About',
    account: 'Your account',
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
} as const;
