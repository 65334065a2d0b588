/** An address and a UDP port on which the engine listens. */
export interface ListenAddress {
  /** An IPv4 or IPv6 address; 0.0.0.0 or :: for all addresses of the machine. */
  readonly address: string;
  /** The port for authentication; accounting uses the next port. */
  readonly port: number;
}

/** The files with which the engine proves its name to devices (EAP-TTLS). All paths are absolute. */
export interface EngineCertificate {
  /** The server's certificate and the ones between it and the root, in PEM. */
  readonly certificateFile: string;
  readonly keyFile: string;
  /** True if the key is encrypted with the passphrase in the environment variable `engineEnvironment.keyPassphrase`. */
  readonly isKeyEncrypted: boolean;
}

/** Everything that the engine's configuration depends on. Clients, secrets and users are not in it: the policy API answers for them. */
export interface EngineSettings {
  /** The absolute path of the folder for the configuration and the files of the running engine. */
  readonly folder: string;
  readonly listen: readonly ListenAddress[];
  /** The port of the policy API on 127.0.0.1. */
  readonly apiPort: number;
  /** The port on 127.0.0.1 on which the engine answers only the supervisor and `tanhua radius test`. */
  readonly probePort: number;
  readonly certificate: EngineCertificate;
  /** Seconds by which a refusal is delayed, which slows down guessing. */
  readonly rejectDelaySeconds: number;
  /** Seconds for which the engine remembers a client and its secret. */
  readonly clientLifetimeSeconds: number;
}

/** The environment variables of the engine, which keep secrets out of its files. */
export const engineEnvironment = {
  token: 'TANHUA_RADIUS_TOKEN',
  probeSecret: 'TANHUA_RADIUS_PROBE_SECRET',
  keyPassphrase: 'TANHUA_RADIUS_KEY_PASSPHRASE',
} as const;

/** One second: the value that FreeRADIUS recommends. */
export const REJECT_DELAY_SECONDS = 1;

/** The engine waits this number of seconds for an answer about a password. Access points send a request again after 3 to 5 seconds. */
export const AUTHENTICATE_TIMEOUT_SECONDS = 6;

/** The addresses of Debian's packages, which the engine needs besides its own folder. */
export const ENGINE_LIBRARIES = '/usr/lib/freeradius';
export const ENGINE_DICTIONARIES = '/usr/share/freeradius';
