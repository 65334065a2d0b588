import { expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { smtpUrlFault } from './smtp-url.ts';

test.for([
  'smtp://mail.example.com',
  'smtps://ann%40x:p%2Fw@mail.example.com:465',
  'smtp://[::1]:25/?requireTLS=true&tls.rejectUnauthorized=false&name=directory.example&socketTimeout=200',
])('%s can be used', (url) => {
  expect(smtpUrlFault(url)).toBeUndefined();
  expect(readConfig({ TANHUA_SMTP_URL: url }).smtpUrl).toBe(url);
});

test.for<[url: string, fault: RegExp]>([
  ['mail.example.com:587', /must begin with smtp/],
  ['http://mail.example.com', /must begin with smtp/],
  ['smtp://', /must be a URL|has no host/],
  ['smtp://:587', /must be a URL|has no host/],
  ['smtp://mail.example.com:65536', /port is a number up to 65535/],
  ['smtp://ann:secret/pw@mail.example.com', /percent-encoded/],
  ['smtp://mail.example.com/inbox', /has a path/],
  ['smtp://mail.example.com?requireTSL=true', /unknown option requireTSL: known are .*requireTLS/],
  ['smtp://mail.example.com?constructor=1', /unknown option constructor/],
  ['smtp://mail.example.com?requireTLS=flase', /option requireTLS that is no boolean/],
  ['smtp://mail.example.com?socketTimeout=long', /option socketTimeout that is no number/],
  ['smtp://mail.example.com?name=', /option name that is no text/],
])('%s is refused', ([url, fault]) => {
  expect(smtpUrlFault(url)).toMatch(fault);
  expect(() => readConfig({ TANHUA_SMTP_URL: url })).toThrow(fault);
});

test('a refusal does not repeat the password', () => {
  const url = 'smtp://ann:the-secret/x@mail.example.com:99999?requireTSL=the-secret';
  expect(() => readConfig({ TANHUA_SMTP_URL: url })).toThrow(/^(?!.*the-secret)/s);
  expect(smtpUrlFault('smtp://ann:the-secret@x?nope=the-secret')).not.toContain('the-secret');
});
