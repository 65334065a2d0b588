import { exitCodes } from './output.ts';
import { runProgram } from './program.ts';

// A closed pipe is not a failure: a reader such as `head` closes it early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.success);
  console.error(
    `tanhua: Standard output cannot be written (${error.message}): redirect it to another file, or free disk space.`,
  );
  process.exit(exitCodes.failure);
});

const exitCode = await runProgram(process.argv.slice(2));
if (exitCode !== undefined) process.exitCode = exitCode;
