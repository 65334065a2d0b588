type Kind = 'boolean' | 'number' | 'text';

/** The options that TANHUA_SMTP_URL accepts after its `?`: options of nodemailer's SMTPConnection that can be written as text. */
const options = {
  connectionTimeout: 'number',
  dnsTimeout: 'number',
  greetingTimeout: 'number',
  ignoreTLS: 'boolean',
  lmtp: 'boolean',
  localAddress: 'text',
  maxResponseSize: 'number',
  name: 'text',
  opportunisticTLS: 'boolean',
  requireTLS: 'boolean',
  servername: 'text',
  socketCloseTimeout: 'number',
  socketTimeout: 'number',
  // Options of Node's tls.connect.
  'tls.ca': 'text',
  'tls.ciphers': 'text',
  'tls.maxVersion': 'text',
  'tls.minVersion': 'text',
  'tls.rejectUnauthorized': 'boolean',
  'tls.servername': 'text',
} as const satisfies Readonly<Record<string, Kind>>;

const valueOf: Readonly<Record<Kind, RegExp>> = { boolean: /^(true|false)$/, number: /^\d{1,9}$/, text: /^.+$/ };
const ENCODE = 'special characters of the password must be percent-encoded';

/**
 * Returns the fault of a mail server URL, as the end of a sentence that begins with the name of the setting; undefined for a
 * valid URL. The text repeats no part of the URL except known options: a password with a special character can end up in any part.
 *
 * @example
 * smtpUrlFault('smtp://mail.example.com?requireTSL=true'); // 'has an unknown option after its "?". The options are …'
 */
export function smtpUrlFault(text: string): string | undefined {
  if (!/^smtps?:\/\//i.test(text)) return 'must begin with smtp:// or smtps://';
  if (!URL.canParse(text)) return `must be a URL, with a port up to 65535: ${ENCODE}`;
  const { hostname, pathname, hash, searchParams } = new URL(text);
  if (hostname === '') return 'has no host';
  if (pathname !== '' && pathname !== '/') return `has a "/" after its host: ${ENCODE}`;
  if (hash !== '') return `has a "#": ${ENCODE}`;
  const seen = new Set<string>();
  for (const [name, value] of searchParams) {
    if (!isKnown(name)) {
      const all = Object.keys(options).join(', ');
      return `has an unknown option after its "?". The options are ${all}; smtps:// encrypts from the first byte; ${ENCODE}`;
    }
    if (seen.has(name)) return `has the option ${name} twice`;
    seen.add(name);
    const kind = options[name];
    if (!valueOf[kind].test(value)) return `has an option ${name} that is not a ${kind}`;
  }
  return undefined;
}

function isKnown(name: string): name is keyof typeof options {
  return Object.hasOwn(options, name);
}
