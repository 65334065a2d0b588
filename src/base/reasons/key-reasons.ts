import { quote } from '#base/errors.ts';
import { defineReason, sameAdvice, inScim, type Advice, type NoParameters } from './reason.ts';

/** The name and prefix by which people recognize a key. Sessions have neither. */
type NamedKey = { readonly name: string | undefined; readonly prefix: string | undefined };
type StaleKey = NamedKey & { readonly isSession: boolean };

/** Reasons why a credential does not identify a caller. None of them contains the credential. */
export const keyReasons = {
  keyMissing: defineReason<NoParameters>({
    code: 'keyMissing',
    says: (_, _nameOf, at) => (at === 'portal' ? NOT_SIGNED_IN : 'The request has no key.'),
    advice: () =>
      credentialAdvice({
        scim: 'Send one as "Authorization: Bearer KEY": in Entra ID, enter it as Secret Token under Admin Credentials. The command "tanhua key create" creates one.',
        rest: 'Send one as "Authorization: Bearer KEY" or in the x-api-key header: an API key (tanhua key create --administrator EMAIL) or the token of a sign-in.',
      }),
    examples: [{}],
  }),
  keyWithoutBearer: defineReason<NoParameters>({
    code: 'keyMissing',
    says: (_, _nameOf, at) =>
      at === 'portal'
        ? NOT_SIGNED_IN
        : 'The Authorization header does not begin with the word "Bearer", so its key is not used.',
    advice: () =>
      credentialAdvice({
        scim: 'Send "Authorization: Bearer KEY", with the word Bearer and one space in front of the key.',
        rest: 'Send "Authorization: Bearer KEY", or the key alone in the x-api-key header.',
      }),
    examples: [{}],
  }),
  keyMalformed: defineReason<NoParameters>({
    code: 'keyMissing',
    says: (_, _nameOf, at) =>
      at === 'portal' ? NOT_SIGNED_IN : 'The Authorization header must have exactly one key after the word "Bearer".',
    advice: () =>
      credentialAdvice({
        scim: 'Copy the Secret Token again, without spaces or line breaks.',
        rest: 'Copy the key again, without spaces or line breaks.',
      }),
    examples: [{}],
  }),
  schemeUnsupported: defineReason({
    code: 'keyMissing',
    says: ({ scheme }: { readonly scheme: string | undefined }, _nameOf, at) =>
      at === 'portal'
        ? NOT_SIGNED_IN
        : `The Authorization header has ${scheme === undefined ? 'a scheme' : `the scheme ${quote(scheme)}`}, which the directory does not accept.`,
    advice: () =>
      credentialAdvice({
        scim: 'Send a key as "Authorization: Bearer KEY": choose the authentication method Bearer, HTTP header or OAuth in the client, not Basic.',
        rest: 'Send a key as "Authorization: Bearer KEY" or in the x-api-key header.',
      }),
    examples: [{ scheme: 'Basic' }],
  }),
  keyMistyped: defineReason<NoParameters>({
    code: 'keyUnknown',
    says: (_, _nameOf, at) =>
      at === 'portal'
        ? NOT_SIGNED_IN
        : 'The key is not known. It was cut or mistyped, or is not a key of this directory.',
    advice: () => checkOrReplaceKey('Copy it again'),
    examples: [{}],
  }),
  keyOfAnother: defineReason<NoParameters>({
    code: 'keyUnknown',
    says: (_, _nameOf, at) =>
      at === 'portal'
        ? NOT_SIGNED_IN
        : 'The key is not known. It has the form of a Tanhua key, but does not belong to this directory.',
    advice: () => checkOrReplaceKey('Check the URL'),
    examples: [{}],
  }),
  sessionEnded: defineReason({
    code: 'keyUnknown',
    says: ({ what }: { readonly what: 'session' | 'access token' }) => `The ${what} has expired, or was ended.`,
    advice: ({ what }) => sameAdvice(what === 'session' ? SIGN_IN_AGAIN : 'Request a new one from the token endpoint.'),
    examples: [{ what: 'session' }, { what: 'access token' }],
  }),
  keyRevoked: defineReason({
    code: 'keyRevoked',
    says: ({ at, ...key }: NamedKey & { readonly at: string }) => `${describeKey(key)} was revoked on ${at}.`,
    advice: () => replaceKey(),
    examples: [{ name: 'CI', prefix: 'tnh_q1w2e3', at: '2026-01-31T09:30:00.000Z' }],
  }),
  keyEnded: defineReason({
    code: 'keyRevoked',
    says: ({ cause, ...key }: NamedKey & { readonly cause: string }) =>
      `${describeKey(key)} no longer works: ${cause}.`,
    advice: () => replaceKey(),
    examples: [
      {
        name: 'CI',
        prefix: 'tnh_q1w2e3',
        cause: 'it was created by another key, which was revoked on 2026-01-31T09:30:00.000Z',
      },
    ],
  }),
  keyExpired: defineReason({
    code: 'keyExpired',
    says: ({ at, isSession, ...key }: StaleKey & { readonly at: string }) =>
      `${isSession ? 'The session' : describeKey(key)} expired on ${at}.`,
    advice: ({ isSession }) => (isSession ? sameAdvice(SIGN_IN_AGAIN) : replaceKey()),
    examples: [
      { name: 'CI', prefix: 'tnh_q1w2e3', isSession: false, at: '2026-01-31T09:30:00.000Z' },
      { name: undefined, prefix: undefined, isSession: true, at: '2026-01-31T09:30:00.000Z' },
    ],
  }),
  sessionIdle: defineReason({
    code: 'keyExpired',
    says: ({ minutes }: { readonly minutes: number }) =>
      `The session ended after ${minutes} minutes without a request.`,
    advice: () => sameAdvice(SIGN_IN_AGAIN),
    examples: [{ minutes: 30 }],
  }),
  keyOwnerSuspended: defineReason({
    code: 'keyRevoked',
    says: ({ owner, isSession, ...key }: StaleKey & { readonly owner: string }) =>
      isSession
        ? `The administrator ${owner} is suspended.`
        : `${describeKey(key)} belongs to the administrator ${owner}, who is suspended.`,
    advice: ({ owner }) => {
      const restore = `lift the suspension: tanhua admin set ${owner} --suspended off.`;
      return credentialAdvice({
        scim: `Enter an integration token as Secret Token (tanhua key create), or ${restore}`,
        rest: `Use a key of another administrator, or ${restore}`,
      });
    },
    examples: [
      { name: 'CI', prefix: 'tnh_q1w2e3', isSession: false, owner: 'ann@contoso.example' },
      { name: undefined, prefix: undefined, isSession: true, owner: 'ann@contoso.example' },
    ],
  }),
  keysForbidden: defineReason({
    code: 'keyRevoked',
    says: ({ owner, ...key }: NamedKey & { readonly owner: string }) =>
      `${describeKey(key)} belongs to the administrator ${owner}, who may no longer have API keys.`,
    advice: () =>
      credentialAdvice({
        scim: 'An Administrator With Billing can allow API keys for this administrator again. Or enter an integration token as Secret Token (tanhua key create).',
        rest: 'An Administrator With Billing can allow API keys for this administrator again. Or use a key of another administrator.',
      }),
    examples: [{ name: 'CI', prefix: 'tnh_q1w2e3', owner: 'ann@contoso.example' }],
  }),
  keyUserInactive: defineReason({
    code: 'userInactive',
    says: ({ user, state }: { readonly user: string; readonly state: string }, _nameOf, at) =>
      at === 'portal'
        ? `Your account is ${state}.`
        : `The user ${quote(user)}, to whom the token belongs, is ${state}.`,
    advice: () =>
      sameAdvice('The token works again when the user is active.', {
        portal: 'Ask your administrator to activate it.',
      }),
    examples: [{ user: 'ann', state: 'suspended' }],
  }),
  keyAddress: defineReason({
    code: 'keyAddress',
    says: ({ clientIp, ...key }: NamedKey & { readonly clientIp: string }) =>
      `${describeKey(key)} may not be used from ${clientIp}.`,
    advice: () => sameAdvice('An administrator can change the addresses from which the key may be used.'),
    examples: [{ name: 'CI', prefix: 'tnh_q1w2e3', clientIp: '192.0.2.1' }],
  }),
  factorNeeded: defineReason<NoParameters>({
    code: 'secondFactor',
    says: () => 'Your account requires a second factor.',
    advice: () =>
      sameAdvice('Set up an authenticator app (POST /api/auth/totp) or a passkey first.', {
        scim: 'Set up an authenticator app or a passkey in the portal first.',
        portal: 'Set up an authenticator app or a passkey first.',
      }),
    examples: [{}],
  }),
  sessionOpensMe: defineReason<NoParameters>({
    code: 'roleForbidden',
    says: () => 'In SCIM, a session may use only /Me.',
    advice: () =>
      inScim(
        'Provision with an integration token (tanhua key create --integration NAME), and administer with the REST API.',
      ),
    examples: [{}],
  }),
  meNeedsUser: defineReason<NoParameters>({
    code: 'notSupported',
    says: () => '/Me is supported only for the token of a user, and this key does not belong to a user.',
    advice: () => inScim('Create a token of a user: tanhua key create --user USERNAME.'),
    examples: [{}],
  }),
} as const;

