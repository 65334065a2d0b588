import { Command, Option } from 'commander';
import { compareDirectories } from '#entra/engine/compare.ts';
import {
  allowDeletes,
  pauseJob,
  requireJob,
  resetScopes,
  restartJob,
  startJob,
  type ResetScope,
} from '#entra/engine/control-job.ts';
import type { CycleState } from '#entra/application/cycle-state.ts';
import { listEscrows } from '#entra/engine/escrow-store.ts';
import { LEASE_MS } from '#entra/engine/run-job.ts';
import { runUntilNow } from '#entra/engine/run-until-now.ts';
import { TargetError } from '#entra/wire/target-client.ts';
import { AppError } from '#base/errors.ts';
import { namedApplication, namedTenant, openEntraSession, type EntraSession } from '../entra-session.ts';
import { limitOption } from '../limit-option.ts';
import { exitCodes, print, printRows, properties, type OutputOptions } from '../output.ts';
import { progressBar } from '../progress-bar.ts';
import { describeComparison } from '../comparison-text.ts';
import { exitCodeOfRun, runText } from '../run-text.ts';

interface Options extends OutputOptions {
  readonly tenant?: string;
}

type Action<More> = (session: EntraSession, jobId: string, options: Options & More) => Promise<void>;

/** Creates the command "entra cycle", which runs the provisioning cycles of an application, turns them on and off, and shows them. */
export function entraCycleCommand(): Command {
  const command = new Command('cycle').description(
    'Run and control the provisioning cycles of an enterprise application.',
  );
  const add = <More>(name: string, description: string, action: Action<More>) =>
    command
      .command(name)
      .argument('[application]', 'the application, by name or id; default: the only application')
      .description(description)
      .option('--tenant <name>', 'the tenant, by name or id; required if there are several')
      .option('--json', 'print JSON')
      .action(async (application: string | undefined, options: Options & More) => {
        await using session = await openEntraSession();
        const tenant = await namedTenant(session, options.tenant);
        const { job } = await namedApplication(session, tenant, application);
        await action(session, job.id, options);
      });
  add(
    'run',
    'Provision all pending changes now. Completes an interrupted cycle first, and runs another one if more has changed since. Waits while another process runs a cycle.',
    run,
  );
  add(
    'start',
    'Turn provisioning on: the server runs a cycle every 40 minutes, or at the interval that is set.',
    start,
  );
  add('pause', 'Turn provisioning off: no further cycle begins, but a running cycle is completed.', pause);
  add<{ reset: string }>(
    'restart',
    'Restart provisioning, by default with an initial cycle, and turn it on. A running server begins the cycle immediately; without a server, run "tanhua entra cycle run".',
    restart,
  ).addOption(
    new Option(
      '--reset <scopes>',
      `the state to discard: one or more of ${resetScopes.join(', ')}, separated by commas`,
    ).default('QuarantineState,Watermark,Escrows'),
  );
  add(
    'status',
    'Show the state of the job: its current and last cycle, the reason of a quarantine, and the next run.',
    status,
  );
  add('allow-deletes', 'Allow the deletions that the accidental deletion threshold holds back.', allow);
  add<{ limit: number }>(
    'escrows',
    'List the objects that failed, and the time of the next attempt.',
    escrows,
  ).addOption(limitOption());
  add('compare', 'Compare the target with the tenant, attribute by attribute. Exits with 1 if they differ.', compare);
  return command;
}

const waitingText = `Waiting for another process, which is running a cycle of the job, or crashed during one within the last ${LEASE_MS / 1000} seconds.`;

