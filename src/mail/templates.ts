import { z } from 'zod';

/** Characters of one part of a template. */
export const TEMPLATE_TEXT_LENGTH_MAX = 4_000;

const part = z.string().max(TEMPLATE_TEXT_LENGTH_MAX);

/** The parts of a mail; each may hold tokens, such as #{first_name}. */
export const templateSchema = z.strictObject({
  subject: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\r\n]*$/, 'must be one line'),
  header: part,
  body: part,
  button: z.string().max(100),
  nextStepContactInfo: part,
});

export type MailTemplate = z.output<typeof templateSchema>;

const contact = 'Questions? Ask #{contact_name} #{contact_email}.';

/** Every kind of mail, with what it says unless an organization says it otherwise. Names are the original directory's where it has one. */
export const mailKinds = {
  activate_user_custom: {
    description: 'A new user, who has no password yet.',
    template: {
      subject: 'Your account at #{org_name}',
      header: 'Welcome, #{first_name}',
      body: 'An account was made for you. Your user name is #{username}. Set a password to use it. The link works once, until #{expires}.',
      button: 'Set your password',
      nextStepContactInfo: contact,
    },
  },
  welcome: {
    description: 'A new user, for whom an administrator set a password.',
    template: {
      subject: 'Your account at #{org_name}',
      header: 'Welcome, #{first_name}',
      body: 'An account was made for you. Your user name is #{username}. Your administrator tells you the password.',
      button: 'Sign in',
      nextStepContactInfo: contact,
    },
  },
  user_change_password: {
    description: 'A user who asked for a new password.',
    template: {
      subject: 'Set a new password',
      header: 'Hello #{first_name}',
      body: 'Somebody asked for a new password for your account #{username}. If it was not you, do nothing. The link works once, until #{expires}.',
      button: 'Set a new password',
      nextStepContactInfo: contact,
    },
  },
  password_reset_confirmation: {
    description: 'A user whose password was changed.',
    template: {
      subject: 'Your password was changed',
      header: 'Hello #{first_name}',
      body: 'The password of your account #{username} at #{org_name} was changed on #{changed_at}, by #{changed_by}. Other sessions have ended. If you did not expect this, tell your administrator at once.',
      button: '',
      nextStepContactInfo: contact,
    },
  },
  address_change_notice: {
    description: 'A user or an administrator whose address was changed; sent to the address from before.',
    template: {
      subject: 'The address of your account was changed',
      header: 'Hello #{first_name}',
      body: 'An e-mail address of your account #{username} at #{org_name} was changed on #{changed_at}, by #{changed_by}. This mail goes to the address from before; later mails, such as links for a new password, go to the new one. If you did not expect this, tell your administrator at once.',
      button: '',
      nextStepContactInfo: contact,
    },
  },
  second_factor_notice: {
    description: 'A user or an administrator whose authenticator app or passkeys changed.',
    template: {
      subject: 'How you sign in was changed',
      header: 'Hello #{first_name}',
      body: '#{change}: this was done to your account #{username} at #{org_name} on #{changed_at}, by #{changed_by}. Other sessions have ended. If you did not expect this, tell your administrator at once.',
      button: '',
      nextStepContactInfo: contact,
    },
  },
  security_notice: {
    description: 'A user or an administrator whose recovery code was used, or a user whose SSH keys changed.',
    template: {
      subject: 'A change of your account',
      header: 'Hello #{first_name}',
      body: '#{change}: this was done to your account #{username} at #{org_name} on #{changed_at}, by #{changed_by}. If you did not expect this, tell your administrator at once.',
      button: '',
      nextStepContactInfo: contact,
    },
  },
  lockout_notice_user: {
    description: 'A user who was locked after too many wrong passwords; administrators get it as well.',
    template: {
      subject: 'The account #{username} is locked',
      header: 'Too many wrong passwords',
      body: 'The account #{username} was locked after too many wrong passwords (#{lockout_source}). It opens again by itself, or when an administrator unlocks it.',
      button: '',
      nextStepContactInfo: contact,
    },
  },
  password_expiration_warning: {
    description: 'A user whose password expires soon.',
    template: {
      subject: 'Your password expires in #{expiration_in}',
      header: 'Hello #{first_name}',
      body: 'The password of your account #{username} expires in #{expiration_in}. Set a new one before.',
      button: 'Change your password',
      nextStepContactInfo: contact,
    },
  },
  password_expiration: {
    description: 'A user whose password has expired.',
    template: {
      subject: 'Your password has expired',
      header: 'Hello #{first_name}',
      body: 'The password of your account #{username} has expired. Set a new one. The link works once, until #{expires}.',
      button: 'Set a new password',
      nextStepContactInfo: contact,
    },
  },
  admin_invitation: {
    description: 'A new administrator.',
    template: {
      subject: 'You administer #{org_name}',
      header: 'Hello #{first_name}',
      body: 'You were made an administrator of #{org_name}, with the role #{role}. Set a password to begin. The link works once, until #{expires}.',
      button: 'Set your password',
      nextStepContactInfo: contact,
    },
  },
  admin_change_password: {
    description: 'An administrator who asked for a new password.',
    template: {
      subject: 'Set a new password',
      header: 'Hello #{first_name}',
      body: 'Somebody asked for a new password for the administrator #{username}. If it was not you, do nothing. The link works once, until #{expires}.',
      button: 'Set a new password',
      nextStepContactInfo: contact,
    },
  },
  api_key_expiration: {
    description: 'The owner of an API key that expires soon.',
    template: {
      subject: 'The key #{key_name} expires in #{expiration_in}',
      header: 'Hello #{first_name}',
      body: 'The key #{key_name} (#{key_prefix}…) of #{org_name} expires in #{expiration_in}. What uses it stops then: make a new key, enter it, and revoke this one.',
      button: '',
      nextStepContactInfo: contact,
    },
  },
  provisioning_quarantine: {
    description:
      'Whoever is told when provisioning of an enterprise application of the stand-in for Entra ID is in quarantine.',
    template: {
      subject: 'Provisioning to #{application} is in quarantine',
      header: 'Provisioning to #{application} is in quarantine',
      body: 'The reason is #{reason}: #{message}\n\nIt is tried again ever more seldom, next at #{next_attempt}. When the cause is mended, restart the job.',
      button: '',
      nextStepContactInfo: contact,
    },
  },
  job_result: {
    description: 'The administrator who started a job on many users.',
    template: {
      subject: 'The job on #{total} users is done',
      header: 'Hello #{first_name}',
      body: '#{succeeded} of #{total} rows were carried out, #{failed} were not. The results are kept under the job #{job_id}.',
      button: '',
      nextStepContactInfo: contact,
    },
  },
} as const satisfies Readonly<Record<string, { readonly description: string; readonly template: MailTemplate }>>;

