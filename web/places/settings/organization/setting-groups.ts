import type { Words } from '../../../words/words.tsx';

export type SettingName = keyof Words['settings']['organization']['settings'];
type GroupName = keyof Words['settings']['organization']['groups'];

/** The settings in groups, in the order of the page. */
export const settingGroups = {
  organization: ['contactName', 'contactEmail', 'language', 'timeZone', 'addressChangeNotices'],
  passwords: [
    'passwordMinLength',
    'passwordNeedsLowercase',
    'passwordNeedsUppercase',
    'passwordNeedsNumber',
    'passwordNeedsSymbol',
    'passwordUserNameAllowed',
    'passwordCommonAllowed',
    'passwordHistory',
    'passwordMinAgeDays',
    'passwordExpirationDays',
    'passwordWarningDays',
  ],
  lockout: ['accountLockout', 'maxLoginAttempts', 'lockoutTimeSeconds', 'resetLockoutCounterMinutes'],
  sessions: ['requireAdministratorMfa', 'administratorIdleMinutes', 'portalIdleMinutes'],
  people: [
    'defaultStateManual',
    'defaultStateCsv',
    'defaultStateApplication',
    'externalPasswordAuthority',
    'portalReadOnly',
  ],
  log: ['eventRetentionDays', 'requestLog', 'requestRetentionDays', 'requestBodyKilobytes', 'requestLogMegabytes'],
} as const satisfies Readonly<Record<GroupName, readonly SettingName[]>>;

export const groupNames = Object.keys(settingGroups) as readonly GroupName[];
