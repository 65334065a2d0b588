/** The levels of our log that lines of the engine use. */
export type EngineLogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface EngineLogLine {
  readonly level: EngineLogLevel;
  readonly text: string;
}

/** The types that FreeRADIUS writes after the time of a line. */
const levels: Readonly<Record<string, EngineLogLevel>> = {
  Debug: 'debug',
  Info: 'info',
  Auth: 'info',
  Acct: 'info',
  Proxy: 'info',
  Warning: 'warn',
  WARNING: 'warn',
  Error: 'error',
  ERROR: 'error',
};

/** Lines of each start that an administrator cannot act on. */
const routine =
  /^(?:Starting - reading|systemd watchdog|Debugger not attached|rlm_rest: libcurl|Loaded virtual server|Loaded module|rlm_rest .*: (?:Opening|Closing|Need|You probably|Released|libcurl|\d+ of)|# |Signalled to terminate|Exiting normally)/;

/**
 * Reads a line of FreeRADIUS's log. The time is removed, because our log has its own. A line without a known type is information.
 *
 * @param line a line such as "Tue Dec  1 05:00:00 2026 : Error: Ignoring request …"
 * @returns undefined for an empty line
 * @example readEngineLog('Tue Dec  1 05:00:00 2026 : Error: x') // { level: 'error', text: 'x' }
 */
export function readEngineLog(line: string): EngineLogLine | undefined {
  const { type, text = line.trim() } =
    /^\w{3} \w{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4} : (?:(?<type>[A-Za-z]+): )?(?<text>.*)$/.exec(line)?.groups ?? {};
  if (text === '') return undefined;
  const level = Object.hasOwn(levels, type ?? '') ? levels[type ?? ''] : undefined;
  const isRoutine = (level !== 'error' && routine.test(text)) || repeatedAnswer.test(text);
  return { level: isRoutine ? 'debug' : (level ?? 'info'), text };
}

/** The engine repeats the body of an answer that is a fault. The server's log has the reason. */
const repeatedAnswer = /^\(\d+\) rest\w*: ERROR: (?:Server returned:|\{.*\})$/;

/** The part of the output of `freeradius -XC` that says what is wrong: the last lines, which name the file and the fault. */
const FAULT_LINES = 5;

/** Returns the reason why FreeRADIUS rejects a configuration. */
export function configFault(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const faults = lines.filter((line) => /error|fail|unable|unknown|unexpected|invalid/i.test(line));
  return (faults.length > 0 ? faults : lines).slice(-FAULT_LINES).join('; ');
}
