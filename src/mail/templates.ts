import { z } from 'zod';
import type { Language } from '#base/words/language.ts';

/** The maximum number of characters of one part of a template. */
export const TEMPLATE_TEXT_LENGTH_MAX = 4_000;

const part = z.string().max(TEMPLATE_TEXT_LENGTH_MAX);

function isLanguage(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

const language = z
  .string()
  .max(35)
  .refine(
    (tag) => tag === '' || isLanguage(tag),
    'must be a language such as en or de-CH, or empty if it is not known',
  );

const parts = {
  subject: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\r\n]*$/, 'must be one line'),
  header: part,
  body: part,
  button: z.string().max(100),
  nextStepContactInfo: part,
};

/** The names of the parts of a template, with the language of the text. */
export const templateParts = [...Object.keys(parts), 'language'] as readonly string[];

/** The parts of an email. Each may contain tokens, such as #{first_name}. Dates are formatted in the language. */
export const templateSchema = z.strictObject({ ...parts, language: language.default('') });

export type MailTemplate = z.output<typeof templateSchema>;

/** Some parts of a template. The other fields that GET returns are accepted and ignored. */
export const templateChangeSchema = z.strictObject({
  ...z.object(parts).partial().shape,
  language: language.optional(),
  type: z.unknown().optional(),
  description: z.unknown().optional(),
  readerLanguage: z.unknown().optional(),
  isCustom: z.unknown().optional(),
  customLanguages: z.unknown().optional(),
  tokens: z.unknown().optional(),
});

export type TemplateChange = z.output<typeof templateChangeSchema>;

/**
 * Returns a template with some parts replaced. If the template was the default in English and the change names no language, the language
 * becomes unknown: the text goes to all readers of other languages, too, so that it can be in any.
 */
export function changedTemplate(
  before: MailTemplate,
  { language: readers, isCustom }: { readonly language: Language; readonly isCustom: boolean },
  change: TemplateChange,
): MailTemplate {
  return {
    subject: change.subject ?? before.subject,
    header: change.header ?? before.header,
    body: change.body ?? before.body,
    button: change.button ?? before.button,
    nextStepContactInfo: change.nextStepContactInfo ?? before.nextStepContactInfo,
    language: change.language ?? (isCustom || readers !== 'en' ? before.language : ''),
  };
}

/** A text in each language. */
export type Phrase = Readonly<Record<Language, string>>;

/** The value of a token. A time, a number of days or a phrase is written in the language of the template. */
export type TokenValue = string | Date | { readonly days: number } | Phrase;

/** The values of tokens. A token without a value is blank, as in the directory that the REST API is compatible with. */
export type Tokens = Readonly<Partial<Record<TokenName, TokenValue>>>;

/** Every token, with a sample value for previews. */
export const sampleTokens = {
  first_name: 'Ann',
  username: 'ann.lee',
  org_name: 'Example',
  contact_name: 'IT',
  contact_email: 'it@example.com',
  admin_email_link: 'mailto:it@example.com',
  forgot_url: 'https://directory.example/portal/forgot',
  expiration_day: '7',
  expiration_in: { days: 7 },
  expires: new Date('2026-01-31T12:00:00Z'),
  changed_at: new Date('2026-01-31T12:00:00Z'),
  changed_by: { en: 'an administrator of your organization', zh: '你组织的管理员' },
  change: { en: 'A passkey was added', zh: '已添加通行密钥' },
  lockout_source: { en: 'from 192.0.2.1', zh: '来自 192.0.2.1' },
  unlocked_at: new Date('2026-01-31T12:15:00Z'),
  application: 'Tanhua',
  reason: 'EncounteredQuarantineException',
  message: 'the target refused the credentials',
  next_attempt: new Date('2026-01-05T15:00:00Z'),
  role: 'Manager',
  key_name: 'Entra ID',
  key_prefix: 'tnh_abcdef',
  total: '3',
  succeeded: '2',
  failed: '1',
  job_id: '65a0c1d2e3f405162738495a',
} as const satisfies Readonly<Record<string, TokenValue>>;

export type TokenName = keyof typeof sampleTokens;

export const tokenNames = Object.keys(sampleTokens) as readonly TokenName[];

const contactTokens = ['org_name', 'contact_name', 'contact_email', 'admin_email_link'] as const;
/** The tokens of every email to the owner of an account. */
const accountTokens = ['first_name', 'username', 'forgot_url', ...contactTokens] as const;
const changeTokens = [...accountTokens, 'changed_at', 'changed_by'] as const;

interface MailKindDefinition {
  readonly description: string;
  readonly tokens: readonly TokenName[];
  readonly template: MailTemplate;
}

const contact = 'Questions? Ask #{contact_name} #{contact_email}.';
const tellAdministrator = 'If you did not expect this, tell your administrator at once.';
const linkValidity = 'The link works once, until #{expires}.';
const ending = { nextStepContactInfo: contact, language: 'en' } as const;

