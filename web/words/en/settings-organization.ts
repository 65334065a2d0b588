import { count, number } from './counts.ts';

export const settingsOrganization = {
  below: 'What applies to everyone in the organization',
  mayChange:
    'Your role can read these settings. The roles Administrator and Administrator With Billing can change them.',
  name: { label: 'Name of the organization', help: 'Emails, the portal and authenticator apps show it.' },
  groups: {
    organization: 'Organization',
    passwords: 'Passwords',
    lockout: 'Wrong passwords',
    sessions: 'Sessions and sign-in',
    people: 'New people and the portal',
    log: 'What is kept',
  },
  on: 'On',
  off: 'Off',
  default: (value: string) => `Default: ${value}.`,
  range: (least: number, greatest: number) => `${number(least)} to ${number(greatest)}.`,
  none: 'none',
  changed: (changes: number) => `${count(changes, 'change is', 'changes are')} not saved`,
  faults: (faults: number) =>
    faults === 1
      ? 'Nothing was saved: correct the marked setting.'
      : `Nothing was saved: correct the ${number(faults)} marked settings.`,
  save: 'Save the changes',
  discard: 'Discard the changes',
  saved: 'The changes are saved and apply at once.',
  confirm: 'This makes the sign-in of administrators weaker, so please confirm that it is you.',
  choices: {
    ACTIVATED: 'Active',
    STAGED: 'Staged: an administrator activates them',
    none: 'This directory',
    scim: 'The source',
    off: 'Nothing',
    refusals: 'Refused requests',
    writes: 'Refused requests and changes',
    all: 'All requests',
    en: 'English',
    zh: '简体中文',
  },
  settings: {
    contactName: { label: 'Contact person', help: 'Emails name this person for questions.' },
    contactEmail: { label: 'Contact address', help: 'Emails name it for questions, and replies go there.' },
    language: {
      label: 'Language of emails',
      help: 'For administrators, and for people whose preferred language is another one or is not known.',
    },
    timeZone: { label: 'Time zone of emails', help: 'The times in emails are in this zone, such as Europe/Berlin.' },
    addressChangeNotices: {
      label: 'Tell people when a source changes their address',
      help: 'The email goes to the previous address. Turn it off while a domain is renamed.',
    },
    passwordMinLength: { label: 'Minimum length', help: 'Shorter passwords are refused when they are set.' },
    passwordNeedsLowercase: { label: 'A lowercase letter', help: 'A new password without one is refused.' },
    passwordNeedsUppercase: { label: 'An uppercase letter', help: 'A new password without one is refused.' },
    passwordNeedsNumber: { label: 'A digit', help: 'A new password without one is refused.' },
    passwordNeedsSymbol: {
      label: 'A symbol',
      help: 'A new password needs a character that is neither a letter nor a digit, such as a space.',
    },
    passwordUserNameAllowed: {
      label: 'Allow the user name in the password',
      help: 'If it is off, a password with the user name or the address is refused.',
    },
    passwordCommonAllowed: {
      label: 'Allow passwords that are easy to guess',
      help: 'If it is off, common words with digits, sequences and repetitions are refused.',
    },
    passwordHistory: {
      label: 'Passwords that cannot return',
      help: 'How many of the last passwords are refused; 0 for none.',
    },
    passwordMinAgeDays: {
      label: 'Days before another change',
      help: 'A person has to keep a new password this long; 0 for no limit. Administrators can set one at any time.',
    },
    passwordExpirationDays: {
      label: 'Days until a password expires',
      help: 'With an expired password a person is not active; 0 for never.',
    },
    passwordWarningDays: {
      label: 'Days of warning before it expires',
      help: 'The person gets an email this early; 0 for no email.',
    },
    accountLockout: {
      label: 'Lock the account after wrong passwords',
      help: 'If it is on, anyone who knows a user name can lock the account. If it is off, only the client that sent wrong passwords waits.',
    },
    maxLoginAttempts: { label: 'Wrong passwords until the lock', help: 'Only with the lock; 0 for never.' },
    lockoutTimeSeconds: {
      label: 'Seconds until the lock ends',
      help: 'An administrator can unlock the person earlier.',
    },
    resetLockoutCounterMinutes: {
      label: 'Minutes until the count begins again',
      help: 'Counted from the last wrong password.',
    },
    requireAdministratorMfa: {
      label: 'Second factor for every administrator',
      help: 'Administrators without one have to set up an authenticator app at the next sign-in.',
    },
    administratorIdleMinutes: {
      label: 'Minutes until an idle administrator is signed out',
      help: 'Counted from the last request.',
    },
    portalIdleMinutes: {
      label: 'Minutes until an idle person is signed out of the portal',
      help: 'Counted from the last request.',
    },
    portalReadOnly: {
      label: 'Read-only portal',
      help: 'If it is on, people cannot change their profiles in the portal.',
    },
    defaultStateManual: { label: 'People created by hand or by the API', help: 'The state in which they begin.' },
    defaultStateCsv: { label: 'People imported from CSV', help: 'The state in which they begin.' },
    defaultStateApplication: { label: 'People imported from an application', help: 'The state in which they begin.' },
    externalPasswordAuthority: {
      label: 'Passwords of people from a source',
      help: 'Which system manages them. If the source does, these people have no password here.',
    },
    eventRetentionDays: {
      label: 'Days that events are kept',
      help: 'Older events are deleted, and no page shows them any more.',
    },
    requestLog: {
      label: 'Requests whose content is kept',
      help: 'Path, headers, body and answer. Of the others, the time and the outcome are kept for 24 hours. With nothing kept, nothing is counted either.',
    },
    requestRetentionDays: { label: 'Days that requests are kept', help: 'At most as long as events.' },
    requestBodyKilobytes: {
      label: 'Kilobytes kept of each body',
      help: 'The rest is cut off; a cut body cannot be replayed.',
    },
    requestLogMegabytes: {
      label: 'Megabytes of kept requests in all',
      help: 'Once an hour, the oldest ones above this size are deleted.',
    },
  },
} as const;
