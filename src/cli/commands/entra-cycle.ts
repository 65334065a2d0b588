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

/** Provisioning cycles of an application: run one now, switch them on and off, look at them. */
export function entraCycleCommand(): Command {
  const command = new Command('cycle').description('Provisioning cycles of an enterprise application.');
  const add = <More>(name: string, description: string, action: Action<More>) =>
    command
      .command(name)
      .argument('[application]', 'name or id; without it the only one')
      .description(description)
      .option('--tenant <name>', 'the tenant, where there are several')
      .option('--json', 'print JSON')
      .action(async (application: string | undefined, options: Options & More) => {
        await using session = await openEntraSession();
        const tenant = await namedTenant(session, options.tenant);
        const { job } = await namedApplication(session, tenant, application);
        await action(session, job.id, options);
      });
  add(
    'run',
    'Run the cycle of a job: completes one that was left, and runs another if more has changed since; waits for a cycle in another process.',
    run,
  );
  add('start', 'Switch provisioning on: the server runs a cycle every 40 minutes, or as often as is set.', start);
  add('pause', 'Switch provisioning off: no further cycle begins; one that is under way is still completed.', pause);
  add<{ reset: string }>(
    'restart',
    'Begin anew with an initial cycle. Switches provisioning on: a running server begins the cycle at once; without one, "cycle run" does.',
    restart,
  ).addOption(
    new Option('--reset <scopes>', `what is forgotten: ${resetScopes.join(', ')}; several with commas`).default(
      'QuarantineState,Watermark,Escrows',
    ),
  );
  add('status', 'Show what the job did last, and what it waits for.', status);
  add('allow-deletes', 'Let the deletes through that the threshold for accidental deletions holds back.', allow);
  add<{ limit: number }>('escrows', 'List what failed, and when it is tried again.', escrows).addOption(limitOption());
  add('compare', 'Compare the target with the source, attribute by attribute.', compare);
  return command;
}

const waitingText = `Waiting for another process, which runs a cycle of the job, or died in the last ${LEASE_MS / 1000} seconds while it ran one.`;

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
  print(
    options,
    await requireJob(engine.database, jobId),
    'Provisioning is off. A cycle that is under way is still completed.',
  );
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
      throw new AppError('usage', `${JSON.stringify(name)} is no scope of a restart: use ${resetScopes.join(', ')}.`);
    }),
  );
}

const status: Action<object> = async ({ engine }, jobId, options) => {
  const job = await requireJob(engine.database, jobId);
  const { code, quarantine, lastExecution, synchronizedEntryCountByType } = job.status;
  const cycle = job.cycle;
  const shown = {
    job: job.id,
    schedule: `${job.scheduleState}, every ${spelledInterval(job.intervalMs)}`,
    status: code,
    nextRun: job.nextRunAt,
    cycle: cycle === null ? null : toldCycle(cycle),
    quarantine: quarantine === null ? null : `${quarantine.reason}: ${quarantine.error?.message ?? ''}`,
    lastCycle: lastExecution === null ? null : `${lastExecution.state}, ended ${lastExecution.timeEnded}`,
    lastExports: lastExecution?.countExported ?? null,
    ...Object.fromEntries(synchronizedEntryCountByType.map(({ key, value }) => [key, value])),
  };
  print(options, job, properties(shown));
};

/** An initial cycle knows beforehand how many steps it takes: two for each user and each group of the tenant. */
function toldCycle({ kind, phase, done, total }: CycleState): string {
  const looked = kind === 'initial' ? `${done} of ${total} steps (two for each user and group)` : `${done} steps done`;
  return `${kind}, at ${phase}: ${looked}`;
}

/** 40 minutes, or 90 seconds. */
function spelledInterval(ms: number): string {
  const [count, unit] = ms % 60_000 === 0 ? [ms / 60_000, 'minute'] : [ms / 1000, 'second'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

const allow: Action<object> = async ({ engine }, jobId, options) => {
  await allowDeletes(engine, jobId);
  print(options, await requireJob(engine.database, jobId), 'The next cycle does the deletes that wait.');
};

const escrows: Action<{ limit: number }> = async ({ engine }, jobId, options) => {
  const rows = await listEscrows(engine.database, jobId, options.limit);
  const columns = ['type', 'sourceId', 'stage', 'errorCode', 'attempts', 'nextAt', 'reason'];
  printRows(
    options,
    rows.map((row) => ({ ...row })),
    columns,
    'Nothing failed.',
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
