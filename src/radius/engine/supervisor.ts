import type { Log } from '#base/log.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import { exchange } from '../client/radius-exchange.ts';
import { radiusCodes } from '../client/radius-packet.ts';
import { engineEnvironment, type EngineSettings } from './engine-settings.ts';
import { startEngine, type EngineEnd, type EngineProcess } from './engine-process.ts';
import { writeAndCheck, writeEngineFiles, type EngineEnvironment } from './write-config.ts';

/** How often, how long and how patiently the supervisor checks the engine. All times are in milliseconds. */
export interface SupervisorTimes {
  readonly probeEveryMs: number;
  readonly probeTimeoutMs: number;
  /**
   * The number of missed answers in a row after which the engine is replaced. While the directory does not answer, all threads of the
   * engine can wait for it for six seconds, which a new engine would not change.
   */
  readonly missesMax: number;
  /** The first pause before a restart; it doubles with each one, up to `backoffMaxMs`. */
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  /** An engine that worked for this long restarts without a longer pause. */
  readonly healthyMs: number;
  /** How long an engine may take to end before it is killed. */
  readonly endMaxMs: number;
}

export const supervisorTimes: SupervisorTimes = {
  probeEveryMs: 5_000,
  probeTimeoutMs: 2_000,
  missesMax: 3,
  backoffMs: 100,
  backoffMaxMs: 30_000,
  healthyMs: 60_000,
  endMaxMs: 2_000,
};

export interface SupervisorOptions {
  /** The environment of the engine, with the secrets of `engineEnvironment`. */
  readonly environment: EngineEnvironment;
  readonly log: Pick<Log, 'debug' | 'info' | 'warn' | 'error'>;
  readonly times?: SupervisorTimes;
  readonly timer?: Timer;
}

/**
 * Keeps one engine running: starts it, asks it for its status, and replaces it when it ends or does not answer.
 *
 * @example
 * const supervisor = new EngineSupervisor(settings, { environment, log });
 * await supervisor.start();
 * await supervisor.stop();
 */
export class EngineSupervisor {
  #settings: EngineSettings;
  readonly #options: SupervisorOptions;
  readonly #times: SupervisorTimes;
  readonly #timer: Timer;
  readonly #stopping = new AbortController();
  #environment: EngineEnvironment;
  #engine: EngineProcess | undefined;
  #running: Promise<void> | undefined;
  /** Set while an engine ends because another configuration replaces it, so that its end is not a failure. Resolves when the next is ready. */
  #replacing: PromiseWithResolvers<void> | undefined;
  #starts = 0;

  constructor(settings: EngineSettings, options: SupervisorOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#environment = options.environment;
    this.#times = options.times ?? supervisorTimes;
    this.#timer = options.timer ?? systemTimer;
  }

  /** The process id of the running engine; undefined while none runs. */
  get pid(): number | undefined {
    return this.#engine?.pid;
  }

  /** The number of engines that were started. */
  get starts(): number {
    return this.#starts;
  }

  /**
   * Writes and checks the configuration, and starts the engine. Resolves when it answers.
   *
   * Rejects with `configuration` if FreeRADIUS is missing or rejects the configuration, or if the engine ends at once, usually because a
   * port is in use.
   */
  async start(): Promise<void> {
    await writeAndCheck(this.#settings, this.#environment);
    const engine = await this.#startOne();
    await engine.ready;
    this.#running = this.#keepRunning(engine);
  }

  /**
   * Replaces the engine by one with another configuration, which is written and checked first: if FreeRADIUS rejects it, the old engine keeps
   * running. FreeRADIUS cannot share its ports, so that no engine listens for about a tenth of a second. Clients send packets from this time
   * again; conversations of EAP that are under way start again.
   */
  async apply(settings: EngineSettings, environment: EngineEnvironment = this.#environment): Promise<void> {
    const checked = { ...settings, folder: `${settings.folder}.next` };
    await writeAndCheck(checked, environment);
    writeEngineFiles(settings);
    this.#settings = settings;
    this.#environment = environment;
    const old = this.#engine;
    // Without an engine, the next start uses the new configuration.
    if (old === undefined) return;
    this.#replacing = Promise.withResolvers();
    const { promise } = this.#replacing;
    await this.#end(old);
    await promise;
  }

  /** Ends the engine, with SIGKILL if it does not end in time. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#engine !== undefined) await this.#end(this.#engine);
    await this.#running;
  }

  /** Kills the engine at once, so that it does not outlive this process. */
  abandon(): void {
    this.#engine?.kill('SIGKILL');
  }

  async #startOne(): Promise<EngineProcess> {
    this.#starts += 1;
    this.#engine = await startEngine(this.#settings.folder, this.#environment, this.#options.log);
    return this.#engine;
  }