const NOT_SIGNED_IN = 'You are not signed in.';
const SIGN_IN_AGAIN = 'Sign in again.';

/**
 * Returns advice about a credential. A credential is refused before the request is read, so every interface except SCIM and the portal
 * gets the REST text.
 */
function credentialAdvice({ scim, rest }: { readonly scim: string; readonly rest: string }): Advice {
  return { scim, rest, csv: rest, commandLine: rest, portal: SIGN_IN_AGAIN };
}

function checkOrReplaceKey(first: string): Advice {
  return credentialAdvice({
    scim: `${first}, or create a new one and enter it as Secret Token: tanhua key create.`,
    rest: `${first}, or create a new one: tanhua key create --administrator EMAIL.`,
  });
}

function replaceKey(): Advice {
  return credentialAdvice({
    scim: 'Create a new one and enter it as Secret Token: tanhua key create.',
    rest: 'Create a new one: tanhua key create --administrator EMAIL.',
  });
}

/**
 * Returns a key with the name and prefix by which its owner recognizes it. The mark "…" does not follow the prefix: before it, the log replaces
 * the beginning of a key, because the rest can have been cut.
 */
function describeKey({ name, prefix }: NamedKey): string {
  const shown = [name === undefined ? '' : ` ${quote(name)}`, prefix === undefined ? '' : ` (prefix ${prefix})`].join(
    '',
  );
  return `The key${shown}`;
}
