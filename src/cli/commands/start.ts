import { Command } from 'commander';
import { readConfig } from '#base/config.ts';
import { createLog } from '#base/log.ts';
import { SCIM_PREFIX } from '#scim-server/plugin.ts';
import { startApp, type App } from '../../app.ts';
import { print, type OutputOptions } from '../output.ts';

/** Entra's flag: with it Entra ID sends PATCH requests as RFC 7644 wants them. */
const FLAG = 'aadOptscim062020';

export function startCommand(): Command {
  return new Command('start')
    .description('Start the directory. The first start makes an organization, an administrator and an API key.')
    .option('--json', 'print what was started as one line of JSON')
    .action(async (options: OutputOptions) => {
      const config = readConfig();
      const app = await startApp(config, createLog(config));
      const started = startedState(app);
      if (options.json === true) console.log(JSON.stringify(started));
      else print(options, started, banner(app));
      stopOnSignal(app);
    });
}

function startedState({ publicUrl, bootstrapped }: App) {
  return {
    url: publicUrl,
    tenantUrl: tenantUrl(publicUrl),
    ...(bootstrapped && {
      secretToken: bootstrapped.apiKey,
      administrator: bootstrapped.administrator,
      password: bootstrapped.password,
    }),
  };
}

function tenantUrl(publicUrl: string): string {
  return `${publicUrl}${SCIM_PREFIX}/?${FLAG}`;
}

function banner({ publicUrl, bootstrapped }: App): string {
  const lines = [`Tanhua is ready at ${publicUrl}`, '', `  Tenant URL     ${tenantUrl(publicUrl)}`];
  if (bootstrapped === undefined) {
    lines.push('  Secret Token   made on the first start; "npx tanhua key create" makes another');
    return lines.join('\n');
  }
  const { apiKey, administrator, password } = bootstrapped;
  lines.push(`  Secret Token   ${apiKey ?? 'the value of TANHUA_BOOTSTRAP_API_KEY'}`);
  lines.push(
    `  Administrator  ${administrator}`,
    `  Password       ${password ?? 'the value of TANHUA_BOOTSTRAP_PASSWORD'}`,
  );
  lines.push('', 'The secrets are shown this once. Enter Tenant URL and Secret Token in Entra ID:');
  lines.push('Enterprise applications > your application > Provisioning > Admin Credentials.');
  return lines.join('\n');
}

function stopOnSignal(app: App): void {
  const stop = () => {
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
