import { parseArgs } from 'node:util';
import { findDirectoryFaults } from '../tests/support/directory-faults.ts';
import { openInProcessServer } from './in-process-server.ts';
import { runFuzz } from '#scim-server/run-fuzz.fixture.ts';

/**
 * Sends generated requests to a server in this process with a new database, and checks the responses and the stored data.
 * Usage: `npm run fuzz -- --requests 200000 --seed 1`. Exits with code 1 if it finds a fault.
 */

const REQUESTS = '20000';
const FAULTS_SHOWN = 20;

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: REQUESTS },
    /** Runs with the same seed send the same requests. */
    seed: { type: 'string', default: '1' },
    rules: { type: 'string', default: 'standard' },
  },
});

const requests = wholeNumber('requests', values.requests);
const seed = wholeNumber('seed', values.seed);
if (values.rules !== 'standard' && values.rules !== 'strict') throw new Error('--rules must be standard or strict');
await using server = await openInProcessServer(values.rules);
const startMs = performance.now();
const { statuses, slowest, faults, deps } = await runFuzz(server, { requests, seed });
const seconds = (performance.now() - startMs) / 1_000;
const directoryFaults = await findDirectoryFaults(deps);

console.log(`${requests} requests with the seed ${seed} in ${seconds.toFixed(1)} s`);
for (const [status, count] of [...statuses].toSorted(([one], [other]) => one - other)) {
  console.log(`  ${status}  ${count}`);
}
console.log(`slowest: ${slowest.ms.toFixed(1)} ms\n${slowest.request}`);
for (const fault of [...faults, ...directoryFaults].slice(0, FAULTS_SHOWN)) console.log(`\nFAULT ${fault}`);
console.log(`${faults.length} faults in responses, ${directoryFaults.length} in the directory`);
if (faults.length + directoryFaults.length > 0) process.exitCode = 1;

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Error(`--${name} is ${text}: it must be a whole number`);
}
