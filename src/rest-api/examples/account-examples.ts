import type { AccountKind } from '#accounts/account.ts';
import { permissionsOf } from '#admins/roles.ts';
import { passwordRulesOf } from '#organizations/password-policy.ts';
import { parseSettings } from '#organizations/settings.ts';
import { created, ids, modified, placeholders, session, type Examples } from './example.ts';

const { password, newPassword, code, linkToken, passkeyState } = placeholders;

const accounts = {
  administrator: {
    id: ids.administrator,
    kind: 'administrator',
    organization: ids.organization,
    email: 'it@contoso.com',
    name: 'it@contoso.com',
    firstName: 'Ivo',
    totpEnrolled: true,
    roleName: 'Manager',
  },
  user: {
    id: ids.user,
    kind: 'user',
    organization: ids.organization,
    email: 'ann.meier@contoso.com',
    name: 'ann.meier',
    firstName: 'Ann',
    totpEnrolled: true,
  },
} as const;
const challenge = 'RVhBTVBMRV9jaGFsbGVuZ2U';
const rpId = 'directory.contoso.com';
const signInOptions = {
  options: { rpId, challenge, timeout: 60_000, userVerification: 'required' },
  state: passkeyState,
};
const credential = {
  id: 'RVhBTVBMRV9jcmVkZW50aWFs',
  rawId: 'RVhBTVBMRV9jcmVkZW50aWFs',
  type: 'public-key',
  clientExtensionResults: {},
};
const registered = {
  ...credential,
  response: { clientDataJSON: 'RVhBTVBMRQ', attestationObject: 'RVhBTVBMRQ', transports: ['internal'] },
};
const signed = {
  ...credential,
  response: { clientDataJSON: 'RVhBTVBMRQ', authenticatorData: 'RVhBTVBMRQ', signature: 'RVhBTVBMRQ' },
};

function registrationOptions({ email, firstName }: (typeof accounts)[AccountKind]) {
  return {
    options: {
      challenge,
      rp: { name: 'Tanhua', id: rpId },
      user: { id: 'RVhBTVBMRV91c2Vy', name: email, displayName: firstName },
      pubKeyCredParams: [-48, -8, -7, -257].map((alg) => ({ alg, type: 'public-key' })),
      timeout: 60_000,
      attestation: 'none',
      excludeCredentials: [],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required', requireResidentKey: true },
      extensions: { credProps: true },
      hints: [],
    },
    state: passkeyState,
  };
}

const totpSecret = 'EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAM';
const recoveryCodes = Array.from({ length: 8 }, (_, index) => `EXAM-PLEX-CODE-000${index + 1}`);

function totpUri(email: string): string {
  return `otpauth://totp/Contoso:${encodeURIComponent(email)}?issuer=Contoso&secret=${totpSecret}&algorithm=SHA1&digits=6&period=30`;
}

function forgotText(kind: AccountKind): string {
  const text = 'If there is such an account, an email with a link is on its way.';
  return kind === 'user'
    ? `${text} If several users share the address, send the username in the field email instead.`
    : text;
}

function examplesOf(kind: AccountKind): Examples {
  const prefix = kind === 'user' ? '/api/portal' : '/api/auth';
  const account = accounts[kind];
  const signedIn = {
    token: placeholders.sessionToken,
    expiresAt: '2026-02-10T14:05:00.000Z',
    mustEnroll: false,
    account,
  };
  const passwordRules = passwordRulesOf(parseSettings('{}'), 'history').map(({ rule, must }) => ({ rule, must }));
  const setPassword = { body: { token: linkToken, password: newPassword }, answer: account };
  return {
    [`POST ${prefix}/sign-in`]: { body: { email: account.email, password, totp: code }, answer: signedIn },
    [`POST ${prefix}/sign-out`]: { body: {} },
    [`POST ${prefix}/forgot`]: {
      body: { email: account.email },
      answer: { message: forgotText(kind) },
    },
    [`POST ${prefix}/link`]: {
      body: { token: linkToken },
      answer: {
        kind,
        purpose: 'reset',
        username: account.name,
        firstName: account.firstName,
        organization: 'Contoso',
        expiresAt: modified,
        passwordRules,
      },
    },
    [`POST ${prefix}/activate`]: setPassword,
    [`POST ${prefix}/reset`]: setPassword,
    [`GET ${prefix}/password`]: { answer: { passwordRules } },
    [`POST ${prefix}/password/check`]: {
      body: { password: newPassword },
      answer: { broken: [], unchecked: [], strength: 'strong' },
    },
    [`POST ${prefix}/password`]: { body: { currentPassword: password, newPassword, totp: code } },
    [`POST ${prefix}/totp`]: {
      body: { password },
      answer: { secret: totpSecret, uri: totpUri(account.email) },
    },
    [`PUT ${prefix}/totp`]: { body: { code }, answer: { recoveryCodes } },
    [`DELETE ${prefix}/totp`]: { body: { code } },
    [`GET ${prefix}/recovery-codes`]: { answer: { left: 8 } },
    [`POST ${prefix}/recovery-codes`]: { body: { code }, answer: { recoveryCodes } },
    [`GET ${prefix}/session`]: {
      answer: { ...account, permissions: kind === 'user' ? [] : [...permissionsOf('Manager')], mustEnroll: false },
    },
    [`GET ${prefix}/sessions`]: { answer: [{ ...session, current: true }] },
    [`GET ${prefix}/passkeys`]: {
      answer: [{ id: ids.passkey, name: 'Phone', createdAt: created, lastUsedAt: modified }],
    },
    [`POST ${prefix}/passkeys/options`]: { body: { password }, answer: registrationOptions(account) },
    [`POST ${prefix}/passkeys`]: {
      body: { state: passkeyState, name: 'Phone', response: registered },
      answer: { id: ids.passkey },
    },
    [`PUT ${prefix}/passkeys/:id`]: { body: { name: 'Laptop' } },
    [`DELETE ${prefix}/passkeys/:id`]: { body: { password } },
    [`POST ${prefix}/sign-in/passkey/options`]: { body: {}, answer: signInOptions },
    [`POST ${prefix}/sign-in/passkey`]: { body: { state: passkeyState, response: signed }, answer: signedIn },
  };
}

/** Examples of sign-in operations and of operations on one's own account, for administrators and for users. */
export const accountExamples: Examples = {
  ...examplesOf('administrator'),
  ...examplesOf('user'),
  'POST /api/auth/sign-in/code': {
    body: { code: placeholders.linkToken },
    answer: {
      token: placeholders.sessionToken,
      expiresAt: session.expiresAt,
      mustEnroll: true,
      account: { ...accounts.administrator, totpEnrolled: false },
    },
  },
};
