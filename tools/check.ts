import { spawn } from 'node:child_process';

/** The static checks of the sources, which `npm run check` runs concurrently. */
const checks = [
  // The compiler of TypeScript runs within the linter, so that both read the sources once: in half the time of another run of it for
  // each of the three projects. Only files that the linter ignores are not checked, which are generated.
  ['lint and types', 'oxlint', '--type-aware', '--type-check', '--deny-warnings'],
  ['format', 'oxfmt', '--check', '.'],
  ['dead code', 'knip'],
] as const;

interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly output: string;
  readonly seconds: number;
}

async function run([name, command, ...args]: readonly [string, string, ...string[]]): Promise<Outcome> {
  const begun = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const { promise, resolve } = Promise.withResolvers<boolean>();
  child.on('error', (error) => {
    output += `${error.message}. Run the checks with "npm run check".\n`;
    resolve(false);
  });
  child.on('close', (code) => resolve(code === 0));
  return { name, ok: await promise, output, seconds: (performance.now() - begun) / 1000 };
}

const outcomes = await Promise.all(checks.map(run));
for (const { name, ok, output, seconds } of outcomes) {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
  if (!ok) console.log(output);
}
process.exitCode = outcomes.every((outcome) => outcome.ok) ? 0 : 1;
