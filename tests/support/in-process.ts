import { inspect } from 'node:util';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment variables of this process without the TANHUA_ settings of the person who runs the tests. */
export function cleanEnvironment(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TANHUA_')));
}

/** The TANHUA_ settings of this process, which a test may have stubbed. */
export function stubbedSettings(): Readonly<Record<string, string>> {
  const settings = Object.entries(process.env).filter(([name]) => name.startsWith('TANHUA_'));
  return Object.fromEntries(settings.map(([name, value]) => [name, value ?? '']));
}

/** The last command that was started. Commands run sequentially, because they use the streams and the environment of the process. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a command of the program in this process, which takes a twentieth of the time of a new process. tests/cli/program.test.ts checks
 * that commands have the same result in either process.
 */
export async function runInProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const run = last.then(async () => await withStreams(args, environment));
  last = run.catch(() => undefined);
  return await run;
}

async function withStreams(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const outer = { environment: process.env, exitCode: process.exitCode, log: console.log, error: console.error };
  const stdout = capture(process.stdout);
  const stderr = capture(process.stderr);
  process.env = { ...cleanEnvironment(), ...environment };
  process.exitCode = 0;
  // Vitest replaces the console with its own, which does not write to the captured stream.
  console.log = (text: string) => void process.stdout.write(`${text}\n`);
  console.error = (text: unknown) => void process.stderr.write(`${inspected(text)}\n`);
  try {
    // Imported here, because most tests run no command.
    const { runProgram } = await import('../../src/cli/program.ts');
    const code = await runProgram(args);
    return { code: code ?? Number(process.exitCode), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    Object.assign(console, { log: outer.log, error: outer.error });
    process.env = outer.environment;
    process.exitCode = outer.exitCode;
    stdout.restore();
    stderr.restore();
  }
}

function inspected(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value);
}

/** Collects the text that is written to a stream, instead of writing it, until `restore` is called. */
function capture(stream: NodeJS.WriteStream) {
  const chunks: string[] = [];
  const write = stream.write.bind(stream);
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    chunks.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  };
  return {
    text: () => chunks.join(''),
    restore: () => {
      stream.write = write;
    },
  };
}
