import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { AppError } from '#base/errors.ts';
import type { Log } from '#base/log.ts';
import type { Bootstrapped } from '../bootstrap.ts';

/** How long a process that ended has to wait for its successor: one that cannot run must not be started all the time. */
const RESTART_DELAY_MS = 1_000;

/** What a started process tells. */
export interface Started {
  readonly publicUrl: string;
  /** Set in the one process that made the first organization. */
  readonly bootstrapped: Bootstrapped | undefined;
}

type Message = { readonly started: Started } | { readonly failure: string };

export interface WorkerProcesses {
  readonly started: Started;
  /** Has every process finish what it does, and waits for the last of them. */
  readonly stop: () => Promise<void>;
  /** The processes that have not ended. */
  readonly waitingFor: () => readonly string[];
  /** Kills them. */
  readonly abandon: () => void;
}

/** Whether this process is one of several that serve the same port. */
export function isWorkerProcess(): boolean {
  return cluster.isWorker;
}

/** Tells the first process how the start went; resolves when the message is sent. */
export async function reportStart(message: Message): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (process.send === undefined) return;
  process.send(message, () => resolve());
  await promise;
}

/**
 * Starts processes that serve one port together; one that ends is replaced. Resolves when all of them serve. Throws when
 * one of them cannot start.
 */
export async function startWorkerProcesses(count: number, log: Log): Promise<WorkerProcesses> {
  const workers = new Set<Worker>();
  let stopping = false;
  const stop = async () => {
    stopping = true;
    await Promise.all([...workers].map(endOf));
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
      log.error({ pid: worker.process.pid, code, signal }, 'a process ended, and another one takes its place');
      setTimeout(() => {
        if (!stopping) replaceWhenItEnds(fork());
      }, RESTART_DELAY_MS);
    });
  };
  try {
    const first = Array.from({ length: count }, fork);
    const all = await Promise.all(first.map(startOf));
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

/** What the cluster module sends to a worker with a connection, and the worker's answer to it. */
interface ClusterMessage {
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

/**
 * Closes the connections that were on their way to a worker when it ended. The cluster module keeps them until the worker has
 * confirmed them, and forgets them with a worker that is killed before: their clients would wait for ever.
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

async function startOf(worker: Worker): Promise<Started> {
  const { promise, resolve, reject } = Promise.withResolvers<Started>();
  worker.once('message', (message: Message) => {
    if ('started' in message) resolve(message.started);
    else reject(new AppError('configuration', message.failure));
  });
  worker.once('exit', (code, signal) =>
    reject(
      new AppError(
        'unavailable',
        `A worker process ended with ${String(signal ?? code)} before it served: the log before this line has the reason; set TANHUA_PROCESSES to fewer processes if memory is short.`,
      ),
    ),
  );
  return await promise;
}

async function endOf(worker: Worker): Promise<void> {
  if (worker.isDead()) return;
  const ended = once(worker, 'exit');
  worker.process.kill('SIGTERM');
  await ended;
}
