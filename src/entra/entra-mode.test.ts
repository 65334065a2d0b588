import { describe, expect, test } from 'vitest';
import { readConfig } from '#base/config.ts';
import { allowedTargets, entraMode, entraOffText, remoteRequestError, requireEntra } from './entra-mode.ts';

type Environment = Readonly<Record<string, string>>;

describe('the mode of the Entra ID stand-in', () => {
  test.for<[Environment, ReturnType<typeof entraMode>, RegExp?]>([
    [{}, 'local'],
    [{ TANHUA_HOST: 'localhost' }, 'local'],
    [{ TANHUA_HOST: '127.0.0.2' }, 'local'],
    [{ TANHUA_HOST: '::1' }, 'local'],
    [{ TANHUA_HOST: '0.0.0.0' }, 'off', /TANHUA_HOST is 0\.0\.0\.0/],
    [{ TANHUA_HOST: '::' }, 'off', /TANHUA_HOST is ::/],
    [{ TANHUA_HOST: '192.168.0.7' }, 'off', /TANHUA_HOST/],
    [{ TANHUA_HOST: 'directory' }, 'off', /TANHUA_HOST/],
    [{ TANHUA_PUBLIC_URL: 'https://d.example' }, 'off', /TANHUA_PUBLIC_URL is set/],
    [{ TANHUA_PUBLIC_URL: 'http://127.0.0.1:8080' }, 'off', /TANHUA_PUBLIC_URL is set/],
    [{ TANHUA_TRUSTED_PROXIES: 'loopback' }, 'off', /TANHUA_TRUSTED_PROXIES is set/],
    [{ TANHUA_ENTRA: 'on', TANHUA_HOST: '0.0.0.0' }, 'on'],
    [{ TANHUA_ENTRA: 'on', TANHUA_PUBLIC_URL: 'https://d.example' }, 'on'],
    [{ TANHUA_ENTRA: 'off' }, 'off', /TANHUA_ENTRA is off/],
  ])('with the environment %j is %s', ([environment, mode, why]) => {
    const config = readConfig(environment);
    expect(entraMode(config)).toBe(mode);
    if (why === undefined) expect(() => requireEntra(config)).not.toThrow();
    else {
      expect(entraOffText(config)).toMatch(why);
      expect(entraOffText(config)).toContain('set TANHUA_ENTRA=on');
      expect(() => requireEntra(config)).toThrow(expect.objectContaining({ code: 'entraOff' }));
    }
  });

  test('cannot be set to an unknown value with TANHUA_ENTRA', () => {
    expect(() => readConfig({ TANHUA_ENTRA: 'yes' })).toThrow(/TANHUA_ENTRA is "yes"/);
  });
});

describe('TANHUA_TARGETS_ALLOWED', () => {
  const allowed = (environment: Environment) =>
    allowedTargets(readConfig(environment)).map(({ address, prefix }) => `${address}/${prefix ?? ''}`);

  test('allows the networks that it lists; if it is not set, loopback is allowed in the local mode only', () => {
    expect(allowed({})).toEqual(['127.0.0.0/8', '::1/']);
    expect(allowed({ TANHUA_ENTRA: 'on' })).toEqual([]);
    expect(allowed({ TANHUA_PUBLIC_URL: 'https://d.example' })).toEqual([]);
    expect(allowed({ TANHUA_TARGETS_ALLOWED: '' })).toEqual([]);
    expect(allowed({ TANHUA_TARGETS_ALLOWED: '10.0.0.0/8, fd00::/8,10.1.2.3' })).toEqual([
      '10.0.0.0/8',
      'fd00::/8',
      '10.1.2.3/',
    ]);
  });

  test.for(['10.0.0.0/33', 'localhost', '10.0.0.0/8 10.1.0.0/16', '::/129'])(
    'is rejected with the value %j',
    (text) => {
      expect(() => readConfig({ TANHUA_TARGETS_ALLOWED: text })).toThrow(/is neither an address nor a network/);
    },
  );
});

describe('a request to a stand-in that is enabled for the local machine only', () => {
  test.for(['localhost', 'localhost:8080', 'LOCALHOST', '127.0.0.1:80', '127.9.9.9', '[::1]:8080'])(
    'is accepted with the Host header %s',
    (host) => {
      expect(remoteRequestError({ host, accept: '*/*' })).toBeUndefined();
    },
  );

  test.for([
    undefined,
    '',
    'd.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '0.0.0.0',
    '[::]',
  ])('is refused with the Host header %s', (host) => {
    expect(remoteRequestError({ host })).toMatchObject({
      code: 'entraOff',
      message: expect.stringContaining('the Host'),
    });
  });

  test.for([
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded-anything',
    'via',
    'x-real-ip',
    'x-client-ip',
    'x-original-host',
    'x-original-forwarded-for',
    'true-client-ip',
    'cf-connecting-ip',
  ])('is refused if it has the %s header, whatever the value', (name) => {
    for (const value of ['', '127.0.0.1']) {
      expect(remoteRequestError({ host: 'localhost', [name]: value })).toMatchObject({
        code: 'entraOff',
        message: expect.stringContaining(name),
      });
    }
  });
});
