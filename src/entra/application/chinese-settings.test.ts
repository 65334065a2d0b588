import { describe, expect, test } from 'vitest';
import { messageFor } from '#base/error-message.ts';
import { AppError } from '#base/errors.ts';
import { SECRET_MASK } from '#outbound/bound-secret.ts';
import { isEnglish, wrongValues } from '#rest-api/chinese-faults.fixture.ts';
import { checkInterval, checkSecrets, defaultSettings, withSettings } from './settings.ts';

const settings = { ...defaultSettings, tenantUrl: 'https://a.example/scim' };
const { faults } = settings;
const values = [
  ...wrongValues,
  'https://a@b.example',
  'https://a.example/#b',
  'ftp://a.example',
  'ann@a.example, bob@a.example',
  ' a',
  SECRET_MASK,
];
const credentials = ['secretToken', 'oauth2ClientId', 'oauth2ClientSecret', 'oauth2TokenExchangeUri', 'unknown'];

/** The checks of each setting and each credential. */
const checks: readonly (readonly [string, (value: unknown) => unknown])[] = [
  ...[...Object.keys(settings), 'unknown'].map(
    (name) => [name, (value: unknown) => withSettings(settings, { [name]: value })] as const,
  ),
  ...[...Object.keys(faults), 'unknown'].map(
    (name) => [`faults.${name}`, (value: unknown) => withSettings(settings, { faults: { [name]: value } })] as const,
  ),
  ...credentials.map((name) => [name, (value: unknown) => checkSecrets({ [name]: value })] as const),
  ['interval', (value) => checkInterval(value as number)],
];

/** Returns what a check refuses, in Chinese. */
function refusalsOf(check: (value: unknown) => unknown): readonly string[] {
  return values.flatMap((value) => {
    try {
      check(value);
      return [];
    } catch (error) {
      return [error instanceof AppError ? messageFor(error, 'rest', 'zh') : String(error)];
    }
  });
}

describe('settings and credentials of an application', () => {
  test.each(checks)('wrong values of %s are refused in Chinese', (_name, check) => {
    const refusals = refusalsOf(check);
    expect(refusals.length).toBeGreaterThan(5);
    expect(refusals.filter(isEnglish)).toEqual([]);
  });

  test.each([
    [() => withSettings(settings, { concurrency: 0 }), '设置 concurrency 必须是 1 到 64 的整数。'],
    [() => withSettings(settings, { tenantUrl: 'https://a.example/#b' }), '设置 tenantUrl 不能包含 #。'],
    [() => checkSecrets({ secretToken: SECRET_MASK }), '凭据 secretToken 必须是机密本身：***** 只代表已保存的机密。'],
    [() => checkInterval(1), '预配间隔（毫秒）必须是 1000 到 86400000 的整数。'],
    [() => withSettings(settings, { x: 1 } as object), '设置无效：有未知的字段 x。'],
  ])('%s is refused with %s', (check, refusal) => {
    expect(check).toThrow(expect.toSatisfy((error: AppError) => messageFor(error, 'rest', 'zh') === refusal));
  });
});
