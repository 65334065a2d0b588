import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../../tests/support/error-of.ts';
import { isFrequentPassword } from './frequent-password.ts';
import { brokenPasswordRules, NAME_LENGTH_MIN, PASSWORD_LENGTH_MAX, requirePassword } from './password-policy.ts';
import {
  parseSettings,
  PASSWORD_LENGTH_LEAST_MAX,
  PASSWORD_LENGTH_LEAST_MIN,
  settingDefinitions,
  settingNames,
  settingValues,
  withSetting,
  type Settings,
} from './settings.ts';

const defaults = parseSettings('{}');
const strictest: Settings = {
  ...defaults,
  passwordMinLength: 12,
  passwordNeedsLowercase: true,
  passwordNeedsUppercase: true,
  passwordNeedsNumber: true,
  passwordNeedsSymbol: true,
  passwordUserNameAllowed: false,
  passwordCommonAllowed: false,
};
const anySettings: fc.Arbitrary<Settings> = fc
  .record({
    passwordMinLength: fc.integer({ min: PASSWORD_LENGTH_LEAST_MIN, max: PASSWORD_LENGTH_LEAST_MAX }),
    passwordNeedsLowercase: fc.boolean(),
    passwordNeedsUppercase: fc.boolean(),
    passwordNeedsNumber: fc.boolean(),
    passwordNeedsSymbol: fc.boolean(),
    passwordUserNameAllowed: fc.boolean(),
    passwordCommonAllowed: fc.boolean(),
  })
  .map((some) => ({ ...defaults, ...some }));
const anyPassword = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 80 }),
);
const broken = (password: string, settings = defaults, names: readonly string[] = []) =>
  brokenPasswordRules(settings, password, names);

describe('settings of an organization', () => {
  test('have their default values if they are missing or invalid in the stored text', () => {
    expect(defaults).toMatchObject({
      passwordMinLength: 8,
      passwordNeedsLowercase: false,
      passwordNeedsUppercase: false,
      passwordNeedsNumber: false,
      passwordNeedsSymbol: false,
      passwordUserNameAllowed: false,
      passwordCommonAllowed: false,
    });
    const stored = { passwordMinLength: 1_000, passwordNeedsNumber: true, passwordFromTheFuture: 'x' };
    expect(parseSettings(JSON.stringify(stored))).toEqual({ ...defaults, passwordNeedsNumber: true });
  });

  test('do not change when they are stored and read', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        expect(parseSettings(JSON.stringify(settings))).toEqual(settings);
      }),
    );
  });

  test('are set by name, ignoring letter case, and only to values in their range', () => {
    expect(withSetting(defaults, 'PASSWORDMINLENGTH', '64').passwordMinLength).toBe(PASSWORD_LENGTH_LEAST_MAX);
    expect(withSetting(defaults, 'passwordMinLength', '8').passwordMinLength).toBe(PASSWORD_LENGTH_LEAST_MIN);
    for (const text of ['7', '65', '12.5', '-9', '', ' 9', '1e1', 'on', '9'.repeat(400)]) {
      expect(() => withSetting(defaults, 'passwordMinLength', text), text).toThrow(/Allowed values: 8 to 64/);
    }
    for (const name of settingNames) {
      // A text setting accepts every text up to its maximum length.
      const nonsense = settingDefinitions[name].default === '' ? 'x'.repeat(400) : 'nonsense';
      expect(() => withSetting(defaults, name, nonsense)).toThrow(
        expect.objectContaining({ code: 'usage', attribute: name }),
      );
      expect(settingDefinitions[name].description).toMatch(/\.$/);
    }
    expect(withSetting(defaults, 'passwordNeedsNumber', 'on').passwordNeedsNumber).toBe(true);
    expect(withSetting(strictest, 'passwordNeedsNumber', 'off').passwordNeedsNumber).toBe(false);
    expect(settingValues('passwordNeedsNumber')).toEqual(['on', 'off']);
    expect(() => withSetting(defaults, 'color', 'blue')).toThrow(/The settings are passwordMinLength/);
  });
});

describe('contactEmail', () => {
  test('must be an email address or empty, and a stored value that is not an address is read as empty', () => {
    expect(withSetting(defaults, 'contactEmail', 'it@contoso.example').contactEmail).toBe('it@contoso.example');
    expect(withSetting(defaults, 'contactEmail', '').contactEmail).toBe('');
    for (const text of ['ask IT', 'it@', 'it@contoso', 'a@b.example, c@d.example', 'mailto:it@contoso.example']) {
      expect(() => withSetting(defaults, 'contactEmail', text), text).toThrow(/must be an email address/);
    }
    expect(parseSettings('{"contactEmail":"ask IT","contactName":"IT"}')).toMatchObject({
      contactEmail: '',
      contactName: 'IT',
    });
  });
});

