import { exitCodes } from './output.ts';
import { runProgram } from './program.ts';

// A reader that has read enough, as `head` does, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.success);
  throw error;
});

await runProgram(process.argv.slice(2));
