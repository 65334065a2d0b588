import { expect, test } from 'vitest';
import { deliveryFault } from './delivery-fault.ts';

test.for([
  ['Invalid login: 535 5.7.8 Authentication credentials invalid', 'login'],
  ['Mail command failed: 553 5.7.1 Sender address rejected', 'sender'],
  ["Can't send mail - all recipients were rejected: 550 5.1.1 No such user", 'recipient'],
  ['self-signed certificate in certificate chain', 'certificate'],
  ['connect ECONNREFUSED 127.0.0.1:25', 'unreachable'],
  ['getaddrinfo ENOTFOUND mail.example.invalid', 'unreachable'],
  ['Connection timeout', 'unreachable'],
  ['Message failed: 554 5.7.1 Spam', 'other'],
] as const)('the answer "%s" is classified as %s', ([answer, fault]) => {
  expect(deliveryFault(answer)).toBe(fault);
});
