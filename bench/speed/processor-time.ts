import { readdirSync, readFileSync } from 'node:fs';

/** What Linux counts in, whatever the clock of the machine is. */
const TICKS_PER_SECOND = 100;

/**
 * The time that a process has spent on the processor, with all its threads, in microseconds; undefined where the system
 * does not tell. Rates depend on who else uses the machine, and on the load generator; this depends on them far less.
 */
export function processorTime(pid: number | undefined): number | undefined {
  try {
    // The name of the program comes first, in parentheses, and may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [user, system] = [Number(fields[11]), Number(fields[12])];
    return ((user + system) / TICKS_PER_SECOND) * 1_000_000;
  } catch {
    return undefined;
  }
}

/** The same, to the nanosecond, of the threads that the process has now; NaN where the system does not tell. */
export function exactProcessorTime(pid: number | undefined): number {
  try {
    const folder = `/proc/${pid}/task`;
    const times = readdirSync(folder).map((thread) =>
      Number(readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return times.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1_000;
  } catch {
    return Number.NaN;
  }
}
