import { adminMessages } from './admin-messages.ts';
import { databaseMessages } from './database-messages.ts';
import { fileMessages } from './file-messages.ts';
import { radiusServerMessages } from './radius-server-messages.ts';
import { schemaFaults } from './schema-faults.ts';

/** The messages of refusals that people read in the portal and in the console, in English. `zh-messages.ts` has the same messages in Chinese. */
export const messages = {
  admin: adminMessages,
  database: databaseMessages,
  files: fileMessages,
  radiusServers: radiusServerMessages,
  schemaFaults,
  linkEndings: {
    used: 'This link was used already. If you set a password with it, use that password.',
    replaced: 'This link was replaced: a newer one was sent. Use the link of the newest email.',
    revoked:
      'This link no longer works: the account was changed after it was sent, or the key that requested it was revoked.',
    expired: 'This link has expired.',
    unknown: 'A part of the link is missing, or the link has expired. Open it in the email again, or copy all of it.',
  },
  accountOfLinkRemoved: 'The account that this link belongs to was removed.',
  accountRemoved: 'The account was removed a moment ago.',
  accountStates: {
    suspended: 'The account is suspended. An administrator can activate it.',
    staged: 'The account is not activated yet. An administrator can activate it.',
  },
  signInFailed: (isUser: boolean) =>
    `The name or the password is wrong, or the account cannot be used now.${isUser ? ' If several users share an email address, sign in with the username.' : ''} After too many failed attempts, wait before the next one.`,
  consoleCode: {
    otherMachine: 'The code of the link works only in a browser on the machine of the server.',
    ended: 'The code of the link was already used, or has expired. Open a newer link.',
    protected: 'The code of the link is for an account that cannot be used with a link: sign in with its password.',
  },
  wrongPassword: 'The password is wrong, or the account is locked.',
  passwordExpired:
    'Your password has expired. Set a new one with the link in the email that was sent to you, or request another link with "Forgot password".',
  codeMissing: 'Send the code of the authenticator app as totp.',
  wrongCode:
    'The code is wrong or was already used. Wait for the next one, and check that the clock of the phone is right.',
  noSetup: 'No authenticator app is being set up. Start the setup again.',
  noAppToRemove: 'There is no authenticator app to remove.',
  noAppForCodes: 'There is no authenticator app to have recovery codes for.',
  linksForName: (seconds: number) =>
    `A link was requested too often for this name from your network. Try again in ${wait(seconds)}.`,
  failuresForName: (seconds: number) =>
    `Too many attempts for this name failed from your network or device. Try again in ${wait(seconds)}, or sign in without waiting with a passkey or on a device where you signed in before.`,
  linksOfClient: (max: number, seconds: number) =>
    `More than ${max} links were requested from your network within a minute. Try again in ${wait(seconds)}.`,
  failuresOfClient: (max: number, seconds: number) =>
    `More than ${max} attempts from your network failed within a minute. Try again in ${wait(seconds)}.`,
  noOrganization: (name: string) =>
    `There is no organization ${name} here. Check the address, or sign in without it: your email address is enough.`,
  passkeys: {
    tooMany: (max: number) => `An account has at most ${max} passkeys: remove one first.`,
    present: 'The account already has this passkey.',
    registrationEnded:
      'The registration of the passkey took too long, was already finished, or was started in another session. Start again.',
    notVerified: (reason: string) => `The passkey could not be verified.${reason}`,
    unknown: (id: string) => `There is no passkey ${id}.`,
    notRegistered: 'The passkey is not registered here, or its account cannot be used now.',
    signInTooLate: 'The sign-in took too long. Start again.',
    signInFinished: 'This sign-in was already finished. Start again.',
  },
  sshKeys: {
    nameTaken: (name: string) => `The user already has an SSH key with the name ${name}.`,
    tooMany: (max: number) => `A user can have at most ${max} SSH keys: remove one first.`,
    unknown: (id: string) => `The user has no SSH key ${id}.`,
    isPrivate: (field: string) =>
      `${field} is a private key: keep it secret, and send the public key (the file that ends in .pub).`,
    malformed: (field: string) =>
      `${field} is not an SSH public key. Send one line of the file that ends in .pub, such as "ssh-ed25519 AAAA… name".`,
    isDsa: (field: string) =>
      `${field} is a DSA key, which has only 1024 bits and is no longer accepted by OpenSSH. Create another key: ssh-keygen -t ed25519`,
    tooShort: (field: string, bits: number, min: number) =>
      `${field} is an RSA key of ${bits} bits, which is too weak: at least ${min} are required. Create another key: ssh-keygen -t ed25519`,
  },
  profile: {
    passwordNeeded: 'To change your alternate email, send your password as currentPassword as well.',
    readOnly: 'Your organization does not let you change your profile here: ask your administrator.',
  },
  password: {
    /** `rules` are texts of `musts`. */
    must: (rules: readonly string[], changes: string) =>
      `The password must ${rules.join(', and ')}.${changes === '' ? '' : ` An administrator can change that: tanhua organization set ${changes}.`}`,
    musts: {
      minLength: (length: number) => `have at least ${length} characters`,
      maxLength: (length: number) => `have at most ${length} characters`,
      lowercase: 'have a lowercase letter',
      uppercase: 'have an uppercase letter',
      number: 'have a digit',
      symbol: 'have a character that is neither a letter nor a digit',
      userName: 'not contain the user name or the email address',
      common: 'not be easy to guess, such as a common word with digits after it, a sequence, or a repetition',
      /** 1 means the current password. */
      history: (count: number) =>
        `not be ${count === 1 ? 'your current password' : `one of your last ${count} passwords`}`,
    },
    managed: 'Your password is managed by the identity provider that your account comes from. Change it there.',
    tooSoon: (from: string) => `The password can be changed again from ${from} on.`,
  },
} as const;

function wait(seconds: number): string {
  if (seconds <= 90) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
