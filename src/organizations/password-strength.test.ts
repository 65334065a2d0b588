import { expect, test } from 'vitest';
import { passwordStrength } from './password-strength.ts';

test.for([
  ['', 'weak'],
  ['password1', 'weak'],
  ['Summer2026!', 'weak'],
  ['aaaaaaaaaaaaaaaaaaaa', 'weak'],
  ['kq4-tz', 'weak'],
  ['kq4-tzm8', 'fair'],
  ['kq4-tzm8-w', 'good'],
  ['kq4-tzm8-wv2y', 'strong'],
  ['correct horse battery staple', 'strong'],
  ['探花及第才子佳', 'strong'],
] as const)('rates the password "%s" as %s', ([password, strength]) => {
  expect(passwordStrength(password, [])).toBe(strength);
});

test('counts neither the names of the account nor what continues a run of characters', () => {
  expect(passwordStrength('ann.meier-kq4-tzm8', ['ann.meier', ''])).toBe(passwordStrength('-kq4-tzm8', []));
  expect(passwordStrength('kq4-tz-abcdefgh', [])).not.toBe('strong');
  expect(passwordStrength('kq4-tz-abcdefgh', [])).toBe(passwordStrength('kq4-tz-aaaaaaaa', []));
});
