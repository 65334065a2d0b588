import { expect, test } from 'vitest';
import { en } from '../../../words/en.ts';
import { zh } from '../../../words/zh.ts';
import { accessOf } from './access.ts';
import type { User } from './use-person.ts';

const now = new Date('2026-05-04T10:00:00Z');

test.for<[Partial<User>, string]>([
  [
    { state: 'ACTIVATED', passwordStatus: 'Active', password_date: '2026-05-01T10:00:00Z', totp_enabled: true },
    'Password set 3 days ago. Second factor on. May sign in.',
  ],
  [{ state: 'ACTIVATED', passwordStatus: 'Active' }, 'A password is set. Second factor off. May sign in.'],
  [
    { state: 'ACTIVATED', passwordStatus: 'Managed by the source' },
    'The source manages the password. Second factor off. May sign in.',
  ],
  [
    { state: 'SUSPENDED', passwordStatus: 'Active' },
    'A password is set. Second factor off. May not sign in, because the account is suspended.',
  ],
  [
    { state: 'STAGED', passwordStatus: 'Password Pending' },
    'No password is set yet. Second factor off. May not sign in until the account is activated.',
  ],
  [
    { state: 'ACTIVATED', alternateEmail: 'ann@home.example' },
    'No password is set yet. Second factor off. May not sign in until a password is set with the link in the activation email.',
  ],
  [
    { state: 'ACTIVATED', email: '' },
    'No password is set yet. Second factor off. May not sign in: a link to set a password cannot be sent, because this person has no email address.',
  ],
  [
    { state: 'ACTIVATED', passwordStatus: 'Expired', password_date: '2026-05-03T10:00:00Z' },
    'The password of yesterday has expired. Second factor off. Must set a new password to sign in.',
  ],
  [
    { state: 'ACTIVATED', passwordStatus: 'Locked' },
    'The account is locked after wrong passwords. Second factor off. May not sign in until the account is unlocked.',
  ],
  [
    {
      state: 'ACTIVATED',
      passwordStatus: 'Active',
      mfa: { exclusion: true, exclusionUntil: '2026-06-01T12:00:00Z' } as NonNullable<User['mfa']>,
    },
    'A password is set. Exempt from the second factor until June 1, 2026. May sign in.',
  ],
])('%o: %s', ([user, sentence]) => {
  expect(accessOf(user as User, en, now)).toBe(sentence);
});

test.for<[Partial<User>, string]>([
  [
    { state: 'ACTIVATED', email: '' },
    '尚未设置密码。未启用双重验证。无法登录：此人没有电子邮件地址，因此无法发送密码设置链接。',
  ],
  [
    { state: 'ACTIVATED', passwordStatus: 'Active', password_date: '2026-05-01T10:00:00Z', totp_enabled: true },
    '3天前设置了密码。已启用双重验证。可以登录。',
  ],
])('%o in Chinese: %s', ([user, sentence]) => {
  expect(accessOf(user as User, zh, now)).toBe(sentence);
});
