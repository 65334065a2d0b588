import type { Shape } from '#base/words/language.ts';

/** The texts of the pages in English. `zh-page-words.ts` has them in Chinese. */
export const enPageWords = {
  locale: 'en',
  product: 'Tanhua',
  language: 'Language',
  failed: 'This did not work',
  unreadable: 'The form cannot be read. Go back and send it again.',
  broken: 'Something went wrong. Open the link again to see whether your change was saved.',
  welcome: (name: string) => (name === '' ? 'Welcome' : `Welcome, ${name}`),
  newPassword: 'Set a new password',
  account: (name: string, organization: string) =>
    organization === '' ? `Account ${name}` : `Account ${name} at ${organization}`,
  passwordField: 'New password',
  must: 'The password must',
  again: 'Repeat the new password',
  setPassword: 'Set the password',
  enterPassword: 'Enter a password.',
  differ: 'The two passwords differ. Enter both again.',
  afterwards: {
    user: {
      activation: 'Then you sign in with your user name and this password, and can add a second factor.',
      reset: 'Your sessions on other devices end, and you sign in with the new password.',
    },
    administrator: {
      activation: 'Then you sign in to the console with your email address and this password.',
      reset: 'Your sessions on other devices end, and you sign in to the console with the new password.',
    },
  },
  /** The texts of the script, which shows them while the user types. */
  script: {
    met: ' (met)',
    allMet: 'All these rules are met.',
    allChecked: 'All rules that can be checked before you send the password are met.',
    oneLeft: '1 rule is not met yet.',
    manyLeft: '{} rules are not met yet.',
    strength: 'Strength: {}',
    strengths: { weak: 'easy to guess', fair: 'fair', good: 'good', strong: 'hard to guess' },
    show: 'Show',
    hide: 'Hide',
    showPasswords: 'Show the passwords',
    differ: 'The two passwords differ.',
  },
  forgotLead: 'You will receive an email with a link to set a new password. The link works once.',
  email: 'Email address or user name',
  enterEmail: 'Enter your email address.',
  sendLink: 'Send the link',
  requested: 'Check your mailbox',
  requestedLead:
    'If there is such an account, you will receive an email with a link. This can take a few minutes. Check your spam folder too.',
  noMail: (isUser: boolean) =>
    `No email? ${isUser ? 'If several users share the address, enter your user name instead. ' : ''}The account may have a different address, or your organization may manage your password elsewhere. Ask your administrator.`,
  passwordSet: 'Your password is set',
  signInWith: (isUser: boolean) =>
    `Sign in with ${isUser ? 'your user name or your email address' : 'your email address'} and the new password.`,
  signIn: 'Sign in',
  next: 'What you can do next',
  nextSteps: {
    user: [
      'Protect your account with an authenticator app or a passkey.',
      'See what the directory knows about you.',
      'Use the password wherever your organization asks for this account.',
    ],
    administrator: [
      'Protect your account with an authenticator app or a passkey.',
      'Open the directory in the console.',
    ],
  },
  linkFailed: 'This link does not work',
  /** `link` is HTML. */
  another: (link: (text: string) => string) =>
    `You can ${link('request another link')}, or ask your administrator to send one.`,
  missing: 'This page does not exist',
  missingHelp: 'The address may be mistyped or incomplete. Open the link in your email again, or continue from here:',
  yourAccount: 'Your account',
  administration: 'Administration',
  /** `tenantUrl` and the links are HTML. */
  otherAddresses: (tenantUrl: string, docs: string, portal: string) =>
    `SCIM clients, such as Entra ID, use the Tenant URL ${tenantUrl}. The REST API is described at ${docs}. Your own account is at ${portal}.`,
} as const;

export type PageWords = Omit<Shape<typeof enPageWords>, 'nextSteps' | 'another'> & {
  readonly nextSteps: Readonly<Record<'user' | 'administrator', readonly string[]>>;
  readonly another: (link: (text: string) => string) => string;
};
