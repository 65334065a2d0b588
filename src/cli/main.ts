import { exitCodes } from './output.ts';
import { runProgram } from './program.ts';

// A reader that closes the pipe early, as `head` does, is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.success);
  console.error(
    `tanhua: The standard output cannot be written (${error.message}): write to another file, or free space.`,
  );
  process.exit(exitCodes.failure);
});

const exitCode = await runProgram(process.argv.slice(2));
if (exitCode !== undefined) process.exitCode = exitCode;
