import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The processes that this process started and that have not ended, each with the id to signal: that of its group, or its own. */
const running = new Map<ChildProcess, number>();
process.once('exit', killRemaining);

/**
 * Makes sure that a child process ends with the test file, even if the test fails or exceeds its time: `end-processes.ts` ends those that
 * are still running. Pass the result of every `spawn`, and `isGroup` for one with the option `detached`.
 *
 * @example
 * const child = endWithFile(spawn(process.execPath, args));
 */
export function endWithFile<Child extends ChildProcess>(child: Child, { isGroup = false } = {}): Child {
  // A child process without an id was never started.
  if (child.pid === undefined) return child;
  running.set(child, isGroup ? -child.pid : child.pid);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Kills the processes of `endWithFile` that are still running, and waits until they have ended. */
export async function endRemaining(): Promise<void> {
  const ended = [...running.keys()].map((child) => once(child, 'exit'));
  killRemaining();
  await Promise.all(ended);
}

function killRemaining(): void {
  for (const id of running.values()) {
    try {
      process.kill(id, 'SIGKILL');
    } catch {
      // The process has already ended.
    }
  }
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** True if a process with this id exists, including processes of other users. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Sends the signal to a child process and waits until it has ended. Does nothing if it has already ended. */
export async function stopChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  // A child process without an id was never started.
  if (child.pid === undefined || hasEnded(child)) return;
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}