const run: Action<object> = async ({ engine }, jobId, options) => {
  let stopping = false;
  const stop = () => {
    stopping = true;
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  using bar = progressBar();
  try {
    const end = await runUntilNow(engine, jobId, {
      isStopping: () => stopping,
      onProgress: (state: CycleState) => bar.show(barOf(state)),
      onWaiting: () => bar.finish(waitingText),
    });
    bar.end();
    print(options, end, runText(end));
    process.exitCode = exitCodeOfRun(end);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
};

function barOf({ kind, phase, done, total, counts }: CycleState) {
  const text = `${kind} cycle, ${phase}: ${counts.created} created, ${counts.updated} updated, ${counts.failed} failed`;
  return { text, done, of: total };
}

const start: Action<object> = async ({ engine }, jobId, options) => {
  await startJob(engine, jobId);
  print(options, await requireJob(engine.database, jobId), 'Provisioning is on.');
};

const pause: Action<object> = async ({ engine }, jobId, options) => {
  await pauseJob(engine, jobId);
  print(options, await requireJob(engine.database, jobId), 'Provisioning is off. A running cycle is completed.');
};

const restart: Action<{ reset: string }> = async ({ engine }, jobId, options) => {
  await restartJob(engine, jobId, readScopes(options.reset));
  const job = await requireJob(engine.database, jobId);
  const next = job.watermark === null ? 'an initial one' : 'an incremental one';
  print(options, job, `Provisioning is on. The next cycle is ${next}.`);
};

function readScopes(text: string): ReadonlySet<ResetScope> {
  const names = text.split(',').map((name) => name.trim());
  return new Set(
    names.map((name) => {
      const scope = resetScopes.find((one) => one.toLowerCase() === name.toLowerCase());
      if (scope !== undefined) return scope;
      throw new AppError(
        'usage',
        `--reset contains ${JSON.stringify(name)}: give one or more of ${resetScopes.join(', ')}, separated by commas.`,
      );
    }),
  );
}

const status: Action<object> = async ({ engine }, jobId, options) => {
  const job = await requireJob(engine.database, jobId);
  const { code, quarantine, lastExecution, synchronizedEntryCountByType } = job.status;
  const cycle = job.cycle;
  const shown = {
    job: job.id,
    schedule: `${job.scheduleState}, every ${intervalText(job.intervalMs)}`,
    status: code,
    nextRun: job.nextRunAt,
    cycle: cycle === null ? null : cycleText(cycle),
    quarantine: quarantine === null ? null : `${quarantine.reason}: ${quarantine.error?.message ?? ''}`,
    lastCycle: lastExecution === null ? null : `${lastExecution.state}, ended ${lastExecution.timeEnded}`,
    lastExports: lastExecution?.countExported ?? null,
    ...Object.fromEntries(synchronizedEntryCountByType.map(({ key, value }) => [key, value])),
  };
  print(options, job, properties(shown));
};

/** Describes the progress of a cycle. Only an initial cycle has a known total: two steps for each user and group of the tenant. */
function cycleText({ kind, phase, done, total }: CycleState): string {
  const progress =
    kind === 'initial' ? `${done} of ${total} steps (two for each user and group)` : `${done} steps done`;
  return `${kind}, at ${phase}: ${progress}`;
}

/** Returns an interval in words, such as "40 minutes" or "90 seconds". */
function intervalText(ms: number): string {
  const [count, unit] = ms % 60_000 === 0 ? [ms / 60_000, 'minute'] : [ms / 1000, 'second'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

const allow: Action<object> = async ({ engine }, jobId, options) => {
  await allowDeletes(engine, jobId);
  print(
    options,
    await requireJob(engine.database, jobId),
    'The next cycle performs the deletions that were held back.',
  );
};

const escrows: Action<{ limit: number }> = async ({ engine }, jobId, options) => {
  const rows = await listEscrows(engine.database, jobId, options.limit);
  const columns = ['type', 'sourceId', 'stage', 'errorCode', 'attempts', 'nextAt', 'reason'];
  printRows(
    options,
    rows.map((row) => ({ ...row })),
    columns,
    'No object has failed.',
  );
};

const compare: Action<object> = async ({ engine }, jobId, options) => {
  using bar = progressBar();
  const onProgress = (compared: number) => bar.show({ text: 'comparing', done: compared, of: undefined });
  const comparison = await compareDirectories(engine, jobId, { onProgress }).catch((error: unknown) => {
    if (error instanceof TargetError) throw new AppError('targetUnavailable', error.message, { cause: error });
    throw error;
  });
  bar.end();
  print(options, comparison, describeComparison(comparison));
  if (comparison.total > 0) process.exitCode = exitCodes.failure;
};
