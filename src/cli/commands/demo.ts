import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { newApiKey } from '#admins/api-key.ts';
import { readConfig, type Config } from '#base/config.ts';
import { createLog } from '#base/log.ts';
import { scopeTo } from '#database/database.ts';
import { operatorTargetAccess } from '#entra/target-access.ts';
import { listOrganizations } from '#organizations/organization-store.ts';
import { SCIM_PREFIX } from '#scim-server/plugin.ts';
import { startApp } from '../../app.ts';
import { runDemo } from '../demo/run-demo.ts';
import { stopWithLauncher } from '../launcher.ts';
import { exitCodes } from '../output.ts';

const PAUSE_MS = { watched: 5_000, unwatched: 500 } as const;

/** Everything at work at once, on a directory of its own that is gone at the end. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('See it work at once: a sample tenant of the stand-in for Entra ID provisions into a directory.')
    .option('--stay', 'stay running at the end, to look around')
    .action(async ({ stay }: { readonly stay?: true }) => {
      const folder = mkdtempSync(join(tmpdir(), 'tanhua-demo-'));
      // However it ends: also by Ctrl-C in the middle, and when nobody reads what it prints any more.
      process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
      const interruption = listenForInterruption();
      await demonstrate(folder, stay === true || process.stdout.isTTY, interruption);
    });
}

interface Interruption {
  /** From now on an interruption is waited for, and ends nothing by itself. */
  readonly wait: () => Promise<undefined>;
}

/** Ctrl-C may come twice, from the terminal and from the Node that started this one: the listeners stay. */
function listenForInterruption(): Interruption {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let isAwaited = false;
  const interrupt = () => {
    if (!isAwaited) process.exit(exitCodes.failure);
    resolve(undefined);
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  stopWithLauncher(interrupt);
  return {
    wait: async () => {
      isAwaited = true;
      return await promise;
    },
  };
}

async function demonstrate(dataDir: string, stays: boolean, interruption: Interruption): Promise<void> {
  const given = readConfig();
  const secretToken = given.bootstrapSecretToken ?? newApiKey();
  // Whatever is in the usual folder is nobody's to play with.
  const config: Config = {
    ...given,
    dataDir,
    databaseUrl: undefined,
    shards: [],
    // Only this machine reaches it, so that the stand-in is on, and may send requests to it.
    host: '127.0.0.1',
    publicUrl: undefined,
    trustedProxies: [],
    entra: 'auto',
    targetsAllowed: undefined,
    bootstrapSecretToken: secretToken,
    // A free one, so that it runs beside a directory.
    port: 0,
  };
  const log = createLog({ ...config, logLevel: 'error' });
  const app = await startApp(config, log);
  try {
    const { database, clock, secrets } = app.directory;
    const [organization] = await listOrganizations(database);
    if (organization === undefined) throw new Error('The first start makes an organization.');
    const baseUrl = `${app.publicUrl}${SCIM_PREFIX}`;
    console.log(`A directory at ${app.publicUrl}, for as long as the demo lasts.`);
    await runDemo(
      {
        database: scopeTo(database, organization.id),
        clock,
        secrets,
        wakeMailer: () => {},
        access: operatorTargetAccess(config),
        log,
      },
      { organizationId: organization.id, tenantUrl: `${baseUrl}/?aadOptscim062020`, baseUrl, secretToken },
      stays ? PAUSE_MS.watched : PAUSE_MS.unwatched,
    );
    console.log('\nThat was all of it. Now with your own Entra ID: npm start');
    if (stays) {
      tellWhereToLook(app.publicUrl, secretToken, dataDir);
      await interruption.wait();
    }
  } finally {
    await app.stop();
  }
}

function tellWhereToLook(url: string, secretToken: string, dataDir: string): void {
  console.log(`\nThe directory stays until you press Ctrl-C. Look around, in another terminal:
  curl -H 'Authorization: Bearer ${secretToken}' '${url}${SCIM_PREFIX}/Users?count=5'
  TANHUA_DATA_DIR=${dataDir} npx tanhua entra log list`);
}
