import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { CONSOLE_CODE_MS, createConsoleCode } from '#accounts/console-code.ts';
import { listAdministrators } from '#admins/administrator-store.ts';
import { newApiKey } from '#admins/api-key.ts';
import { readConfig, type Config } from '#base/config.ts';
import { createLog } from '#base/log.ts';
import { scopeTo } from '#database/database.ts';
import { operatorTargetAccess } from '#entra/target-access.ts';
import { listOrganizations } from '#organizations/organization-store.ts';
import { SCIM_PREFIX } from '#scim-server/scim-path.ts';
import { startApp, type App } from '../../app.ts';
import { newFirstPassword } from '../../bootstrap.ts';
import { runDemo } from '../demo/run-demo.ts';
import { stopWithLauncher } from '../launcher.ts';
import { exitCodes } from '../output.ts';
import { consoleUrl } from '../start-banner.ts';

const PAUSE_MS = { watched: 5_000, unwatched: 500 } as const;

/** Demonstrates provisioning with a temporary directory, which is deleted at the end. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('Run a demo: a sample tenant of the Entra ID stand-in provisions into a temporary directory.')
    .option('--exit', 'end as soon as the demo is complete, instead of running until Ctrl-C is pressed')
    .action(async ({ exit }: { readonly exit?: true }) => {
      const folder = mkdtempSync(join(tmpdir(), 'tanhua-demo-'));
      // Deletes the folder at every exit, even after Ctrl-C or if the reader of standard output has closed the pipe.
      process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
      const interruption = listenForInterruption();
      await runInFolder(folder, exit !== true, interruption);
      // Everything is closed. A connection that a library keeps must not delay the end.
      process.exit(exitCodes.success);
    });
}

interface Interruption {
  /** Resolves at the next interruption. From this call on, an interruption no longer ends the process. */
  readonly wait: () => Promise<undefined>;
}

/**
 * Listens for Ctrl-C, which ends the process until `wait` is called. Never removes the listeners, because one Ctrl-C may send two
 * signals: one from the terminal, and one from the Node process that started this one.
 */
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

async function runInFolder(dataDir: string, keepsRunning: boolean, interruption: Interruption): Promise<void> {
  const given = readConfig();
  // Both are printed, so that those of a configured directory are never used.
  const [secretToken, password] = [newApiKey(), newFirstPassword()];
  // Never uses the configured databases, so that the demo cannot change real data.
  const config: Config = {
    ...given,
    dataDir,
    databaseUrl: undefined,
    shards: [],
    // Only this machine can reach the server, so the stand-in is on and may send requests to it.
    host: '127.0.0.1',
    publicUrl: undefined,
    trustedProxies: [],
    entra: 'auto',
    targetsAllowed: undefined,
    bootstrapSecretToken: secretToken,
    bootstrapPassword: password,
    // Uses any free port, so that the demo can run while a directory is running.
    port: 0,
  };
  const log = createLog({ ...config, logLevel: 'error' });
  const app = await startApp(config, log);
  try {
    const { database, clock, secrets } = app.directory;
    const [organization] = await listOrganizations(database);
    if (organization === undefined) throw new Error('The first start creates an organization.');
    const baseUrl = `${app.publicUrl}${SCIM_PREFIX}`;
    console.log(`Started a directory at ${app.publicUrl}, which exists until the demo ends.`);
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
      process.stdout.isTTY ? PAUSE_MS.watched : PAUSE_MS.unwatched,
    );
    console.log('\nThe demo is complete. To connect your own Entra ID: npm start');
    if (keepsRunning) {
      printNextSteps(app.publicUrl, secretToken, dataDir);
      await printLinks(app, { organizationId: organization.id, password }, interruption);
    }
  } finally {
    await app.stop();
  }
}

function printNextSteps(url: string, secretToken: string, dataDir: string): void {
  console.log(`\nThe directory keeps running until you press Ctrl-C. To explore it, run in another terminal:
  curl -H 'Authorization: Bearer ${secretToken}' '${url}${SCIM_PREFIX}/Users?count=5'
  TANHUA_DATA_DIR=${dataDir} npx tanhua entra log list`);
}

/** Prints a link that opens the console, and another one for each line that is typed, until the next interruption. */
async function printLinks(
  app: App,
  { organizationId, password }: { readonly organizationId: string; readonly password: string },
  interruption: Interruption,
): Promise<void> {
  const { publicUrl } = app;
  const { database, clock } = app.directory;
  const [administrator] = await listAdministrators(database, organizationId);
  if (administrator === undefined) throw new Error('The first start creates an administrator.');
  const printLink = async () => {
    const code = await createConsoleCode({ database, clock }, { id: administrator.id, organizationId });
    // A browser sends no fragment (after #) to a server or a proxy, and the page removes it from the address.
    console.log(`\nOpen the console, signed in (the link works once, within ${CONSOLE_CODE_MS / 1_000} seconds):
  ${consoleUrl({ publicUrl, isPublicUrlConfigured: false })}#code=${code}
Some pages ask for the password of ${administrator.email}: ${password}
Press Enter for another link.`);
  };
  await printLink();
  const typed = createInterface({ input: process.stdin });
  // After an interruption, the database is closed.
  typed.on('line', () => void printLink().catch(() => undefined));
  await interruption.wait();
  typed.close();
}
