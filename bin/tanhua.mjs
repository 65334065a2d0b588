#!/usr/bin/env node
// Runs src/cli/main.ts on Node 24 or newer. This file is plain JavaScript, so that an older Node can run it too and start the Node
// that the npm package "node" installs.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;
// Limits the memory for young objects, in MiB. This halves the memory of the process and costs hardly any speed (decision 016).
// V8 reads this flag only when it starts.
const MEMORY_FLAG = '--max-semi-space-size=8';
// The folder in which Node caches the compiled sources. The cache cuts the start of a command and of the server by a third
// (decision 001). If the folder cannot be written, nothing is cached.
const cache = fileURLToPath(new URL('../node_modules/.cache/tanhua', import.meta.url));
// Settings of the allocator of glibc. It allocates blocks above this size, such as the parts of a large body, directly from the system
// and returns them when they are freed. Without these settings glibc raises the limit to 32 MB and keeps the memory (decision 039).
// glibc reads them only when the process starts. Other systems ignore them.
const allocator = { MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '131072' };
const environment = { ...allocator, ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? cache };
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  const program = [process.execPath, ...process.execArgv, MEMORY_FLAG, main, ...process.argv.slice(2)];
  // Replaces this process, so that signals reach the server. On a system without execve, the program runs in this process, without
  // the memory limit.
  if (typeof process.execve === 'function' && process.platform !== 'win32')
    process.execve(process.execPath, program, environment);
  await import(new URL('../src/cli/main.ts', import.meta.url).href);
} else if (existsSync(pinned)) {
  // An older Node cannot replace itself. The IPC channel closes when this process ends, also after SIGKILL, so that the child
  // notices (src/cli/launcher.ts, decision 036).
  const child = spawn(pinned, [MEMORY_FLAG, main, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: environment,
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
  const forward = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  child.on('exit', (code, signal) => {
    for (const name of signals) process.off(name, forward);
    // Ends with the exit code or the signal of the child, so that a service manager sees the same result.
    if (signal === null) process.exitCode = code ?? 1;
    else process.kill(process.pid, signal);
  });
} else {
  console.error(
    `Tanhua needs Node ${NODE_MAJOR_MIN} or newer, but this is ${process.version}. Run "npm ci" in the folder of Tanhua: it installs Node ${NODE_MAJOR_MIN} for Tanhua only.`,
  );
  process.exitCode = 2;
}
