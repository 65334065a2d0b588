import { noMailServer } from '#health/health-words.ts';
import { mailNames } from '#mail/mail-names.ts';
import { count } from './counts.ts';

export const settingsMail = {
  below: 'What the server writes to people, and whether it arrived',
  tabs: { outbox: 'Outbox', templates: 'Texts' },
  tabsLabel: 'Pages of mail',
  /** The finding that means it. */
  notConfiguredFinding: noMailServer,
  notConfigured:
    'No mail server is set up, so that emails wait in the outbox. Set TANHUA_SMTP_URL and TANHUA_MAIL_FROM, and restart the server.',
  server: {
    ok: 'The mail server answers:',
    warning: 'The mail server answers, but emails may not arrive:',
    fault: 'The mail server does not work:',
  },
  serverChecked: 'Health shows all checks.',
  test: {
    send: 'Send me a test email',
    sending: (to: string) => `The test email to ${to} is being sent…`,
    sent: (to: string) =>
      `The mail server accepted the test email to ${to}. If it does not arrive, look in the spam folder.`,
    failed: (to: string) => `The test email to ${to} was not sent:`,
    waits: 'The test email waits in the outbox: no mail server is set up.',
    advice: {
      login: 'The mail server refuses the login: check the user and the password in TANHUA_SMTP_URL.',
      sender: 'The mail server refuses the sender: set TANHUA_MAIL_FROM to an address that it may send from.',
      recipient:
        'The mail server refuses the recipient: check your address, and whether the server may send to its domain.',
      certificate:
        'The connection is not trusted: check the host name in TANHUA_SMTP_URL and the certificate of the server.',
      unreachable:
        'The mail server does not answer: check host and port in TANHUA_SMTP_URL, and whether a firewall blocks them.',
      other: 'The answer of the mail server says why. Its log may say more.',
    },
  },
  state: 'State',
  recipient: { label: 'Recipient', help: 'The whole address, in any letter case.' },
  kind: 'Email',
  states: { waiting: 'Waiting', sent: 'Sent', failed: 'Failed', cancelled: 'Not needed any more' },
  column: { email: 'Email', to: 'To', state: 'State', created: 'Created' },
  empty: 'The outbox has no email yet.',
  none: 'No email has all of these:',
  showAll: 'Show all emails',
  more: 'Show earlier emails',
  attempts: (attempts: number) => count(attempts, 'attempt', 'attempts'),
  send: 'Send again',
  sendNow: 'Send now',
  sendTo: (name: string) => `Send the email to ${name} again`,
  sent: 'The email is on its way.',
  text: 'Text',
  noLink: 'The link in the email is not shown: it is for the recipient.',
  standard: 'The text of the product',
  custom: 'Your text',
  titleFor: (kind: string, language: string) => `${kind} (${language})`,
  kinds: 'Kinds of email',
  readers: 'Texts for readers of',
  readersHelp:
    'Who gets which text: people by their preferred language, and all others by the language of the organization.',
  column2: { kind: 'Email', when: 'Who gets it, and when', text: 'Text' },
  subject: 'Subject',
  header: 'Heading',
  body: 'Text',
  button: 'Label of the button',
  closing: 'Closing text',
  language: 'Language of the text',
  languageHelp: 'Such as en or de-CH: dates are written in it. Empty if it is not known.',
  tokens: (names: string) => `The text can contain ${names}.`,
  preview: 'Preview with sample values',
  problems: 'It cannot be saved like this',
  save: 'Save the text',
  reset: 'Restore the text of the product…',
  resetTitle: 'Restore the text of the product?',
  resetHelp: 'Your text of this email is deleted. Emails that are already in the outbox keep theirs.',
  resetSubmit: 'Restore the text',
  names: mailNames,
} as const;
