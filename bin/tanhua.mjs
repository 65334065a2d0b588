#!/usr/bin/env node
// Plain JavaScript that any Node understands: it runs src/cli/main.ts on Node 24, which the npm package "node" brings.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;
// The youngest objects get this much memory, and not what V8 would take: half the memory in all, for hardly any speed
// (decision 016). V8 listens to it at its start only.
const MEMORY_FLAG = '--max-semi-space-size=8';
// What Node makes of the sources is kept beside the packages: a command begins in two thirds of the time, and so does the
// server (decision 001). Where nothing can be written, nothing is kept.
const cache = fileURLToPath(new URL('../node_modules/.cache/tanhua', import.meta.url));
const environment = { ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? cache };
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  const program = [process.execPath, ...process.execArgv, MEMORY_FLAG, main, ...process.argv.slice(2)];
  // Not on every system: elsewhere it goes on in this process, with the memory that V8 takes.
  if (typeof process.execve === 'function' && process.platform !== 'win32')
    process.execve(process.execPath, program, environment);
  await import(new URL('../src/cli/main.ts', import.meta.url).href);
} else if (existsSync(pinned)) {
  const child = spawn(pinned, [MEMORY_FLAG, main, ...process.argv.slice(2)], { stdio: 'inherit', env: environment });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1;
  });
} else {
  console.error(
    `Tanhua needs Node ${NODE_MAJOR_MIN} or newer; this is ${process.version}. Run "npm ci" first: it brings one.`,
  );
  process.exitCode = 2;
}
