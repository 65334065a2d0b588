/** Why a mail server did not accept an email, as far as its answer tells. */
export type DeliveryFault = 'login' | 'sender' | 'recipient' | 'certificate' | 'unreachable' | 'other';

/** The first fault whose words are in the answer applies. The words are those of nodemailer, of Node and of OpenSSL. */
const words: readonly (readonly [DeliveryFault, RegExp])[] = [
  ['login', /invalid login|authentication|missing credentials/i],
  ['sender', /mail command failed/i],
  ['recipient', /recipient/i],
  ['certificate', /certificate|self-signed|SSL|TLS/i],
  [
    'unreachable',
    /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|timeout|greeting|closed the connection|too long/i,
  ],
];

/**
 * Returns why an email was not accepted, from the error that the outbox keeps.
 *
 * @example
 * deliveryFault('connect ECONNREFUSED 192.0.2.1:25'); // 'unreachable'
 */
export function deliveryFault(error: string): DeliveryFault {
  return words.find(([, pattern]) => pattern.test(error))?.[0] ?? 'other';
}