/**
 * Every kind of email, with its tokens and its default text, which an organization can replace. A kind that also exists in the
 * directory that the REST API is compatible with has the same name there.
 */
export const mailKinds = {
  activate_user_custom: {
    description: 'A new user who has no password yet.',
    tokens: [...accountTokens, 'expires'],
    template: {
      subject: 'Your account at #{org_name}',
      header: 'Welcome, #{first_name}',
      body: `An account was created for you at #{org_name}. Your user name is #{username}. Set a password to use it. ${linkValidity}`,
      button: 'Set your password',
      ...ending,
    },
  },
  welcome: {
    description: 'A new or activated user who already has a password. The link opens the sign-in of the portal.',
    tokens: accountTokens,
    template: {
      subject: 'Your account at #{org_name}',
      header: 'Welcome, #{first_name}',
      body: 'Your account at #{org_name} is ready. Your user name is #{username}, and the account has a password already. If you do not know the password, ask your administrator, or set a new one at #{forgot_url}',
      button: 'Sign in',
      ...ending,
    },
  },
  user_change_password: {
    description: 'A user who requested a new password.',
    tokens: [...accountTokens, 'expires'],
    template: {
      subject: 'Set a new password',
      header: 'Hello #{first_name}',
      body: `A new password was requested for your account #{username}. If you did not request it, do nothing: your password stays as it is. ${linkValidity}`,
      button: 'Set a new password',
      ...ending,
    },
  },
  user_reset_password: {
    description: 'A user to whom an administrator sends a link for a new password.',
    tokens: [...accountTokens, 'expires'],
    template: {
      subject: 'Set a new password',
      header: 'Hello #{first_name}',
      body: `Your administrator sent you this link, so that you can set a new password for your account #{username} at #{org_name}. ${linkValidity}`,
      button: 'Set a new password',
      ...ending,
    },
  },
  password_reset_confirmation: {
    description: 'A user or an administrator whose password was changed.',
    tokens: changeTokens,
    template: {
      subject: 'Your password was changed',
      header: 'Hello #{first_name}',
      body: `The password of your account #{username} at #{org_name} was changed on #{changed_at}, by #{changed_by}. Other sessions have ended. ${tellAdministrator}`,
      button: '',
      ...ending,
    },
  },
  address_change_notice: {
    description: 'A user or an administrator whose address was changed; sent to the previous address.',
    tokens: changeTokens,
    template: {
      subject: 'The address of your account was changed',
      header: 'Hello #{first_name}',
      body: `An email address of your account #{username} at #{org_name} was changed on #{changed_at}, by #{changed_by}. This email goes to the previous address; later emails, such as links for a new password, go to the new one. ${tellAdministrator}`,
      button: '',
      ...ending,
    },
  },
  second_factor_notice: {
    description: 'A user or an administrator whose authenticator app or passkeys changed.',
    tokens: [...changeTokens, 'change'],
    template: {
      subject: 'Your sign-in methods were changed',
      header: 'Hello #{first_name}',
      body: `#{change}: this was done to your account #{username} at #{org_name} on #{changed_at}, by #{changed_by}. Other sessions have ended. ${tellAdministrator}`,
      button: '',
      ...ending,
    },
  },
  security_notice: {
    description:
      'A user or an administrator whose recovery code was used, or who has a new API key or token, or a user whose SSH keys changed.',
    tokens: [...changeTokens, 'change'],
    template: {
      subject: 'A change of your account',
      header: 'Hello #{first_name}',
      body: `#{change}: this was done to your account #{username} at #{org_name} on #{changed_at}, by #{changed_by}. ${tellAdministrator}`,
      button: '',
      ...ending,
    },
  },
  lockout_notice_user: {
    description: 'A user or an administrator who was locked after too many wrong passwords.',
    tokens: [...accountTokens, 'lockout_source', 'unlocked_at'],
    template: {
      subject: 'The account #{username} is locked',
      header: 'Hello #{first_name}',
      body: 'Your account #{username} at #{org_name} was locked after too many wrong passwords (#{lockout_source}). You can sign in again from #{unlocked_at}, or as soon as an administrator unlocks the account. If the attempts were not yours, tell your administrator.',
      button: '',
      ...ending,
    },
  },
  lockout_notice_admin: {
    description:
      'Administrators who can unlock an account that was locked after too many wrong passwords; `first_name` is the name of the administrator.',
    tokens: [...accountTokens, 'lockout_source', 'unlocked_at'],
    template: {
      subject: 'The account #{username} was locked',
      header: 'Hello #{first_name}',
      body: 'The account #{username} of #{org_name} was locked after too many wrong passwords (#{lockout_source}). Its owner can sign in again from #{unlocked_at}, or as soon as an administrator unlocks the account. You get this email because your role lets you do that.',
      button: '',
      ...ending,
    },
  },
  password_expiration_warning: {
    description:
      'A user whose password expires soon. The link opens the page where the user can request a link that sets a password.',
    tokens: [...accountTokens, 'expiration_day', 'expiration_in'],
    template: {
      subject: 'Your password expires in #{expiration_in}',
      header: 'Hello #{first_name}',
      body: 'The password of your account #{username} at #{org_name} expires in #{expiration_in}. Set a new one before that: the button opens a page where you can request a link for this.',
      button: 'Set a new password',
      ...ending,
    },
  },
  password_expiration: {
    description: 'A user whose password has expired.',
    tokens: [...accountTokens, 'expires'],
    template: {
      subject: 'Your password has expired',
      header: 'Hello #{first_name}',
      body: `The password of your account #{username} at #{org_name} has expired. Set a new one. ${linkValidity}`,
      button: 'Set a new password',
      ...ending,
    },
  },
  admin_invitation: {
    description: 'A new administrator.',
    tokens: [...accountTokens, 'expires', 'role'],
    template: {
      subject: 'You are now an administrator of #{org_name}',
      header: 'Hello #{first_name}',
      body: `You are now an administrator of #{org_name}, with the role #{role}. Set a password to get started. ${linkValidity}`,
      button: 'Set your password',
      ...ending,
    },
  },
  admin_change_password: {
    description: 'An administrator who requested a new password.',
    tokens: [...accountTokens, 'expires'],
    template: {
      subject: 'Set a new password',
      header: 'Hello #{first_name}',
      body: `A new password was requested for the administrator #{username}. If you did not request it, do nothing: your password stays as it is. ${linkValidity}`,
      button: 'Set a new password',
      ...ending,
    },
  },
  admin_reset_password: {
    description: 'An administrator to whom another administrator sends a link for a new password.',
    tokens: [...accountTokens, 'expires'],
    template: {
      subject: 'Set a new password',
      header: 'Hello #{first_name}',
      body: `Another administrator of #{org_name} sent you this link, so that you can set a new password for the administrator #{username}. ${linkValidity}`,
      button: 'Set a new password',
      ...ending,
    },
  },
  api_key_expiration: {
    description:
      'The owner of an API key that expires soon; for the token of an integration, the administrators who can replace it.',
    tokens: [...accountTokens, 'key_name', 'key_prefix', 'expiration_day', 'expiration_in'],
    template: {
      subject: 'The key #{key_name} expires in #{expiration_in}',
      header: 'Hello #{first_name}',
      body: 'The key #{key_name} (#{key_prefix}…) of #{org_name} expires in #{expiration_in}. From then on, clients that use it are refused. Create a new key, enter it wherever the old key is used, and then revoke the old key.',
      button: '',
      ...ending,
    },
  },
  provisioning_quarantine: {
    description:
      'The address for notifications of an enterprise application of the stand-in for Entra ID whose provisioning is in quarantine.',
    tokens: [...contactTokens, 'application', 'reason', 'message', 'next_attempt'],
    template: {
      subject: 'Provisioning to #{application} is in quarantine',
      header: 'Provisioning to #{application} is in quarantine',
      body: 'The reason is #{reason}: #{message}\n\nProvisioning is tried again at increasing intervals, next on #{next_attempt}. When the cause is fixed, restart the job.',
      button: 'Open the application in the console',
      ...ending,
    },
  },
  mail_test: {
    description: 'The administrator who asks for a test email, to see whether emails arrive.',
    tokens: accountTokens,
    template: {
      subject: 'Test email of #{org_name}',
      header: 'Emails arrive',
      body: 'This email to #{username} shows that emails of #{org_name} arrive. There is nothing to do.',
      button: '',
      ...ending,
    },
  },
  job_result: {
    description: 'The administrator who started a job on many users.',
    tokens: [...accountTokens, 'total', 'succeeded', 'failed', 'job_id'],
    template: {
      subject: 'The job on #{total} users has ended',
      header: 'Hello #{first_name}',
      body: '#{succeeded} of #{total} rows succeeded, #{failed} failed. The results are kept for 30 days under the job #{job_id}.',
      button: '',
      ...ending,
    },
  },
} as const satisfies Readonly<Record<string, MailKindDefinition>>;

export type MailKind = keyof typeof mailKinds;

export const mailKindNames = Object.keys(mailKinds) as readonly MailKind[];

/** Kinds whose link sets a password. Such a link can become void before the email is sent. */
export const passwordLinkKinds: readonly MailKind[] = [
  'activate_user_custom',
  'user_change_password',
  'user_reset_password',
  'password_expiration',
  'admin_invitation',
  'admin_change_password',
  'admin_reset_password',
];

/** Returns the tokens of one kind of email, with sample values for a preview. */
export function sampleTokensOf(kind: MailKind): Tokens {
  return Object.fromEntries(mailKinds[kind].tokens.map((name) => [name, sampleTokens[name]]));
}
