import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { decodeUtf8 } from '#base/decode-text.ts';
import { AppError } from '#base/errors.ts';
import { namedNetworks, parseNetwork, type Network } from '#base/network.ts';
import { radiusSettings, type RadiusAddress } from '#base/radius-settings.ts';
import { smtpUrlFault } from '#base/smtp-url.ts';
import { withoutEnd } from '#base/without-ends.ts';

interface Setting {
  readonly description: string;
  /** The default, as it would be written in the environment; undefined if there is none. */
  readonly default: string | undefined;
  /** True for a value that is never shown and never logged. */
  readonly secret?: true;
  readonly schema: z.ZodType<unknown>;
}

const wholeNumber = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);
const port = wholeNumber.pipe(z.number().max(65_535));
const text = z.string().min(1);

/** With one connection, a transaction that waits for a lock would block the transaction that holds the lock. */
export const DATABASE_CONNECTIONS_MIN = 2;
export const DATABASE_CONNECTIONS_MAX = 500;
export const PROCESSES_MAX = 64;
/** The minimum length of a key that is set by hand, in characters. A random key has the same number of bytes. */
export const BOOTSTRAP_KEY_LENGTH_MIN = 32;
/** The maximum length of the name of the first organization, in characters: the same as for all organizations. */
const BOOTSTRAP_ORGANIZATION_LENGTH_MAX = 200;
/** The minimum length of the password of the first administrator, in characters. */
const BOOTSTRAP_PASSWORD_LENGTH_MIN = 12;

const bootstrapKey = z
  .string()
  .min(BOOTSTRAP_KEY_LENGTH_MIN)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces, since it travels in a header');

/** A database that can hold organizations. */
export interface ShardLocation {
  readonly name: string;
  readonly url: string;
}

/** Parses `eu=postgres://… us=postgres://…`. */
function parseShards(text: string, context: z.RefinementCtx): readonly ShardLocation[] {
  const shards: ShardLocation[] = [];
  for (const part of text.split(/\s+/).filter((one) => one !== '')) {
    const { name, url } = /^(?<name>[a-z][a-z0-9-]{0,31})=(?<url>postgres(?:ql)?:\/\/.+)$/.exec(part)?.groups ?? {};
    if (name === undefined || url === undefined || !URL.canParse(url)) {
      context.addIssue('each part is NAME=postgres://…, and a name consists of lowercase letters, digits and hyphens');
    } else if (name === 'main' || shards.some((shard) => shard.name === name)) {
      context.addIssue(`the name ${name} is taken`);
    } else shards.push({ name, url });
  }
  return shards;
}

/** Parses `127.0.0.0/8, 10.1.2.3`; an empty text gives an empty list. */
function parseTargets(text: string, context: z.RefinementCtx): readonly Network[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.flatMap((part) => {
    if (part === '') return [];
    const network = parseNetwork(part);
    if (network === undefined) {
      context.addIssue(`${part} is neither an address nor a network: write 192.0.2.1, 10.0.0.0/8 or fd00::/8`);
    }
    return network ?? [];
  });
}

