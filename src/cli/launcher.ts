import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { isStartedByNpm } from '#base/config.ts';

/** The interval, in milliseconds, at which a server that npm started checks whether npm is still running. */
const POLL_MS = 500;

/**
 * Calls `stop` when the launcher of this process has ended, even after a SIGKILL, because the launcher can then no longer forward the
 * signals that stop the server. The launcher is npm, or `bin/tanhua.mjs` on a Node that cannot replace itself. A server that a shell or
 * a service manager started is not stopped.
 *
 * Returns a function that ends the watch.
 *
 * @example
 * stopWithLauncher(() => void app.stop());
 */
export function stopWithLauncher(stop: () => void): () => void {
  const noop = () => {};
  // The cluster module ends worker processes when the primary process has ended.
  if (cluster.isWorker) return noop;
  if (process.channel !== undefined && process.channel !== null) {
    if (process.connected) process.once('disconnect', stop);
    else stop();
    return () => void process.off('disconnect', stop);
  }
  if (!isStartedByNpm()) return noop;
  const before = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(timer);
    stop();
  }, POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Returns the id of the parent process. If the parent is a shell, also returns the id of the grandparent, because `npx` runs the
 * program in a shell. Any other grandparent is the shell that ran `npm start &`, which may end without stopping the server.
 */
function ancestors(): string {
  const { ppid } = process;
  return /^(?:ba|da|a|z)?sh$/.test(nameOf(ppid)) ? `${ppid} ${parentOf(ppid) ?? ''}` : `${ppid}`;
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

function parentOf(pid: number): string | undefined {
  try {
    return /^PPid:\s*(?<parent>\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.groups?.['parent'];
  } catch {
    return undefined;
  }
}
