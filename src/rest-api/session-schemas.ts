import { z } from 'zod';
import { describeFields } from './describe-fields.ts';

const sessionShape = {
  id: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  clientIp: z.string().nullable(),
  userAgent: z.string().nullable(),
  authMethods: z.array(z.string()),
} as const;
const sessionTexts = {
  id: 'The id of the session: 24 hexadecimal digits.',
  createdAt: 'When the account signed in: RFC 3339, in UTC.',
  lastUsedAt: 'When the session was last used: RFC 3339, in UTC.',
  expiresAt: 'The latest time at which the session ends: RFC 3339, in UTC. An idle session ends earlier.',
  clientIp: 'The IP address that signed in; null if it is not known.',
  userAgent: 'The User-Agent header of the browser or program that signed in; null if there was none.',
  authMethods: 'How the account signed in, by RFC 8176: pwd, otp, hwk or user; with mfa if there were two factors.',
} as const;

/** A session, as an administrator sees it. */
export const sessionAnswer = describeFields(z.looseObject(sessionShape), sessionTexts).meta({
  id: 'session',
  description: 'A session of an administrator: a sign-in that has not ended.',
});

/** A session, as its owner sees it. */
export const ownSessionAnswer = describeFields(z.looseObject({ ...sessionShape, current: z.boolean() }), {
  ...sessionTexts,
  current: 'True for the session that sends the request.',
});