/** Every setting. Each can also be set through NAME_FILE, the path of a file that contains the value. */
export const settings = {
  TANHUA_HOST: { description: 'The address to listen on.', default: '127.0.0.1', schema: text },
  TANHUA_PORT: { description: 'The port to listen on; 0 selects a free port.', default: '8080', schema: port },
  TANHUA_PUBLIC_URL: {
    description:
      'The URL by which clients reach the server: the Tenant URL and meta.location begin with it. By default, http:// with the host and port.',
    default: undefined,
    schema: z.url({ protocol: /^https?$/ }).transform((url) => withoutEnd(url, (character) => character === '/')),
  },
  TANHUA_DATA_DIR: { description: 'The folder of the embedded database.', default: './data', schema: text },
  TANHUA_DATABASE_URL: {
    description:
      'A PostgreSQL database (15 or newer) instead of the embedded one: postgres://user:password@host:5432/name.',
    default: undefined,
    secret: true,
    schema: z.url({ protocol: /^postgres(ql)?$/, error: 'must begin with postgres://' }),
  },
  TANHUA_SHARD_URLS: {
    description:
      'Additional PostgreSQL databases (shards) for organizations, as NAME=URL, separated by spaces or line breaks. TANHUA_DATABASE_URL is the shard "main"; it also has the catalog, which lists the shard of each organization.',
    default: undefined,
    secret: true,
    schema: z.string().transform(parseShards),
  },
  TANHUA_ORGANIZATION: {
    description: 'The name or id of the organization that commands work on; by default the oldest organization.',
    default: undefined,
    schema: text,
  },
  TANHUA_DATABASE_CONNECTIONS: {
    description: `The maximum number of PostgreSQL connections of one process, ${DATABASE_CONNECTIONS_MIN} to ${DATABASE_CONNECTIONS_MAX}.`,
    default: '10',
    schema: wholeNumber.pipe(z.number().min(DATABASE_CONNECTIONS_MIN).max(DATABASE_CONNECTIONS_MAX)),
  },
  TANHUA_PROCESSES: {
    description: `The number of processes that serve the port together, 1 to ${PROCESSES_MAX}; more than one requires TANHUA_DATABASE_URL.`,
    default: '1',
    schema: wholeNumber.pipe(z.number().min(1).max(PROCESSES_MAX)),
  },
  TANHUA_TRUSTED_PROXIES: {
    description:
      'The proxies whose X-Forwarded-For header is trusted, as addresses and networks separated by commas; none by default.',
    default: undefined,
    schema: z
      .string()
      .transform((list) => list.split(',').map((one) => one.trim()))
      .refine(
        (list) => list.every((one) => Object.hasOwn(namedNetworks, one) || parseNetwork(one) !== undefined),
        'must be addresses and networks, such as 10.0.0.1, 192.0.2.0/24; or loopback, linklocal, uniquelocal',
      ),
  },
  TANHUA_ENTRA: {
    description:
      'The stand-in for Entra ID: on, off, or auto. auto means on if only this machine can reach the server (TANHUA_HOST is a loopback address, and neither TANHUA_PUBLIC_URL nor TANHUA_TRUSTED_PROXIES is set), and in the demo.',
    default: 'auto',
    schema: z.enum(['auto', 'on', 'off']),
  },
  TANHUA_TARGETS_ALLOWED: {
    description:
      'The internal addresses and networks, separated by commas, to which the server may send requests if a caller chooses the URL. None by default, or loopback addresses if TANHUA_ENTRA=auto switches the stand-in for Entra ID on.',
    default: undefined,
    schema: z.string().transform(parseTargets),
  },
  ...radiusSettings,
  TANHUA_SMTP_URL: {
    description:
      'The mail server, as smtp://user:password@host:587 or smtps://…. Without this setting, emails stay in the outbox, where they can be read.',
    default: undefined,
    secret: true,
    schema: z.string().superRefine((url, context) => {
      const fault = smtpUrlFault(url);
      if (fault !== undefined) context.addIssue(fault);
    }),
  },
  TANHUA_MAIL_FROM: {
    description: 'The sender of emails.',
    default: 'Tanhua <no-reply@localhost>',
    schema: text,
  },
  TANHUA_SECRET_KEY: {
    description:
      'The key that encrypts second factors and waiting emails: 32 bytes in base64. By default, a file in the data folder contains it. Processes that share a database must have the same key.',
    default: undefined,
    secret: true,
    schema: z
      .string()
      .transform((encoded) => Buffer.from(encoded, 'base64'))
      .refine((key) => key.length === 32, 'must be 32 bytes in base64'),
  },
  TANHUA_LOG_LEVEL: {
    description: 'The lowest level that is logged: fatal, error, warn, info, debug, trace or silent.',
    default: 'info',
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
  },
  TANHUA_BOOTSTRAP_SECRET_TOKEN: {
    description: `The integration token that the first start creates, instead of a random one. It can only use SCIM. ${BOOTSTRAP_KEY_LENGTH_MIN} characters or more.`,
    default: undefined,
    secret: true,
    schema: bootstrapKey,
  },
  TANHUA_BOOTSTRAP_API_KEY: {
    description: `An API key for the first administrator. The first start creates an API key only if this is set. ${BOOTSTRAP_KEY_LENGTH_MIN} characters or more.`,
    default: undefined,
    secret: true,
    schema: bootstrapKey,
  },
  TANHUA_BOOTSTRAP_PASSWORD: {
    description: `The password of the administrator that the first start creates, instead of a random one; ${BOOTSTRAP_PASSWORD_LENGTH_MIN} characters or more.`,
    default: undefined,
    secret: true,
    schema: z.string().min(BOOTSTRAP_PASSWORD_LENGTH_MIN),
  },
  TANHUA_BOOTSTRAP_ORGANIZATION: {
    description:
      'The name of the organization that the first start creates. Emails and pages show it. To change it later: tanhua organization rename NAME.',
    default: undefined,
    schema: z.string().trim().min(1).max(BOOTSTRAP_ORGANIZATION_LENGTH_MAX),
  },
  TANHUA_BOOTSTRAP_RULES: {
    description: 'The rules of the first integration: strict (the guide) or standard (plain RFC 7643).',
    default: 'strict',
    schema: z.enum(['strict', 'standard']),
  },
} as const satisfies Readonly<Record<string, Setting>>;

