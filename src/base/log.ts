import { pino, type Logger } from 'pino';
import type { Config } from '#base/config.ts';

export type Log = Logger;

/** Headers and fields that may hold a secret: the log shows that they were there, never what they held. */
const redactedPaths = [
  'req.headers.authorization',
  'req.headers["x-api-key"]',
  'req.headers.cookie',
  '*.password',
  '*.apiKey',
];

/** Logs JSON lines to the standard error stream: standard output belongs to the command that runs. */
export function createLog({ logLevel, processes }: Pick<Config, 'logLevel' | 'processes'>): Log {
  const destination = pino.destination({ fd: 2, sync: false });
  // A log on a full disk must not end the server: lines are lost until there is space.
  destination.on('error', () => undefined);
  return pino(
    {
      level: logLevel,
      redact: { paths: redactedPaths, censor: '********' },
      // Which of several processes wrote a line.
      base: processes > 1 ? { pid: process.pid } : null,
    },
    destination,
  );
}
