import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { AppError, quote } from '#base/errors.ts';
import { allSections } from '#conformance/all-sections.ts';
import { junitXml } from '#conformance/junit.ts';
import { countVerdicts, type CheckResult, type Report } from '#conformance/report.ts';
import { runConformance, TIMEOUT_MS_DEFAULT } from '#conformance/run-conformance.ts';
import { checkLine, failuresText, painter, summaryText, type Paint } from '#conformance/text-report.ts';
import { exitCodes, type OutputOptions } from '../output.ts';

interface ConformanceOptions extends OutputOptions {
  readonly url: string;
  readonly token: string;
  readonly usersOnly?: true;
  readonly junit?: string;
  readonly timeout: string;
}

const TIMEOUT_SECONDS_MAX = 600;

export function conformanceCommand(): Command {
  return new Command('conformance')
    .description(
      'Test any SCIM 2.0 server over HTTP, section by section. Exits with 1 if a check fails, and with 2 if the tests could not run.',
    )
    .requiredOption('--url <url>', 'the base URL of the server, such as https://example.com/scim/v2')
    .requiredOption('--token <token>', 'the bearer token; "-" reads it from standard input')
    .option('--users-only', 'skip the checks that need groups')
    .option('--junit <file>', 'also write the results to this file as JUnit XML')
    .option('--timeout <seconds>', 'seconds to wait for each response', String(TIMEOUT_MS_DEFAULT / 1000))
    .option('--json', 'print JSON')
    .action(testServer);
}

async function testServer(options: ConformanceOptions): Promise<void> {
  const timeoutMs = timeoutOf(options.timeout);
  const token = options.token === '-' ? await readToken() : options.token;
  if (options.junit !== undefined) await requireWritable(options.junit);
  const stop = stopOnSignals();
  // hasColors returns false if NO_COLOR is set.
  const paint = painter(process.stdout.isTTY && process.stdout.hasColors());
  const report = await runConformance(allSections, {
    url: options.url,
    token,
    usersOnly: options.usersOnly === true,
    timeoutMs,
    signal: stop.signal,
    ...(options.json !== true && { onResult: resultPrinter(paint) }),
  }).finally(stop.end);
  if (options.junit !== undefined) await writeFile(options.junit, junitXml(report));
  if (options.json === true) console.log(JSON.stringify(report, null, 2));
  else printReport(report, paint);
  process.exitCode = exitCodeOf(report);
}

/** Returns a function that prints each result immediately, and the heading of a section before its first result. */
function resultPrinter(paint: Paint): (result: CheckResult) => void {
  let heading = '';
  return (result) => {
    const next = `${result.source}  ${result.title}`;
    if (next !== heading) console.log(`${heading === '' ? '' : '\n'}${next}`);
    heading = next;
    console.log(checkLine(result, paint));
  };
}

function printReport(report: Report, paint: Paint): void {
  const failures = failuresText(report.results, paint);
  if (failures !== '') console.log(`\n${failures}`);
  console.log(`\n${summaryText(report, paint)}`);
}

function exitCodeOf({ results, ended }: Report): number {
  if (countVerdicts(results).fail > 0) return exitCodes.failure;
  return ended === 'complete' ? exitCodes.success : exitCodes.usage;
}

function timeoutOf(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= TIMEOUT_SECONDS_MAX) return seconds * 1000;
  throw new AppError(
    'usage',
    `--timeout is ${quote(text)}: it must be a whole number of seconds from 1 to ${TIMEOUT_SECONDS_MAX}.`,
  );
}

/** Reads the token from standard input, so that it does not appear in the list of processes. */
async function readToken(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) text += String(chunk);
  return text.trim();
}

/** Throws `usage` if the file cannot be written. Called before the run, so that a wrong path does not waste a whole run. */
async function requireWritable(file: string): Promise<void> {
  try {
    await writeFile(file, '');
  } catch (error) {
    throw new AppError('usage', `--junit ${quote(file)} cannot be written: ${String(error)}`, { cause: error });
  }
}

interface Stop {
  readonly signal: AbortSignal;
  /** Removes the signal handlers, so that signals end the process again. */
  readonly end: () => void;
}

/** Handles Ctrl-C: the first Ctrl-C ends the run, which then deletes the resources that it created. The second one ends the process. */
function stopOnSignals(): Stop {
  const controller = new AbortController();
  const stop = (): void => {
    console.error('Stopping and deleting the created resources. Press Ctrl-C again to exit immediately.');
    end();
    controller.abort();
  };
  const end = (): void => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return { signal: controller.signal, end };
}
