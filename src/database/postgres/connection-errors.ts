import pg from 'pg';
import { AppError } from '#base/errors.ts';

/** The server that a setting names. */
export interface ServerPlace {
  /** The variable that has the URL. */
  readonly setting: string;
  readonly url: string;
}

/** What `sslmode` can be in a URL; node-postgres ignores any other text and asks for TLS. */
const tlsModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** What to do about an SQLSTATE with which the server refuses a connection. */
const refusals: Readonly<Record<string, string>> = {
  '28000': 'correct the user and sslmode in the URL, or pg_hba.conf on the server',
  '28P01': 'correct the password in the URL',
  '3D000': `correct the name at the end of the URL, or create the database (create database NAME owner ROLE encoding 'UTF8' template template0)`,
  '42501': 'allow the role to connect to the database (grant connect on database NAME to ROLE)',
};

/** Throws `configuration` for a URL that can never work: a mistyped sslmode, or a certificate file that cannot be read. */
export function requireUsableUrl({ setting, url }: ServerPlace): void {
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

/** A client reads the files that sslrootcert, sslcert and sslkey name when it is created; it connects only when asked to. */
function readCertificates(url: string): pg.Client {
  return new pg.Client({ connectionString: url });
}

/**
 * The server answers, and refuses the connection. Callers get 503, since a password that is being rotated passes with time;
 * the operator reads the server's reason and what to do.
 */
export function refusedByServer(place: ServerPlace, error: unknown): AppError {
  const state = error instanceof pg.DatabaseError ? error.code : undefined;
  const advice = refusals[state ?? ''] ?? 'correct the URL';
  return outage(
    `${place.setting} leads to ${addressOf(place)}, which refuses the connection (${reasonOf(error)}): ${advice}.`,
    error,
  );
}

/** No connection came within the time. Throws nothing: returns what is to be thrown. */
export function unreachable(place: ServerPlace, waitMs: number, error: unknown): AppError {
  const where = `${place.setting} leads to ${addressOf(place)}`;
  const tls = tlsAdvice(error);
  if (tls !== undefined)
    return outage(`${where}, and the connection is not secure (${reasonOf(error)}): ${tls}.`, error);
  return outage(
    `${where}, which gave no connection within ${waitMs / 1_000} seconds (${reasonOf(error)}): start PostgreSQL there, correct host and port, or lower TANHUA_DATABASE_CONNECTIONS if the server has too many connections.`,
    error,
  );
}

/** The connection itself cannot be made, however long one waits. */
export function isTlsFault(error: unknown): boolean {
  return tlsAdvice(error) !== undefined;
}

function tlsAdvice(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.message === 'The server does not support SSL connections') {
    return 'switch TLS on at the server (ssl = on), or write sslmode=disable in the URL where the network is trusted';
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'write the name of the certificate as the host of the URL';
  if (code === 'CERT_HAS_EXPIRED') return 'renew the certificate of the server';
  if (/SELF_SIGNED|UNABLE_TO_|CERT_|^ERR_SSL|^ERR_TLS|^ERR_OSSL/.test(code)) {
    return 'name the file of the authority that signed the certificate of the server: sslrootcert=/path/ca.pem in the URL';
  }
  return undefined;
}

/** Callers must not see hosts, roles and settings. */
function outage(operatorText: string, cause: unknown): AppError {
  return new AppError('unavailable', 'The database cannot be reached. Nothing was changed: try again.', {
    cause,
    operatorText,
  });
}

/** Without user and password. */
function addressOf({ url }: ServerPlace): string {
  const { hostname, port, pathname, searchParams } = new URL(url);
  const host = hostname === '' ? (searchParams.get('host') ?? 'localhost') : hostname;
  return `${host}:${port === '' ? '5432' : port}${pathname}`;
}

/** An error for several addresses of one name has its words inside. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ');
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
}
