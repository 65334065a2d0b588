import { Command } from 'commander';
import { readConfig, type Config } from '#base/config.ts';
import { createLog, type Log } from '#base/log.ts';
import { startApp } from '../../app.ts';
import { exitCodes, print, type OutputOptions } from '../output.ts';
import { consoleUrl, startBanner, tenantUrl } from '../start-banner.ts';
import { STOP_MAX_MS, stopOnSignal, stopWithin, whenStarted, type Stoppable } from '../stop-on-signal.ts';
import { describeTopLevelError } from '../top-level-error.ts';
import { isWorkerProcess, reportStart, startWorkerProcesses, type Started } from '../worker-processes.ts';

/** A worker stops waiting this many milliseconds before the primary process does, so that it can still log what it was waiting for. */
const WORKER_MS = 500;

/**
 * The only log line about a disk that did not store a change. Requests that were waiting for the disk have already received an error that
 * says that their change may or may not have been stored.
 */
const UNSAFE_TEXT =
  'the disk did not store a change, and the process ends so that it can be restarted. Check the disk of';

export function startCommand(): Command {
  return new Command('start')
    .description(
      'Start the directory. The first start creates an organization, an administrator and an integration token.',
    )
    .option('--json', 'print the URLs, and the secrets of the first start, as one line of JSON')
    .action(async (options: OutputOptions) => {
      const config = readConfig();
      if (isWorkerProcess()) await serveAsWorker(config);
      else await serve(config, options);
    });
}

interface Server extends Stoppable {
  readonly started: Started;
}

async function serve(config: Config, options: OutputOptions): Promise<void> {
  const log = createLog(config);
  const { processes } = config;
  const starting = afterSignals(async (): Promise<Server> =>
    processes === 1 ? await startAlone(config, log) : await startWorkerProcesses(processes, log),
  );
  const removeListeners = stopOnSignal(whenStarted(starting), { log });
  starting.catch(removeListeners);
  const server = await starting;
  const isPublicUrlConfigured = config.publicUrl !== undefined;
  const started = { ...server.started, isPublicUrlConfigured };
  const state = startedState(started);
  if (options.json === true) console.log(JSON.stringify(state));
  else print(options, state, startBanner(started));
}

/** Calls `start` after the caller has installed the signal handlers. Parts of `start` are synchronous and would delay the handlers. */
async function afterSignals<Result>(start: () => Promise<Result>): Promise<Result> {
  await Promise.resolve();
  return await start();
}

async function startAlone(config: Config, log: Log): Promise<Server> {
  const app = await startApp(config, log);
  let hasFailed = false;
  void app.unsafe.then(async (reason) => {
    hasFailed = true;
    log.fatal({ err: reason }, `${UNSAFE_TEXT} ${config.dataDir}`);
    await stopWithin(app, { log });
    process.exit(exitCodes.failure);
  });
  return { ...app, started: app, hasFailed: () => hasFailed };
}

/** Starts one of several worker processes. The primary process prints the URLs and secrets. */
async function serveAsWorker(config: Config): Promise<void> {
  try {
    const log = createLog(config);
    const starting = afterSignals(() => startApp(config, log));
    stopOnSignal(whenStarted(starting), { log, maxMs: STOP_MAX_MS - WORKER_MS });
    const { publicUrl, bootstrapped } = await starting;
    await reportStart({ started: { publicUrl, bootstrapped } });
  } catch (error) {
    const failure = describeTopLevelError(error);
    createLog(config).error({ err: error }, failure);
    await reportStart({ failure });
    // The primary process replaces this worker, except during the first start of the workers.
    process.exit(exitCodes.failure);
  }
}

function startedState({ bootstrapped, ...place }: Parameters<typeof startBanner>[0]) {
  const { publicUrl } = place;
  return {
    url: publicUrl,
    consoleUrl: consoleUrl(place),
    tenantUrl: tenantUrl(publicUrl),
    ...(bootstrapped && {
      secretToken: bootstrapped.secretToken,
      administrator: bootstrapped.administrator,
      password: bootstrapped.password,
    }),
  };
}
