import { chmodSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '#base/errors.ts';
import { backportsText, findSource } from './debian-source.ts';
import { isSupported } from './engine-version.ts';
import type { RunProgram } from './run-program.ts';

const PACKAGES = ['freeradius', 'freeradius-rest', 'freeradius-utils'] as const;
const BACKPORTS_FILE = 'tanhua-backports.sources';
const APT = { DEBIAN_FRONTEND: 'noninteractive' } as const;

/** The parts of the system that the installation reads and changes. Tests pass another root folder. */
export interface Machine {
  /** The root folder, `/` except in tests. */
  readonly root: string;
  /** The user id of this process. */
  readonly uid: number;
  readonly run: RunProgram;
  /** Called before each step, in words. */
  readonly report: (step: string) => void;
}

/**
 * Installs FreeRADIUS, its module rest and radclient from Debian's packages. Adds the backports of Debian if the release has an older
 * version. Does not start the service of the package, and switches it off, because it would use the ports and another configuration.
 *
 * Rejects with `usage` on another system or without root, and with `configuration` if apt-get fails.
 *
 * @example await installEngine({ root: '/', uid: process.getuid?.() ?? -1, run: runProgram, report: console.error })
 */
export async function installEngine(machine: Machine): Promise<void> {
  const { root, uid, run, report } = machine;
  const suite = debianSuite(root);
  if (suite === undefined) {
    throw new AppError(
      'usage',
      'The option --install works on Debian 12 and newer only. Install FreeRADIUS 3.2.7 or newer with its module rest with the tools of this system, and run "tanhua radius setup" without --install.',
    );
  }
  if (uid !== 0) {
    throw new AppError('usage', 'The option --install needs root to install packages: run the command with sudo.');
  }
  report('Reading the lists of packages (apt-get update)');
  await apt(run, ['update', '-qq']);
  const needsBackports = !isSupported(await candidateVersion(run));
  if (needsBackports) {
    report(`Adding ${suite}-backports, because ${suite} has an older FreeRADIUS`);
    addBackports(root, suite);
    await apt(run, ['update', '-qq']);
  }
  report(`Installing ${PACKAGES.join(', ')}`);
  const target = needsBackports ? ['-t', `${suite}-backports`] : [];
  await withoutServices(root, async () => {
    await apt(run, ['install', '-qq', '-y', '--no-install-recommends', ...target, ...PACKAGES]);
  });
  report("Switching off the package's own service, whose configuration Tanhua does not use");
  await run('systemctl', ['disable', '--now', 'freeradius.service']);
}

/** Returns the code name of the Debian release; undefined on another system. */
function debianSuite(root: string): string | undefined {
  const path = join(root, 'etc/os-release');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (!/^ID="?debian"?$/m.test(text)) return undefined;
  return /^VERSION_CODENAME="?(?<suite>[a-z]+)"?$/m.exec(text)?.groups?.['suite'];
}

async function candidateVersion(run: RunProgram): Promise<string> {
  const { output } = await run('apt-cache', ['policy', 'freeradius'], { LC_ALL: 'C' });
  return /^\s*Candidate: (?<version>\S+)$/m.exec(output)?.groups?.['version'] ?? '';
}

function addBackports(root: string, suite: string): void {
  const folder = join(root, 'etc/apt/sources.list.d');
  const listed = existsSync(folder) ? readdirSync(folder).filter((name) => /\.(sources|list)$/.test(name)) : [];
  const paths = [...listed.map((name) => join(folder, name)), join(root, 'etc/apt/sources.list')];
  const source = findSource(
    paths.filter((path) => existsSync(path)).map((path) => readFileSync(path, 'utf8')),
    suite,
  );
  if (source === undefined) {
    throw new AppError(
      'configuration',
      `No file in ${folder} contains a source of ${suite}, from which the source of ${suite}-backports could be derived. Add one, and repeat the command.`,
    );
  }
  writeFileSync(join(folder, BACKPORTS_FILE), backportsText(source, suite), { mode: 0o644 });
}

/** Keeps apt-get from starting services (Debian's policy-rc.d), and restores the previous policy afterwards. */
async function withoutServices(root: string, install: () => Promise<void>): Promise<void> {
  const path = join(root, 'usr/sbin/policy-rc.d');
  const kept = `${path}.before-tanhua`;
  const hadPolicy = existsSync(path);
  if (hadPolicy) renameSync(path, kept);
  try {
    writeFileSync(path, '#!/bin/sh\nexit 101\n');
    chmodSync(path, 0o755);
    await install();
  } finally {
    if (hadPolicy) renameSync(kept, path);
    else rmSync(path, { force: true });
  }
}

async function apt(run: RunProgram, args: readonly string[]): Promise<void> {
  const { code, output } = await run('apt-get', args, APT);
  if (code === 0) return;
  const reason = output.trim().split('\n').slice(-3).join('; ');
  throw new AppError(
    'configuration',
    `apt-get ${args[0] ?? ''} failed: ${reason}. Correct this, and repeat the command.`,
  );
}