  async #keepRunning(first: EngineProcess): Promise<void> {
    let engine: EngineProcess | undefined = first;
    let pauseMs = this.#times.backoffMs;
    while (engine !== undefined) {
      const startedMs = this.#timer.nowMs();
      const end = await this.#watch(engine);
      this.#engine = undefined;
      if (this.#timer.nowMs() - startedMs >= this.#times.healthyMs) pauseMs = this.#times.backoffMs;
      if (this.#replacing === undefined && !this.#stopping.signal.aborted) {
        this.#options.log.error({ ...end, pauseMs }, 'the RADIUS engine ended: it is started again');
        await this.#pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, this.#times.backoffMaxMs);
      }
      engine = await this.#startNext(() => (pauseMs = Math.min(pauseMs * 2, this.#times.backoffMaxMs)));
    }
  }

  /** Starts an engine, and tries again after a failure, such as a program that is being updated. Returns undefined when the supervisor stops. */
  async #startNext(nextPauseMs: () => number): Promise<EngineProcess | undefined> {
    while (!this.#stopping.signal.aborted) {
      try {
        const engine = await this.#startOne();
        if (this.#stopping.signal.aborted) engine.kill('SIGKILL');
        this.#replacing?.resolve(engine.ready);
        this.#replacing = undefined;
        return engine;
      } catch (error) {
        this.#replacing?.reject(error);
        this.#replacing = undefined;
        this.#options.log.error({ err: error }, 'the RADIUS engine cannot be started');
        await this.#pause(nextPauseMs());
      }
    }
    this.#replacing?.resolve();
    return undefined;
  }

  /** Asks the engine for its status until it ends, and kills it if it does not answer. */
  async #watch(engine: EngineProcess): Promise<EngineEnd> {
    const watching = new AbortController();
    const signal = AbortSignal.any([watching.signal, this.#stopping.signal]);
    void this.#probe(engine, signal);
    try {
      return await engine.ended;
    } finally {
      watching.abort();
    }
  }

  async #probe(engine: EngineProcess, signal: AbortSignal): Promise<void> {
    let misses = 0;
    while (await this.#pause(this.#times.probeEveryMs, signal)) {
      const answered = await isAnswering(this.#settings.probePort, this.#environment, this.#times.probeTimeoutMs);
      misses = answered || signal.aborted ? 0 : misses + 1;
      if (misses >= this.#times.missesMax) {
        this.#options.log.error({ engine: engine.pid, misses }, 'the RADIUS engine does not answer: it is replaced');
        engine.kill('SIGKILL');
        return;
      }
    }
  }

  async #end(engine: EngineProcess): Promise<void> {
    engine.kill('SIGTERM');
    const waiting = new AbortController();
    void this.#killLater(engine, waiting.signal);
    await engine.ended;
    waiting.abort();
  }

  /** A suspended or hanging engine ignores SIGTERM. */
  async #killLater(engine: EngineProcess, signal: AbortSignal): Promise<void> {
    if (await this.#pause(this.#times.endMaxMs, signal)) engine.kill('SIGKILL');
  }

  /** Returns false if the wait was interrupted. */
  async #pause(ms: number, signal: AbortSignal = this.#stopping.signal): Promise<boolean> {
    return await this.#timer.sleep(ms, signal).then(
      () => true,
      () => false,
    );
  }
}

/** True if the engine answers a Status-Server packet (RFC 5997) on its probe port. */
export async function isAnswering(
  probePort: number,
  environment: EngineEnvironment,
  timeoutMs: number = supervisorTimes.probeTimeoutMs,
): Promise<boolean> {
  const secret = environment[engineEnvironment.probeSecret] ?? '';
  const target = { address: '127.0.0.1', port: probePort, secret };
  const result = await exchange(target, radiusCodes.statusServer, () => [], { timeoutMs });
  return result.kind === 'reply';
}
