import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import { isStartedByNpm } from '#base/config.ts';

/** How often a server that npm started looks whether npm is still there. */
const LOOK_MS = 500;

/**
 * Calls `stop` when the process that launched this one is gone, also after a SIGKILL: it would have passed on the signals
 * that stop the server. The launcher is `bin/tanhua.mjs` on a Node that cannot replace itself, or npm. A server that a shell
 * or a service manager started outlives both.
 *
 * Returns what ends the watch.
 *
 * @example
 * stopWithLauncher(() => void app.stop());
 */
export function stopWithLauncher(stop: () => void): () => void {
  const nothing = () => {};
  // The cluster module ends worker processes whose first process is gone.
  if (cluster.isWorker) return nothing;
  if (process.channel !== undefined && process.channel !== null) {
    if (process.connected) process.once('disconnect', stop);
    else stop();
    return () => void process.off('disconnect', stop);
  }
  if (!isStartedByNpm()) return nothing;
  const before = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(timer);
    stop();
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * The parent, and its parent where the parent is a shell: `npx` has one between itself and the program. Another grandparent is the
 * shell that ran `npm start &`, which may end.
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
