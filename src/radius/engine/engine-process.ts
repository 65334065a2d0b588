import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { AppError } from '#base/errors.ts';
import type { Log } from '#base/log.ts';
import { missingEngine, engineArguments, ENGINE_PROGRAM, type EngineEnvironment } from './write-config.ts';
import { readEngineLog } from './engine-log.ts';

/** How the engine ended. */
export interface EngineEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running engine. */
export interface EngineProcess {
  readonly pid: number;
  /** Resolves when the engine answers packets. Rejects with `configuration` and the engine's own words if it ends before. */
  readonly ready: Promise<void>;
  readonly ended: Promise<EngineEnd>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** Ends the engine when this process ends, even with SIGKILL: an engine without a supervisor would keep the ports. Part of util-linux. */
const SETPRIV = '/usr/bin/setpriv';

function engineCommand(folder: string): readonly [string, ...string[]] {
  const command = [ENGINE_PROGRAM, ...engineArguments(folder), '-f', '-l', 'stdout'] as const;
  return existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', ...command] : command;
}

/** The line with which FreeRADIUS says that all ports are open. */
const READY = 'Ready to process requests';

/**
 * Starts the engine in the foreground, as a child process, and writes its lines to the log with their levels.
 *
 * Rejects with `configuration` if FreeRADIUS is not installed.
 *
 * @param folder the folder of the configuration
 * @param environment the complete environment of the engine
 */
export async function startEngine(
  folder: string,
  environment: EngineEnvironment,
  log: Pick<Log, 'debug' | 'info' | 'warn' | 'error'>,
): Promise<EngineProcess> {
  const [program, ...args] = engineCommand(folder);
  const child = spawn(program, args, {
    env: { ...environment },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const spawned = Promise.withResolvers<void>();
  child.once('spawn', spawned.resolve);
  child.once('error', (error: NodeJS.ErrnoException) =>
    spawned.reject(error.code === 'ENOENT' ? missingEngine() : error),
  );
  const ready = Promise.withResolvers<void>();
  // The caller may not wait for this one.
  ready.promise.catch(() => undefined);
  const ended = Promise.withResolvers<EngineEnd>();
  let lastFault = 'it gave no reason';
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      const read = readEngineLog(line);
      if (read === undefined) return;
      if (read.text.includes(READY)) ready.resolve();
      if (read.level === 'error') lastFault = read.text;
      log[read.level]({ engine: child.pid }, read.text);
    });
  }
  child.once('close', (code, signal) => {
    ended.resolve({ code, signal });
    ready.reject(
      new AppError(
        'configuration',
        `FreeRADIUS ended before it was ready: ${lastFault}. If a port is in use, stop the program that uses it ("systemctl disable --now freeradius" for the service of the package), or set TANHUA_RADIUS_LISTEN or TANHUA_RADIUS_PROBE_PORT.`,
      ),
    );
  });
  await spawned.promise;
  return {
    pid: child.pid ?? 0,
    ready: ready.promise,
    ended: ended.promise,
    kill: (signal) => void child.kill(signal),
  };
}
