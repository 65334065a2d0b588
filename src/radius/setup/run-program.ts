import { execFile } from 'node:child_process';

const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;

/** The result of a program: its exit code (null if it could not be started), and what it wrote. */
export interface ProgramResult {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program of the system and returns its output. Tests pass a function that answers without a program. */
export type RunProgram = (
  program: string,
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
) => Promise<ProgramResult>;

/** Runs a program with only these variables and a path of the system. */
export const runProgram: RunProgram = async (program, args, environment = {}) => {
  const { promise, resolve } = Promise.withResolvers<ProgramResult>();
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...environment };
  execFile(program, [...args], { env, maxBuffer: OUTPUT_BYTES_MAX }, (error, stdout, stderr) => {
    const failed = typeof error?.code === 'number' ? error.code : null;
    resolve({ code: error === null ? 0 : failed, output: `${stdout}${stderr}` });
  });
  return await promise;
};
