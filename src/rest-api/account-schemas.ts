import { z } from 'zod';
import { describeFields } from './describe-fields.ts';

// The response schemas and descriptions that are shared by the sign-in routes and the routes with which callers manage their own account.

export const ownPasswordText = 'Your current password: 1 to 1,024 characters.';

export const totpText =
  'A code from the authenticator app or a recovery code, at most 20 characters. Required if an app is set up.';

const accountShape = {
  id: z.string(),
  kind: z.enum(['user', 'administrator']),
  organization: z.string(),
  email: z.string(),
  name: z.string(),
  firstName: z.string(),
  totpEnrolled: z.boolean(),
  roleName: z.string().optional(),
} as const;

const accountTexts = {
  id: 'The id of the user or administrator: 24 hexadecimal digits.',
  kind: 'The kind of account: user or administrator.',
  organization: 'The id of the organization that the account belongs to: 24 hexadecimal digits.',
  email: 'The email address; empty if the account has none.',
  name: 'The sign-in name: the username of a user, the email address of an administrator.',
  firstName: 'The given name; may be empty.',
  totpEnrolled: 'True if an authenticator app is set up.',
  roleName: 'The name of the role; only for an administrator.',
} as const;

const mustEnrollText = 'True if a second factor is required and has to be set up before other requests are accepted.';

const account = describeFields(z.looseObject(accountShape), accountTexts).meta({
  id: 'account',
  description: 'The account of a user or an administrator, as its owner sees it.',
});

/** The schemas of responses about the caller's own account. */
/** The OpenAPI description of the Set-Cookie header, with which a sign-in sets a browser's cookies. */
export const cookieHeader = (name: 'session' | 'device') => ({
  'Set-Cookie': {
    description:
      name === 'session'
        ? 'The cookies of a browser: the session, and the device by which the next sign-in is recognized. Over TLS, their names begin with __Host-.'
        : 'The cookie by which a browser is recognized at the next sign-in. Over TLS, its name begins with __Host-.',
    example: `tanhua_${name}=EXAMPLE; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800`,
  },
});

/** The error response of a sign-in that failed. */
export const signInRefusals = {
  401: { description: 'The sign-in failed: the credential is wrong, or the account cannot be used now.' },
} as const;

export const accountAnswer = {
  account,
  current: describeFields(
    z.looseObject({ ...accountShape, permissions: z.array(z.string()), mustEnroll: z.boolean() }),
    {
      ...accountTexts,
      permissions: 'The names of the permissions of the session or the API key; empty for a user.',
      mustEnroll: mustEnrollText,
    },
  ),
  signedIn: describeFields(
    z.object({ token: z.string(), expiresAt: z.iso.datetime(), mustEnroll: z.boolean(), account }),
    {
      token: 'The token of the session, for the Authorization header (Bearer); browsers also get it as a cookie.',
      expiresAt: 'The latest time at which the session ends: RFC 3339, in UTC. An idle session ends earlier.',
      mustEnroll: mustEnrollText,
      account: 'The account that signed in.',
    },
  ),
} as const;
