import { Command } from 'commander';
import { systemClock } from '#base/clock.ts';
import { readConfig, type Config } from '#base/config.ts';
import { AppError } from '#base/errors.ts';
import { lazySecretBox, loadSecretKey } from '#base/secret-box.ts';
import { prepareEngine, type PreparedEngine } from '#radius/engine/prepare-engine.ts';
import { writeAndCheck } from '#radius/engine/write-config.ts';
import { installEngine } from '#radius/setup/install-engine.ts';
import { runProgram } from '#radius/setup/run-program.ts';
import { checkInstallation, checkPorts, type SetupFinding } from '#radius/setup/setup-checks.ts';
import { exitCodes, printRows, type OutputOptions } from '../output.ts';

interface SetupOptions extends OutputOptions {
  readonly install?: true;
}

export function radiusSetupCommand(): Command {
  return new Command('setup')
    .description(
      'Check what RADIUS needs on this machine, create its certificate, and write and check the configuration. Exits with 1 if there is a fault.',
    )
    .option('--install', 'first install FreeRADIUS from the packages of Debian, as root')
    .option('--json', 'print JSON')
    .action(async (options: SetupOptions) => {
      const config = readConfig();
      const uid = process.getuid?.() ?? -1;
      if (options.install === true) {
        await installEngine({ root: '/', uid, run: runProgram, report: (step) => console.error(`${step} …`) });
      }
      const installation = await checkInstallation({ run: runProgram, uid });
      const findings = [...installation, ...(await checkConfiguration(config, hasFault(installation)))];
      printRows(
        options,
        findings.map((finding) => ({ ...finding })),
        ['status', 'check', 'detail'],
        '',
      );
      if (hasFault(findings)) process.exitCode = exitCodes.failure;
      else console.error('Start the engine with "tanhua radius run", next to the server ("npm start").');
    });
}

function hasFault(findings: readonly SetupFinding[]): boolean {
  return findings.some(({ status }) => status === 'fault');
}

/** Writes the configuration also without FreeRADIUS, so that the files can be read, but then cannot have it checked. */
async function checkConfiguration(config: Config, isIncomplete: boolean): Promise<readonly SetupFinding[]> {
  try {
    const engine = await prepareEngine(config, {
      clock: systemClock,
      secrets: lazySecretBox(() => loadSecretKey(config)),
    });
    return [
      certificateFinding(engine),
      ...(await checkPorts(engine.settings, engine.environment)),
      isIncomplete ? unchecked : await checkFiles(engine),
    ];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [{ check: 'configuration', status: 'fault', detail: error.operatorText }];
  }
}

const unchecked: SetupFinding = {
  check: 'configuration',
  status: 'warning',
  detail: 'not checked, because FreeRADIUS is missing or too old',
};

async function checkFiles({ settings, environment }: PreparedEngine): Promise<SetupFinding> {
  // Another folder than that of a running engine, which may restart at any moment.
  const checked = { ...settings, folder: `${settings.folder}.next` };
  await writeAndCheck(checked, environment);
  return { check: 'configuration', status: 'ok', detail: `FreeRADIUS accepts the files in ${checked.folder}` };
}

function certificateFinding({ prepared }: PreparedEngine): SetupFinding {
  const { names, notAfter, authorityFile } = prepared;
  const trust =
    authorityFile === null ? 'devices must trust its issuer' : `devices must trust the CA in ${authorityFile}`;
  return {
    check: 'certificate',
    status: 'ok',
    detail: `${names}, valid until ${notAfter.toISOString().slice(0, 10)}; ${trust}`,
  };
}
