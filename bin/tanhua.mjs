#!/usr/bin/env node
// Plain JavaScript that any Node understands: it runs src/cli/main.ts on Node 24, which the npm package "node" brings.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;
// The youngest objects get this much memory, and not what V8 would take: half the memory in all, for hardly any speed
// (decision 016). V8 reads this flag only when it starts.
const MEMORY_FLAG = '--max-semi-space-size=8';
// What Node makes of the sources is kept beside the packages: a command begins in two thirds of the time, and so does the
// server (decision 001). Where nothing can be written, nothing is kept.
const cache = fileURLToPath(new URL('../node_modules/.cache/tanhua', import.meta.url));
// Blocks of this size come from the system and go back to it when they are freed, such as the parts of a large body; glibc would raise
// the limit to 32 MB and keep them (decision 039). It reads these only when the process starts; other systems ignore them.
const allocator = { MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '131072' };
const environment = { ...allocator, ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? cache };
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  const program = [process.execPath, ...process.execArgv, MEMORY_FLAG, main, ...process.argv.slice(2)];
  // Replaces this process, so that signals reach the server. Not available on every system: there the program runs in this
  // process, with the memory that V8 takes.
  if (typeof process.execve === 'function' && process.platform !== 'win32')
    process.execve(process.execPath, program, environment);
  await import(new URL('../src/cli/main.ts', import.meta.url).href);
} else if (existsSync(pinned)) {
  // An older Node cannot replace itself. The channel tells the child when this process is gone, also after SIGKILL
  // (src/cli/launcher.ts, decision 036).
  const child = spawn(pinned, [MEMORY_FLAG, main, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: environment,
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
  const forward = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  child.on('exit', (code, signal) => {
    for (const one of signals) process.off(one, forward);
    // Ends as the child did, so that a service manager sees the same.
    if (signal === null) process.exitCode = code ?? 1;
    else process.kill(process.pid, signal);
  });
} else {
  console.error(
    `Tanhua needs Node ${NODE_MAJOR_MIN} or newer; this is ${process.version}. Run "npm ci" in the folder of Tanhua: it installs Node ${NODE_MAJOR_MIN} for Tanhua alone.`,
  );
  process.exitCode = 2;
}