type SettingName = keyof typeof settings;

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | undefined;
  readonly dataDir: string;
  /** Undefined if the embedded database is used. */
  readonly databaseUrl: string | undefined;
  /** Databases in addition to `databaseUrl`; usually none. */
  readonly shards: readonly ShardLocation[];
  /** Undefined if commands work on the oldest organization. */
  readonly organization: string | undefined;
  readonly databaseConnections: number;
  readonly processes: number;
  /** Empty if no proxy is trusted. */
  readonly trustedProxies: readonly string[];
  readonly entra: 'auto' | 'on' | 'off';
  /** Internal networks that outgoing requests may reach; undefined if the setting is missing. */
  readonly targetsAllowed: readonly Network[] | undefined;
  readonly radius: 'auto' | 'on' | 'off';
  readonly radiusListen: readonly RadiusAddress[];
  readonly radiusApiPort: number;
  readonly radiusProbePort: number;
  /** Undefined for the name of this machine. */
  readonly radiusServerName: string | undefined;
  /** Undefined if the directory issues the certificate. */
  readonly radiusCertificatePath: string | undefined;
  readonly radiusKeyPath: string | undefined;
  /** Undefined if emails stay in the outbox. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** Undefined if the key file in the data folder is used. */
  readonly secretKey: Buffer | undefined;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  readonly bootstrapSecretToken: string | undefined;
  readonly bootstrapApiKey: string | undefined;
  readonly bootstrapPassword: string | undefined;
  /** Undefined if the organization has no name yet. */
  readonly bootstrapOrganization: string | undefined;
  readonly bootstrapRules: 'strict' | 'standard';
  /** The settings in effect, for `tanhua config`. Secrets are masked. */
  readonly shown: readonly ShownSetting[];
}

