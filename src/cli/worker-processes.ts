import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { AppError } from '#base/errors.ts';
import type { Log } from '#base/log.ts';
import type { Bootstrapped } from '../bootstrap.ts';

/** The delay before a process that ended is replaced, so that a process that fails immediately is not restarted in a tight loop. */
const RESTART_DELAY_MS = 1_000;

/** What a started process reports to the primary process. */
export interface Started {
  readonly publicUrl: string;
  /** Set only for the process that created the first organization. */
  readonly bootstrapped: Bootstrapped | undefined;
}

type Message = { readonly started: Started } | { readonly failure: string };

export interface WorkerProcesses {
  readonly started: Started;
  /** Asks every process to finish its work, and resolves when the last one has ended. */
  readonly stop: () => Promise<void>;
  /** Returns the processes that have not ended, in words for the log. */
  readonly waitingFor: () => readonly string[];
  /** Kills the processes immediately, without waiting for their work. */
  readonly abandon: () => void;
}

/** True if this process is one of several workers that serve the same port. */
export function isWorkerProcess(): boolean {
  return cluster.isWorker;
}

/** Reports the result of the start to the primary process. Resolves when the message is sent. */
export async function reportStart(message: Message): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (process.send === undefined) return;
  process.send(message, () => resolve());
  await promise;
}

/**
 * Starts worker processes that serve one port together, and replaces one that ends. Resolves when all of them serve. Throws if one of
 * them cannot start.
 */
export async function startWorkerProcesses(count: number, log: Log): Promise<WorkerProcesses> {
  const workers = new Set<Worker>();
  let stopping = false;
  const stop = async () => {
    stopping = true;
    await Promise.all([...workers].map(terminate));
  };
  const fork = () => {
    const worker = cluster.fork();
    workers.add(worker);
    closeUnconfirmed(worker);
    worker.once('exit', () => workers.delete(worker));
    return worker;
  };
  const replaceWhenItEnds = (worker: Worker) => {
    worker.once('exit', (code, signal) => {
      if (stopping) return;
      log.error({ pid: worker.process.pid, code, signal }, 'a worker process ended; another one replaces it');
      setTimeout(() => {
        if (!stopping) replaceWhenItEnds(fork());
      }, RESTART_DELAY_MS);
    });
  };
  try {
    const first = Array.from({ length: count }, fork);
    const all = await Promise.all(first.map(waitForStart));
    for (const worker of first) replaceWhenItEnds(worker);
    const bootstrapped = all.find((one) => one.bootstrapped !== undefined)?.bootstrapped;
    return {
      started: { publicUrl: all[0]?.publicUrl ?? '', bootstrapped },
      stop,
      waitingFor: () => [...workers].map((worker) => `the process ${worker.process.pid ?? ''}`),
      abandon: () => {
        for (const worker of workers) worker.process.kill('SIGKILL');
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A message with which the cluster module passes a connection to a worker, or with which the worker acknowledges it. */
interface ClusterMessage {
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

/**
 * Closes the connections that a worker had not acknowledged when it ended. The cluster module keeps a connection until the worker has
 * acknowledged it. If the worker is killed before, the module loses the connection, and its client would wait forever.
 */
function closeUnconfirmed(worker: Worker): void {
  const unconfirmed = new Map<number, { readonly close: () => void }>();
  const { process: child } = worker;
  const send = child.send.bind(child) as (...all: readonly unknown[]) => boolean;
  child.send = ((message: ClusterMessage, handle?: { readonly close: () => void }, ...rest: readonly unknown[]) => {
    if (message.act === 'newconn' && message.seq !== undefined && handle !== undefined) {
      unconfirmed.set(message.seq, handle);
    }
    return send(message, handle, ...rest);
  }) as typeof child.send;
  child.on('internalMessage', ({ ack }: ClusterMessage) => {
    if (ack !== undefined) unconfirmed.delete(ack);
  });
  worker.once('exit', () => {
    for (const handle of unconfirmed.values()) handle.close();
  });
}

async function waitForStart(worker: Worker): Promise<Started> {
  const { promise, resolve, reject } = Promise.withResolvers<Started>();
  worker.once('message', (message: Message) => {
    if ('started' in message) resolve(message.started);
    else reject(new AppError('configuration', message.failure));
  });
  worker.once('exit', (code, signal) =>
    reject(
      new AppError(
        'unavailable',
        `A worker process ended with ${String(signal ?? code)} during its start: see the reason in the log above this line. If memory is short, set TANHUA_PROCESSES to a smaller number.`,
      ),
    ),
  );
  return await promise;
}

async function terminate(worker: Worker): Promise<void> {
  if (worker.isDead()) return;
  const ended = once(worker, 'exit');
  worker.process.kill('SIGTERM');
  await ended;
}