export type MailKind = keyof typeof mailKinds;

export const mailKindNames = Object.keys(mailKinds) as readonly MailKind[];

/** Kinds whose link sets a password: it can be void before the mail is sent. */
export const passwordLinkKinds: readonly MailKind[] = [
  'activate_user_custom',
  'user_change_password',
  'password_expiration',
  'admin_invitation',
  'admin_change_password',
];

/** What stands for the tokens; one that is missing is blank, as in the original directory. */
export type Tokens = Readonly<Record<string, string>>;

/** Every token that any mail knows, for a look at a template. */
export const sampleTokens: Tokens = {
  first_name: 'Ann',
  username: 'ann.lee',
  org_name: 'Example',
  contact_name: 'IT',
  contact_email: 'it@example.com',
  admin_email_link: 'mailto:it@example.com',
  expiration_day: '7',
  expiration_in: '7 days',
  expires: '2026-01-31 12:00 UTC',
  changed_at: '2026-01-31 12:00 UTC',
  changed_by: 'an administrator of your organization',
  change: 'A passkey was added',
  lockout_source: 'from 192.0.2.1',
  application: 'Tanhua',
  reason: 'EncounteredQuarantineException',
  message: 'the target refused the credentials',
  next_attempt: '2026-01-05T15:00:00.000Z',
  role: 'Manager',
  key_name: 'Entra ID',
  key_prefix: 'tnh_abcdef',
  total: '3',
  succeeded: '2',
  failed: '1',
  job_id: '65a0c1d2e3f405162738495a',
};
