import { createServer } from 'node:net';
import { Command } from 'commander';
import { systemClock } from '#base/clock.ts';
import { readConfig, type Config } from '#base/config.ts';
import { databaseFindings, machineFindings } from '#health/health.ts';
import { radiusFindings } from '#health/radius-findings.ts';
import type { Finding } from '#health/key-findings.ts';
import { openDirectory } from '../../app.ts';
import { exitCodes, printRows, type OutputOptions } from '../output.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check the configuration, disk, databases, keys and mail. Exits with 1 if there is a fault.')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      const config = readConfig();
      const findings = [
        ...(await machineFindings(config)),
        await checkPort(config),
        ...radiusFindings(config, systemClock.now()),
        ...(await checkDatabases(config)),
      ];
      printRows(
        options,
        findings.map((finding) => ({ ...finding })),
        ['status', 'check', 'detail'],
        '',
      );
      if (findings.some((finding) => finding.status === 'fault')) process.exitCode = exitCodes.failure;
    });
}

/** Checks the port. A port in use is only a warning, because the directory may be running. */
async function checkPort({ host, port }: Config): Promise<Finding> {
  const taken = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(true));
    server.listen(port, host, () => server.close(() => resolve(false)));
  });
  const detail = taken
    ? `${host}:${port} is in use, by the running directory or by another program`
    : `${host}:${port} is free`;
  return { check: 'port', status: taken ? 'warning' : 'ok', detail };
}

async function checkDatabases(config: Config): Promise<readonly Finding[]> {
  await using deps = openDirectory(config);
  return await databaseFindings({ config, fleet: deps.fleet, clock: deps.clock, isComplete: true });
}
