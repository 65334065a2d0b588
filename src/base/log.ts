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
export function createLog(config: Pick<Config, 'logLevel'>): Log {
  return pino(
    { level: config.logLevel, redact: { paths: redactedPaths, censor: '********' }, base: null },
    pino.destination({ fd: 2, sync: false }),
  );
}
