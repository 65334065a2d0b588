import { afterAll } from 'vitest';
import { endRemaining } from './child-process.ts';

/** Ends the processes that the tests of a file started and that are still running, such as those of a failed test. */
afterAll(endRemaining);