describe('brokenPasswordRules', () => {
  test('counts characters, not bytes, to check the minimum and maximum length', () => {
    const astral = '𝔞𝔟𝔠𝔡𝔢𝔣𝔤𝔥';
    expect(broken(astral)).toEqual([]);
    expect(broken(astral.slice(2))).toEqual(['minLength']);
    const settings = { ...defaults, passwordMinLength: PASSWORD_LENGTH_LEAST_MAX };
    const long = Array.from({ length: 300 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');
    expect(broken(long.slice(0, PASSWORD_LENGTH_LEAST_MAX), settings)).toEqual([]);
    expect(broken(long.slice(0, PASSWORD_LENGTH_LEAST_MAX - 1), settings)).toEqual(['minLength']);
    expect(broken(long.slice(0, PASSWORD_LENGTH_MAX))).toEqual([]);
    expect(broken(long.slice(0, PASSWORD_LENGTH_MAX + 1))).toEqual(['maxLength']);
  });

  test('recognizes lowercase and uppercase letters, digits, and symbols of any script', () => {
    expect(broken('Grünkohl mit 7 Pinkeln', strictest)).toEqual([]);
    expect(broken('ЖУРАВЛЬ и ٣ утки', strictest)).toEqual([]);
    expect(broken('', strictest)).toEqual(['minLength', 'lowercase', 'uppercase', 'number', 'symbol', 'common']);
    expect(broken('grünkohl mit 7 pinkeln', strictest)).toEqual(['uppercase']);
    expect(broken('GRÜNKOHL MIT 7 PINKELN', strictest)).toEqual(['lowercase']);
    expect(broken('Grünkohl mit Pinkeln', strictest)).toEqual(['number']);
    expect(broken('Grünkohlmit7Pinkeln', strictest)).toEqual(['symbol']);
  });

  test('rejects a password that contains a name of the user with at least four characters, ignoring letter case', () => {
    for (const password of ['xx-ANN.MEIER-yy', 'ann.meier@contoso.example']) {
      expect(broken(password, defaults, ['ann.meier'])).toEqual(['userName']);
      expect(broken(password, defaults, ['a', 'Ann.Meier@contoso.example'])).toEqual(['userName']);
    }
    expect(broken('xx-GROSS-yy', defaults, ['groß'])).toEqual(['userName']);
    expect('anna').toHaveLength(NAME_LENGTH_MIN);
    expect(broken('banana tree', defaults, ['ana', 'an@x', ''])).toEqual([]);
    expect(broken('susanna tree', defaults, ['anna'])).toEqual(['userName']);
    expect(broken('xx-ann.meier', { ...defaults, passwordUserNameAllowed: true }, ['ann.meier'])).toEqual([]);
  });

  test('rejects every password that contains the userName', () => {
    const name = fc.string({
      unit: fc.constantFrom(...'abcxyzäöµ.-_09'.split('')),
      minLength: NAME_LENGTH_MIN,
      maxLength: 20,
    });
    const part = fc.string({ unit: 'grapheme-ascii', maxLength: 20 });
    fc.assert(
      fc.property(name, part, part, fc.boolean(), (userName, head, tail, upper) => {
        const password = `${head}${upper ? userName.toUpperCase() : userName}${tail}`;
        expect(broken(password, defaults, [userName])).toContain('userName');
        expect(broken(password, defaults, [`${userName}@contoso.example`])).toContain('userName');
      }),
    );
  });

  test('reports every rule that is broken under the loosest settings also under any other settings, and none twice', () => {
    const loosest: Settings = { ...defaults, passwordUserNameAllowed: true, passwordCommonAllowed: true };
    fc.assert(
      fc.property(anySettings, anyPassword, fc.array(anyPassword), (settings, password, names) => {
        const found = broken(password, settings, names);
        expect(found).toEqual(expect.arrayContaining([...broken(password, loosest, names)]));
        expect(new Set(found).size).toBe(found.length);
      }),
    );
  });
});

describe('the error for a password that breaks the policy', () => {
  test('lists every broken rule and its setting', () => {
    const error = errorOf(() => requirePassword(strictest, 'ann.meier', ['ann.meier']));
    expect(error).toMatchObject({ code: 'passwordPolicy', attribute: 'password', value: undefined });
    expect(error.message).toBe(
      'The password must have at least 12 characters, and have an uppercase letter, and have a digit, and not contain the user name or the email address. An administrator can change that: tanhua organization set passwordMinLength=LENGTH passwordNeedsUppercase=off passwordNeedsNumber=off passwordUserNameAllowed=on.',
    );
    expect(errorOf(() => requirePassword(defaults, 'x'.repeat(257), [])).message).toBe(
      'The password must have at most 256 characters.',
    );
  });

  test('is the same for all passwords that break the same rules, so that it reveals nothing about the password', () => {
    const messages = new Map<string, string>();
    fc.assert(
      fc.property(anyPassword, fc.array(anyPassword), (password, names) => {
        const rules = broken(password, strictest, names).join();
        if (rules === '') return;
        const { message, value } = errorOf(() => requirePassword(strictest, password, names));
        expect(value).toBeUndefined();
        expect(message).toBe(messages.get(rules) ?? message);
        messages.set(rules, message);
      }),
    );
    expect(messages.size).toBeGreaterThan(3);
  });
});

describe('isFrequentPassword', () => {
  test.for([
    'password',
    'P@ssw0rd',
    'Passw0rd123!',
    '123456789',
    '987654321',
    'qwertyuiop',
    'QWERTY12345',
    'asdfghjkl;',
    'abcd1234',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    'hunterhunter',
    'Summer2026!',
    'w3lc0me!!',
    'we1come1',
    '1l0vey0u!',
    '!!!letmein!!!',
    'Adm1nistrator',
    '1/2/2026monkey',
    '',
  ])('returns true for "%s"', (password) => {
    expect(isFrequentPassword(password)).toBe(true);
  });

  test.for([
    'correct horse battery staple',
    'a long password',
    'monkey-tricycle',
    'tanhua blooms at night',
    'mK9#vx2Lq',
    '7391-0264-8835',
    'sommerregen am deich',
    '01/2/2026monkey',
  ])('returns false for "%s"', (password) => {
    expect(isFrequentPassword(password)).toBe(false);
  });

  test('returns false for random passwords of at least 12 letters', () => {
    const random = fc.string({
      unit: fc.constantFrom(...'bcdfghjkmnpqrstvwxz'.split('')),
      minLength: 12,
      maxLength: 40,
    });
    fc.assert(
      fc.property(
        random.filter((text) => new Set(text).size > 6),
        (password) => {
          expect(isFrequentPassword(password)).toBe(false);
        },
      ),
    );
  });
});
