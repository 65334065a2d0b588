import { Command } from 'commander';
import { systemClock, type Clock } from '#base/clock.ts';
import { readConfig, type Config } from '#base/config.ts';
import { createLog, type Log } from '#base/log.ts';
import { lazySecretBox, loadSecretKey } from '#base/secret-box.ts';
import { isRadiusOn } from '#radius/radius-mode.ts';
import { certificateWarning } from '#radius/certificates/certificate-warnings.ts';
import { prepareEngine } from '#radius/engine/prepare-engine.ts';
import { EngineSupervisor } from '#radius/engine/supervisor.ts';
import { runProgram } from '#radius/setup/run-program.ts';
import { checkInstallation } from '#radius/setup/setup-checks.ts';
import { AppError } from '#base/errors.ts';
import { stopOnSignal, whenStarted, type Stoppable } from '../stop-on-signal.ts';

/** How often the certificate is renewed or read again. A new one replaces the engine. */
const CERTIFICATE_CHECK_MS = 60 * 60 * 1_000;

export function radiusRunCommand(): Command {
  return new Command('run')
    .description(
      'Run the RADIUS engine until the command is stopped: write its configuration, start it, and replace it when it ends or hangs.',
    )
    .action(async () => {
      const config = readConfig();
      const log = createLog({ ...config, processes: 1 });
      const starting = startSupervised(config, log, systemClock);
      const removeListeners = stopOnSignal(whenStarted(starting), { log });
      starting.catch(removeListeners);
      await starting;
    });
}

/** Starts the engine under a supervisor, which also renews the certificate. */
async function startSupervised(config: Config, log: Log, clock: Clock): Promise<Stoppable> {
  await requireInstallation();
  const deps = { clock, secrets: lazySecretBox(() => loadSecretKey(config)) };
  let engine = await prepareEngine(config, deps);
  const supervisor = new EngineSupervisor(engine.settings, { environment: engine.environment, log });
  await supervisor.start();
  if (!isRadiusOn(config)) log.warn('TANHUA_RADIUS is off, so the server will not answer: remove this setting');
  const { listen } = engine.settings;
  log.info({ pid: supervisor.pid, listen, names: engine.prepared.names }, 'the RADIUS engine is ready');
  const warnings = new CertificateLog(log, clock);
  warnings.check(engine.prepared.notAfter);
  const timer = setInterval(() => {
    const renew = async () => {
      const next = await prepareEngine(config, deps);
      if (next.prepared.fingerprint !== engine.prepared.fingerprint) {
        await supervisor.apply(next.settings, next.environment);
        log.info({ pid: supervisor.pid }, 'the RADIUS engine uses a new certificate');
      }
      engine = next;
      warnings.check(next.prepared.notAfter);
    };
    renew().catch((error: unknown) => log.error({ err: error }, 'the certificate for RADIUS was not renewed'));
  }, CERTIFICATE_CHECK_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await supervisor.stop();
    },
    waitingFor: () => ['the RADIUS engine'],
    abandon: () => supervisor.abandon(),
  };
}

async function requireInstallation(): Promise<void> {
  const findings = await checkInstallation({ run: runProgram, uid: process.getuid?.() ?? -1 });
  const faults = findings.filter(({ status }) => status === 'fault');
  if (faults.length === 0) return;
  throw new AppError('configuration', faults.map(({ check, detail }) => `${check}: ${detail}.`).join('\n'));
}

/** Logs each warning about the certificate once. */
class CertificateLog {
  readonly #log: Pick<Log, 'warn' | 'error'>;
  readonly #clock: Clock;
  #reached: number | undefined;

  constructor(log: Pick<Log, 'warn' | 'error'>, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  check(notAfter: Date): void {
    const warning = certificateWarning(notAfter, this.#clock.now());
    if (warning?.reached === this.#reached) return;
    this.#reached = warning?.reached;
    if (warning === undefined) return;
    const fields = { daysLeft: warning.daysLeft, notAfter };
    if (warning.daysLeft === 0)
      this.#log.error(fields, 'the certificate for RADIUS has expired: devices cannot connect');
    else this.#log.warn(fields, 'the certificate for RADIUS expires soon: replace it, or devices cannot connect');
  }
}
