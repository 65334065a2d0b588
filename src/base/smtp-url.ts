/** What stands behind the `?` of TANHUA_SMTP_URL: options of nodemailer's SMTPConnection that a text can say. */
const options: Readonly<Record<string, 'boolean' | 'number' | 'text'>> = {
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
  secure: 'boolean',
  servername: 'text',
  socketCloseTimeout: 'number',
  socketTimeout: 'number',
};
/** Followed by the name of an option of Node's tls.connect. */
const TLS_PREFIX = 'tls.';
const valueOf = { boolean: /^(true|false)$/, number: /^\d{1,9}$/, text: /^.+$/ };

/**
 * What is wrong with the address of a mail server, as the end of a sentence that begins with its name; undefined for one that
 * can be used. It repeats nothing but names of options: the rest has the password.
 *
 * @example
 * smtpUrlFault('smtp://mail.example.com?requireTSL=true'); // 'has the unknown option requireTSL: …'
 */
export function smtpUrlFault(text: string): string | undefined {
  if (!/^smtps?:\/\//i.test(text)) return 'must begin with smtp:// or smtps://';
  if (!URL.canParse(text))
    return 'must be a URL: its port is a number up to 65535, and special characters of the password are percent-encoded';
  const { hostname, pathname, searchParams } = new URL(text);
  if (hostname === '') return 'has no host';
  if (pathname !== '' && pathname !== '/')
    return 'has a path after its host: special characters of the password are percent-encoded';
  for (const [name, value] of searchParams) {
    if (name.startsWith(TLS_PREFIX)) continue;
    const kind = Object.hasOwn(options, name) ? options[name] : undefined;
    if (kind === undefined)
      return `has the unknown option ${name}: known are ${Object.keys(options).join(', ')} and ${TLS_PREFIX}…`;
    if (!valueOf[kind].test(value)) return `has an option ${name} that is no ${kind}`;
  }
  return undefined;
}
