import pg from 'pg';
import { AppError } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';

/** The URL of a server, and the setting that it comes from. */
export interface UrlSetting {
  /** The environment variable that contains the URL. */
  readonly setting: string;
  readonly url: string;
}

/** The valid values of `sslmode` in a URL. node-postgres ignores any other value and uses TLS. */
const tlsModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** The advice for the operator, by the SQLSTATE with which the server refuses a connection. */
const refusals: Readonly<Record<string, string>> = {
  '28000': 'correct the user and sslmode in the URL, or pg_hba.conf on the server',
  '28P01': 'correct the password in the URL',
  '3D000': `correct the name at the end of the URL, or create the database (create database NAME owner ROLE encoding 'UTF8' template template0)`,
  '42501': 'allow the role to connect to the database (grant connect on database NAME to ROLE)',
};

/** Throws `configuration` for a URL that cannot work: a malformed URL, an unknown sslmode, or an unreadable certificate file. */
export function requireUsableUrl({ setting, url }: UrlSetting): void {
  if (!URL.canParse(url)) {
    throw new AppError('configuration', `${setting} is not a URL: write postgres://user:password@host:5432/database.`);
  }
  const mode = new URL(url).searchParams.get('sslmode');
  if (mode !== null && !tlsModes.includes(mode)) {
    throw new AppError('configuration', `${setting} has sslmode=${mode}, which is not one of ${tlsModes.join(', ')}.`);
  }
  try {
    readCertificates(url);
  } catch (error) {
    throw new AppError(
      'configuration',
      `${setting} names a certificate file that cannot be read (${reasonOf(error)}): correct sslrootcert, sslcert and sslkey in the URL.`,
      { cause: error },
    );
  }
}

/** Creates a client. This reads the files of sslrootcert, sslcert, and sslkey, but does not connect yet. */
function readCertificates(url: string): pg.Client {
  return new pg.Client({ connectionString: url });
}

/**
 * Returns the error for a server that refuses the connection. Callers get 503, because the refusal may be temporary: for example, the
 * password may currently be changed. The operator's text has the server's reason and advice.
 */
export function refusedByServer(urlSetting: UrlSetting, error: unknown): AppError {
  const state = error instanceof pg.DatabaseError ? error.code : undefined;
  const advice = refusals[state ?? ''] ?? 'correct the URL';
  return outage(
    `${urlSetting.setting} leads to ${addressOf(urlSetting)}, which refuses the connection (${reasonOf(error)}): ${advice}.`,
    error,
  );
}

/** Returns the error for a server to which no connection could be opened in time, or whose TLS does not work. */
export function unreachable(urlSetting: UrlSetting, waitMs: number, error: unknown): AppError {
  const where = `${urlSetting.setting} leads to ${addressOf(urlSetting)}`;
  const tls = tlsAdvice(error);
  if (tls !== undefined)
    return outage(`${where}, and the connection is not secure (${reasonOf(error)}): ${tls}.`, error);
  return outage(
    `${where}, which accepted no connection within ${waitMs / 1_000} seconds (${reasonOf(error)}): start PostgreSQL there, correct host and port, or lower TANHUA_DATABASE_CONNECTIONS if the server has too many connections.`,
    error,
  );
}

/** True if the error is a fault of the TLS configuration, so it is useless to try again. */
export function isTlsFault(error: unknown): boolean {
  return tlsAdvice(error) !== undefined;
}

function tlsAdvice(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.message === 'The server does not support SSL connections') {
    return 'turn on TLS at the server (ssl = on), or, if the network is trusted, write sslmode=disable in the URL';
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'use the name in the certificate as the host of the URL';
  if (code === 'CERT_HAS_EXPIRED') return 'renew the certificate of the server';
  if (/SELF_SIGNED|UNABLE_TO_|CERT_|^ERR_SSL|^ERR_TLS|^ERR_OSSL/.test(code)) {
    return 'add the certificate file of the authority that signed the certificate of the server to the URL: sslrootcert=/path/ca.pem';
  }
  return undefined;
}

/** Returns an error with a text for the operator. Callers get another text, because they must not see hosts, roles, and settings. */
function outage(operatorText: string, cause: unknown): AppError {
  return new TranslatedError('unavailable', ({ database }) => database.unreachable, {
    cause,
    operatorText,
  });
}

/** Returns the address without the user and the password. */
function addressOf({ url }: UrlSetting): string {
  const { hostname, port, pathname, searchParams } = new URL(url);
  const host = hostname === '' ? (searchParams.get('host') ?? 'localhost') : hostname;
  return `${host}:${port === '' ? '5432' : port}${pathname}`;
}

/** Returns the message of an error on one line. If the host has several addresses, `errors` has the message for each of them. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ');
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
}
