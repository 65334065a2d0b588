import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Whether there is a process with this id, also one of another user. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Ends a child process, and waits until it has ended; one that has ended already is left alone. */
export async function stopChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  // Without an id it never began.
  if (child.pid === undefined || hasEnded(child)) return;
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}
