import { isIP } from 'node:net';
import { Command } from 'commander';
import { readConfig } from '#base/config.ts';
import { AppError, quote } from '#base/errors.ts';
import { trySignIn } from '#radius/client/try-sign-in.ts';
import { loadApiToken, probeSecretOf } from '#radius/policy-api/api-token.ts';
import { exitCodes, printRows, type OutputOptions } from '../output.ts';
import { readPassword } from '../read-password.ts';

interface TestOptions extends OutputOptions {
  readonly client: string;
  readonly device?: string;
}

export function radiusTestCommand(): Command {
  return new Command('test')
    .argument('<user>', 'the name that the user enters on the device')
    .description(
      'Try a sign-in with a password from standard input through the engine, and explain each step. Exits with 1 if the sign-in is not accepted.',
    )
    .requiredOption('--client <address>', 'the address of the RADIUS client (access point) that the test represents')
    .option('--device <mac>', 'the address of the device (Calling-Station-Id)')
    .option('--json', 'print JSON')
    .action(async (userName: string, options: TestOptions) => {
      const { dataDir, radiusApiPort, radiusProbePort } = requireSettings(options);
      const token = loadApiToken(dataDir);
      const password = await readPassword(`Password of ${userName}: `);
      const steps = await trySignIn(
        { userName, password, client: options.client, callingStation: options.device },
        { apiPort: radiusApiPort, probePort: radiusProbePort, token, probeSecret: probeSecretOf(token) },
      );
      printRows(
        options,
        steps.map((step) => ({ ...step })),
        ['outcome', 'step', 'detail'],
        '',
      );
      if (steps.at(-1)?.outcome !== 'ok') process.exitCode = exitCodes.failure;
    });
}

function requireSettings({ client }: TestOptions) {
  const config = readConfig();
  if (isIP(client) !== 0) return config;
  throw new AppError(
    'usage',
    `--client is ${quote(client)}, which is not an address: write 192.0.2.10 or 2001:db8::10.`,
  );
}
