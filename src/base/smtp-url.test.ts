import { expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { smtpUrlFault } from './smtp-url.ts';

test.for([
  'smtp://mail.example.com',
  'smtps://ann%40x:p%2Fw@mail.example.com:465',
  'smtp://[::1]:25/?requireTLS=true&tls.rejectUnauthorized=false&name=directory.example&socketTimeout=200',
])('the SMTP URL %s is accepted', (url) => {
  expect(smtpUrlFault(url)).toBeUndefined();
  expect(readConfig({ TANHUA_SMTP_URL: url }).smtpUrl).toBe(url);
});

test.for<[url: string, fault: RegExp]>([
  ['mail.example.com:587', /must begin with smtp/],
  ['http://mail.example.com', /must begin with smtp/],
  ['smtp://', /must be a URL|has no host/],
  ['smtp://:587', /must be a URL|has no host/],
  ['smtp://mail.example.com:65536', /with a port up to 65535/],
  ['smtp://ann:secret/pw@mail.example.com', /percent-encoded/],
  ['smtp://mail.example.com/inbox', /has a "\/" after its host/],
  ['smtp://mail.example.com?requireTSL=true', /unknown option after its "\?"\. The options are .*requireTLS/],
  ['smtp://mail.example.com?constructor=1', /unknown option/],
  ['smtp://mail.example.com?secure=true', /unknown option.*smtps:\/\/ encrypts/],
  ['smtp://mail.example.com?tls.rejectUnauthorised=true', /unknown option.*tls\.rejectUnauthorized/],
  ['smtp://mail.example.com?requireTLS=true&requireTLS=false', /option requireTLS twice/],
  ['smtp://mail.example.com#?requireTLS=true', /has a "#"/],
  ['smtp://mail.example.com?requireTLS=flase', /option requireTLS that is not a boolean/],
  ['smtp://mail.example.com?socketTimeout=long', /option socketTimeout that is not a number/],
  ['smtp://mail.example.com?name=', /option name that is not a text/],
])('the SMTP URL %s is rejected', ([url, fault]) => {
  expect(smtpUrlFault(url)).toMatch(fault);
  expect(() => readConfig({ TANHUA_SMTP_URL: url })).toThrow(fault);
});

test.for([
  'smtp://ann:hunter2/x@mail.example.com',
  'smtp://ann:12/hunter2@mail.example.com',
  'smtp://ann:12?hunter2@mail.example.com',
  'smtp://ann:12?hunter2=x&y@mail.example.com',
  'smtp://ann:12#hunter2@mail.example.com',
  'smtp://ann:hunter2@mail.example.com:99999',
  'smtp://ann:hunter2@mail.example.com?hunter2=hunter2',
  'smtp://ann:hunter2@mail.example.com?requireTLS=hunter2',
])('the error message about the SMTP URL %s does not contain any part of the password', (url) => {
  expect(smtpUrlFault(url)).toBeDefined();
  expect(smtpUrlFault(url)).not.toContain('hunter2');
  expect(() => readConfig({ TANHUA_SMTP_URL: url })).toThrow(/^(?!.*hunter2)/s);
});
