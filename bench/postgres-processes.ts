import { readdirSync, readFileSync } from 'node:fs';

/** Returns the process of the PostgreSQL server on a port, and the processes of its connections. */
export function postgresPids(port: number): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const server = pids.find((pid) => read(`/proc/${pid}/cmdline`).includes(`\0-p\0${port}\0`));
  const isOfServer = (pid: string) =>
    pid === server || read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[1] === server;
  return pids.filter(isOfServer).map(Number);
}

/** Returns the text of a file; an empty text if it is missing, because the process has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
