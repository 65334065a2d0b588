import { readdirSync, readFileSync } from 'node:fs';

/** Unit of the times in /proc/PID/stat, which is the same on every Linux machine. */
const TICKS_PER_SECOND = 100;

/**
 * Returns the processor time of a process with all its threads in microseconds; undefined if the system has no /proc. Other programs and
 * the load generator affect the processor time far less than they affect the rate of requests.
 */
export function processorTime(pid: number | undefined): number | undefined {
  try {
    // The name of the program is in parentheses before these fields, and may contain spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [user, system] = [Number(fields[11]), Number(fields[12])];
    return ((user + system) / TICKS_PER_SECOND) * 1_000_000;
  } catch {
    return undefined;
  }
}

/** Like `processorTime`, but precise to the nanosecond and only for the current threads; NaN if the system has no /proc. */
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