export interface ShownSetting {
  readonly name: string;
  readonly value: string | null;
  readonly source: 'environment' | 'file' | 'default';
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment once. Throws an AppError `configuration` whose message names every variable that is unknown or has an
 * invalid value.
 *
 * @example readConfig({ TANHUA_PORT: '0' }).port // 0
 */
export function readConfig(environment: Environment = process.env): Config {
  const faults = unknownNames(environment);
  const values: Partial<Record<SettingName, unknown>> = {};
  const shown: ShownSetting[] = [];
  for (const name of Object.keys(settings) as SettingName[]) {
    const setting: Setting = settings[name];
    try {
      const { raw, source } = readRaw(environment, name, setting);
      shown.push({ name, value: setting.secret && raw !== undefined ? '********' : (raw ?? null), source });
      values[name] = raw === undefined ? undefined : parse(name, setting, raw);
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (
    values.TANHUA_PROCESSES !== undefined &&
    values.TANHUA_PROCESSES !== 1 &&
    values.TANHUA_DATABASE_URL === undefined
  ) {
    faults.push(
      'TANHUA_PROCESSES is more than 1, but the embedded database is for one process: set TANHUA_DATABASE_URL.',
    );
  }
  if (values.TANHUA_SHARD_URLS !== undefined && values.TANHUA_DATABASE_URL === undefined) {
    faults.push('TANHUA_SHARD_URLS needs the database that has the catalog: set TANHUA_DATABASE_URL.');
  }
  if ((values.TANHUA_RADIUS_CERTIFICATE_PATH === undefined) !== (values.TANHUA_RADIUS_KEY_PATH === undefined)) {
    faults.push('TANHUA_RADIUS_CERTIFICATE_PATH and TANHUA_RADIUS_KEY_PATH belong together: set both or neither.');
  }
  if (faults.length > 0) throw new AppError('configuration', faults.join('\n'));
  return toConfig(values as { [Name in SettingName]: z.output<(typeof settings)[Name]['schema']> | undefined }, shown);
}

/**
 * True if npm started this process, with `npm start` or `npx tanhua start`. npm then sends SIGTERM to a shell, which does not
 * forward it to this process.
 */
export function isStartedByNpm(environment: Environment = process.env): boolean {
  return environment['npm_lifecycle_event'] !== undefined;
}

function toConfig(
  values: { [Name in SettingName]: z.output<(typeof settings)[Name]['schema']> | undefined },
  shown: readonly ShownSetting[],
): Config {
  return {
    host: values.TANHUA_HOST ?? '',
    port: values.TANHUA_PORT ?? 0,
    publicUrl: values.TANHUA_PUBLIC_URL,
    dataDir: values.TANHUA_DATA_DIR ?? '',
    databaseUrl: values.TANHUA_DATABASE_URL,
    shards: values.TANHUA_SHARD_URLS ?? [],
    organization: values.TANHUA_ORGANIZATION,
    databaseConnections: values.TANHUA_DATABASE_CONNECTIONS ?? DATABASE_CONNECTIONS_MIN,
    processes: values.TANHUA_PROCESSES ?? 1,
    trustedProxies: values.TANHUA_TRUSTED_PROXIES ?? [],
    entra: values.TANHUA_ENTRA ?? 'auto',
    targetsAllowed: values.TANHUA_TARGETS_ALLOWED,
    radius: values.TANHUA_RADIUS ?? 'auto',
    radiusListen: values.TANHUA_RADIUS_LISTEN ?? [],
    radiusApiPort: values.TANHUA_RADIUS_API_PORT ?? 0,
    radiusProbePort: values.TANHUA_RADIUS_PROBE_PORT ?? 0,
    radiusServerName: values.TANHUA_RADIUS_SERVER_NAME,
    radiusCertificatePath: values.TANHUA_RADIUS_CERTIFICATE_PATH,
    radiusKeyPath: values.TANHUA_RADIUS_KEY_PATH,
    smtpUrl: values.TANHUA_SMTP_URL,
    mailFrom: values.TANHUA_MAIL_FROM ?? '',
    secretKey: values.TANHUA_SECRET_KEY,
    logLevel: values.TANHUA_LOG_LEVEL ?? 'info',
    bootstrapSecretToken: values.TANHUA_BOOTSTRAP_SECRET_TOKEN,
    bootstrapApiKey: values.TANHUA_BOOTSTRAP_API_KEY,
    bootstrapPassword: values.TANHUA_BOOTSTRAP_PASSWORD,
    bootstrapOrganization: values.TANHUA_BOOTSTRAP_ORGANIZATION,
    bootstrapRules: values.TANHUA_BOOTSTRAP_RULES ?? 'strict',
    shown,
  };
}

function unknownNames(environment: Environment): string[] {
  const known = new Set(Object.keys(settings).flatMap((name) => [name, `${name}_FILE`]));
  return Object.keys(environment)
    .filter((name) => name.startsWith('TANHUA_') && !known.has(name))
    .map(
      (name) => `${name} is not a setting. The settings are ${Object.keys(settings).join(', ')}, each also as …_FILE.`,
    );
}

function readRaw(environment: Environment, name: SettingName, setting: Setting) {
  const direct = environment[name];
  const file = environment[`${name}_FILE`];
  if (direct !== undefined && file !== undefined) throw new Error(`${name} and ${name}_FILE are both set: keep one.`);
  if (direct !== undefined) return { raw: direct, source: 'environment' as const };
  if (file === undefined) return { raw: setting.default, source: 'default' as const };
  try {
    const text = decodeUtf8(readFileSync(file), 'The file', 'configuration');
    return { raw: text.replace(/\r?\n$/, ''), source: 'file' as const };
  } catch (error) {
    throw new Error(`${name}_FILE names a file that cannot be read: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
}

function parse(name: string, setting: Setting, raw: string): unknown {
  const result = setting.schema.safeParse(raw);
  if (result.success) return result.data;
  const reasons = result.error.issues.map((issue) => issue.message).join('; ');
  throw new Error(`${name}${setting.secret ? '' : ` is "${raw}", which`} is not valid: ${reasons}.`);
}
