import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

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
