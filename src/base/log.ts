import { pino, type Logger } from 'pino';
import type { Config } from '#base/config.ts';

export type Log = Logger;

/** Headers and fields that may contain a secret. The log shows that they were present, but never their values. */
const redactedPaths = [
  'req.headers.authorization',
  'req.headers["x-api-key"]',
  'req.headers.cookie',
  '*.password',
  '*.apiKey',
];

/** Creates a log that writes JSON lines to standard error, since standard output is for the output of the command. */
export function createLog({ logLevel, processes }: Pick<Config, 'logLevel' | 'processes'>): Log {
  const destination = pino.destination({ fd: 2, sync: false });
  // A full disk must not stop the server: lines are lost until there is space again.
  destination.on('error', () => undefined);
  return pino(
    {
      level: logLevel,
      redact: { paths: redactedPaths, censor: '********' },
      // Shows which of several processes wrote a line.
      base: processes > 1 ? { pid: process.pid } : null,
    },
    destination,
  );
}
