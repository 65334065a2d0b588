import type { AccountKind } from '#accounts/account.ts';
import { created, ids, modified, placeholders, type Examples } from './example.ts';

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

const session = {
  id: ids.session,
  createdAt: modified,
  lastUsedAt: modified,
  expiresAt: '2026-02-10T14:05:00.000Z',
  clientIp: '192.0.2.10',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:147.0) Gecko/20100101 Firefox/147.0',
  authMethods: ['pwd', 'otp', 'mfa'],
  current: true,
};

const passkeyOptions = {
  state: passkeyState,
  options: { challenge: 'RVhBTVBMRV9jaGFsbGVuZ2U', rpId: 'directory.contoso.com', userVerification: 'required' },
};
const passkeyResponse = {
  id: 'RVhBTVBMRV9jcmVkZW50aWFs',
  rawId: 'RVhBTVBMRV9jcmVkZW50aWFs',
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: 'RVhBTVBMRQ', attestationObject: 'RVhBTVBMRQ' },
};

function examplesOf(kind: AccountKind): Examples {
  const prefix = kind === 'user' ? '/api/portal' : '/api/auth';
  const account = accounts[kind];
  const signedIn = {
    token: placeholders.sessionToken,
    expiresAt: '2026-02-10T14:05:00.000Z',
    mustEnroll: false,
    account,
  };
  const setPassword = { body: { token: linkToken, password: newPassword }, answer: account };
  return {
    [`POST ${prefix}/sign-in`]: { body: { email: account.email, password, totp: code }, answer: signedIn },
    [`POST ${prefix}/sign-out`]: { body: {} },
    [`POST ${prefix}/forgot`]: {
      body: { email: account.email },
      answer: { message: 'If there is such an account, an email with a link is on its way.' },
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
        passwordRules: [{ rule: 'minLength', must: 'have at least 12 characters' }],
      },
    },
    [`POST ${prefix}/activate`]: setPassword,
    [`POST ${prefix}/reset`]: setPassword,
    [`POST ${prefix}/password`]: { body: { currentPassword: password, newPassword, totp: code } },
    [`POST ${prefix}/totp`]: {
      body: { password },
      answer: { secret: 'EXAMPLEEXAMPLEEXAMPLE', uri: 'otpauth://totp/Contoso:ann.meier?secret=EXAMPLEEXAMPLEEXAMPLE' },
    },
    [`PUT ${prefix}/totp`]: { body: { code }, answer: { recoveryCodes: ['EXAMPLE-1', 'EXAMPLE-2'] } },
    [`DELETE ${prefix}/totp`]: { body: { code } },
    [`GET ${prefix}/session`]: {
      answer: { ...account, permissions: kind === 'user' ? [] : ['users.read', 'keys.own'], mustEnroll: false },
    },
    [`GET ${prefix}/sessions`]: { answer: [session] },
    [`GET ${prefix}/passkeys`]: {
      answer: [{ id: ids.passkey, name: 'Phone', createdAt: created, lastUsedAt: modified }],
    },
    [`POST ${prefix}/passkeys/options`]: { body: { password }, answer: passkeyOptions },
    [`POST ${prefix}/passkeys`]: {
      body: { state: passkeyState, name: 'Phone', response: passkeyResponse },
      answer: { id: ids.passkey },
    },
    [`DELETE ${prefix}/passkeys/:id`]: { body: { password } },
    [`POST ${prefix}/sign-in/passkey/options`]: { body: {}, answer: passkeyOptions },
    [`POST ${prefix}/sign-in/passkey`]: { body: { state: passkeyState, response: passkeyResponse }, answer: signedIn },
  };
}

/** Examples of sign-in operations and of operations on one's own account, for administrators and for users. */
export const accountExamples: Examples = { ...examplesOf('administrator'), ...examplesOf('user') };
