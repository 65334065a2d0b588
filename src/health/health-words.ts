import { byteSize } from '#base/byte-size.ts';
import type { Shape } from '#base/words/language.ts';
import type { SmtpFault } from '#mail/smtp.ts';

/** What the check of the mail server says if there is none. The page of mail shows it in its own words. */
export const noMailServer =
  'not configured: emails wait in the outbox (tanhua mail list). Set TANHUA_SMTP_URL to send them';

/** The details of findings in English: sentences without a capital letter and a period at their ends. */
export const enHealthWords = {
  separator: '; ',
  settingsValid: 'every setting is known and valid',
  folderWritable: (folder: string, freeBytes: number) => `${folder} is writable; ${byteSize(freeBytes)} are free`,
  folderReadOnly: (folder: string, cause: string) => `${folder} cannot be written: ${cause}`,
  modesPrivate: (folder: string) => `only the owner of ${folder} can open the folder, the database and the secret key`,
  modeOpen: (path: string, mode: string, wanted: string) => `${path} has the mode ${mode}: chmod ${wanted} ${path}`,
  modesOpen: (files: string) => `other users of the machine can open files of the directory: ${files}`,
  migrationsPending: (count: number) => `${count} migrations are pending: run "tanhua migrate", or start the directory`,
  upToDate: (state: { schema: string; bytes: number; product: string; version: string; by: string }) =>
    `the database is up to date: schema ${state.schema}, ${byteSize(state.bytes)} in ${state.product} ${state.version}, by Tanhua ${state.by}`,
  unflagged: (name: string) =>
    `no request of the integration ${name} in the hour before its last one had aadOptscim062020, which only Provision on demand leaves out. Everything works, but the Tenant URL in Entra ID should end in /?aadOptscim062020`,
  writable: 'the database can be written',
  readOnly: (cause: string) => `the database cannot be written: ${cause}`,
  consistent: 'the database and its references are consistent',
  risks: {
    bypassesRowSecurity:
      'the role of TANHUA_DATABASE_URL bypasses row-level security: use a role that is neither SUPERUSER nor BYPASSRLS',
    losesCommits:
      'the server runs with fsync or full_page_writes off: acknowledged changes are lost in a power failure',
  },
  serverSafe: 'PostgreSQL stores commits durably and isolates organizations',
  noKey: 'no key is valid. Create one: tanhua key create',
  validKeys: (keys: number) => `${keys} valid`,
  keyStopped: {
    ownerSuspended: (owner: string) => `its owner ${owner} is suspended`,
    ownerRemoved: (owner: string) => `its owner ${owner} was removed`,
    keysForbidden: (owner: string) => `its owner ${owner} may not have API keys`,
    creatorEnded: (_owner: string) => 'the key that created it no longer works',
  },
  stopped: (prefix: string, name: string, reason: string) =>
    `${prefix}… (${name}) does not work: ${reason}. If a client still uses it, create another key and enter it there: tanhua key create`,
  expires: (prefix: string, name: string, days: number, at: string, create: string) =>
    `${prefix}… (${name}) expires in ${days === 1 ? '1 day' : `${days} days`}, on ${at}: create another key (${create}), enter it where this one is used, and then revoke this one`,
  tooBroad: (prefix: string, name: string, owner: string, role: string) =>
    `${prefix}… (${name}) sends SCIM requests with all permissions of ${owner} (${role}), and stops working if that account is suspended or removed. Use an integration token, which can only use SCIM: tanhua key create --integration NAME`,
  neverSent: (name: string) =>
    `${name} has not sent a request yet: check provisioning in the source, and its key with "tanhua key list"`,
  silent: (name: string, since: string) =>
    `${name} sent its last request on ${since}: check provisioning in the source, and its key with "tanhua key list"`,
  noMailServer,
  mailFault: (server: string, kind: SmtpFault['kind'], detail: string) =>
    `${server}: ${{ unreachable: 'it cannot be reached', loginRefused: 'it refuses the login', closed: 'it closed the connection' }[kind]}${detail === '' ? '' : `: ${detail}`}. Check TANHUA_SMTP_URL`,
  mailServer: (server: string, hasLogin: boolean) =>
    `${server} can be reached and ${hasLogin ? 'accepts the login' : 'is used without a login'}`,
  localSender: (server: string, hasLogin: boolean, sender: string): string =>
    `${enHealthWords.mailServer(server, hasLogin)}, but the sender of emails is ${sender}: set TANHUA_MAIL_FROM to an address of your own domain`,
  radiusCertificate: (path: string, days: number) =>
    `the certificate for RADIUS (${path}) is valid for ${days === 1 ? '1 day' : `${days} days`}`,
  radiusCertificateExpires: (path: string, days: number) =>
    `the certificate for RADIUS (${path}) expires in ${days === 1 ? '1 day' : `${days} days`}, and then devices cannot connect: if the directory issued it, start "tanhua radius run", which renews it; otherwise replace the file`,
  radiusCertificateExpired: (path: string) =>
    `the certificate for RADIUS (${path}) has expired, so that devices cannot connect: if the directory issued it, start "tanhua radius run", which renews it; otherwise replace the file`,
  radiusCertificateUnreadable: (path: string, cause: string) =>
    `the certificate for RADIUS (${path}) cannot be read: ${cause}. Run "tanhua radius setup"`,
  outbox: (failed: number, waiting: number, delayed: number) =>
    `${failed} failed in the last 24 hours; ${waiting} ${waiting === 1 ? 'waits' : 'wait'}, ${delayed} of them after a failed attempt${failed + delayed === 0 ? '' : '. See the reasons: tanhua mail list'}`,
  unreachable: (names: readonly string[], more: number) =>
    `no administrator of ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''} receives mail, so notices about expiring keys and locked accounts are lost. Set an address: tanhua admin set EMAIL --email NEW`,
};

export type HealthWords = Shape<typeof enHealthWords>;
