import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { isAnswering } from '../engine/supervisor.ts';
import { ENGINE_LIBRARIES, type EngineSettings } from '../engine/engine-settings.ts';
import type { EngineEnvironment } from '../engine/write-config.ts';
import { ENGINE_VERSION_MIN, engineVersion, isSupported } from './engine-version.ts';
import type { RunProgram } from './run-program.ts';

/** One line of the output of `tanhua radius setup`. A fault keeps the engine from running. */
export interface SetupFinding {
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'fault';
  readonly detail: string;
}

export interface SetupMachine {
  readonly run: RunProgram;
  /** The user id of this process. */
  readonly uid: number;
  /** The folder of FreeRADIUS's modules. */
  readonly libraries?: string;
}

/** Checks which of the programs that RADIUS needs are installed, and whether this user should run them. */
export async function checkInstallation({
  run,
  uid,
  libraries = ENGINE_LIBRARIES,
}: SetupMachine): Promise<readonly SetupFinding[]> {
  const version = await engineVersion(run);
  const install = 'run "tanhua radius setup --install" as root on Debian, or install it with the tools of this system';
  const hasRest = existsSync(join(libraries, 'rlm_rest.so'));
  return [
    version === undefined
      ? fault('FreeRADIUS', `it is not installed: ${install}`)
      : isSupported(version)
        ? { check: 'FreeRADIUS', status: 'ok', detail: `version ${version}` }
        : fault(
            'FreeRADIUS',
            `version ${version} is installed, which lacks the protection from forged replies (CVE-2024-3596): version ${ENGINE_VERSION_MIN} or a newer version 3 is necessary: ${install}`,
          ),
    hasRest
      ? { check: 'module rest', status: 'ok', detail: 'installed' }
      : fault('module rest', `${join(libraries, 'rlm_rest.so')} does not exist (package freeradius-rest): ${install}`),
    uid === 0
      ? {
          check: 'user',
          status: 'warning',
          detail:
            'root would run the engine, which reads packets from the network: run Tanhua as its own user, who needs no privilege for ports above 1023',
        }
      : {
          check: 'user',
          status: 'ok',
          detail: 'the engine runs as the user that runs this command, without privileges',
        },
  ];
}

/** Checks whether the engine can listen on its ports. Ports that a running engine of this directory uses are fine. */
export async function checkPorts(
  { listen, probePort }: Pick<EngineSettings, 'listen' | 'probePort'>,
  environment: EngineEnvironment,
): Promise<readonly SetupFinding[]> {
  if (await isAnswering(probePort, environment)) {
    return [{ check: 'ports', status: 'ok', detail: 'the engine is running and answers' }];
  }
  const places = [
    ...listen.flatMap(({ address, port }) => [
      { address, port },
      { address, port: port + 1 },
    ]),
    { address: '127.0.0.1', port: probePort },
  ];
  const findings = await Promise.all(places.map(checkPort));
  const faults = findings.filter((one) => one !== undefined);
  return faults.length > 0
    ? faults
    : [{ check: 'ports', status: 'ok', detail: places.map((place) => placeText(place)).join(', ') }];
}

async function checkPort(place: {
  readonly address: string;
  readonly port: number;
}): Promise<SetupFinding | undefined> {
  const { address, port } = place;
  const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', ipv6Only: isIPv6(address) });
  const { promise, resolve } = Promise.withResolvers<NodeJS.ErrnoException | undefined>();
  socket.once('error', resolve);
  socket.bind({ port, address, exclusive: true }, () => resolve(undefined));
  const error = await promise;
  socket.close();
  if (error === undefined) return undefined;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE:
      'another program uses it. If that is the service of the FreeRADIUS package, run "systemctl disable --now freeradius"',
    EACCES: 'this user may not use it. Choose a port above 1023 in TANHUA_RADIUS_LISTEN',
    EADDRNOTAVAIL: 'this machine does not have the address. Correct TANHUA_RADIUS_LISTEN',
  };
  return fault('port', `${placeText(place)} cannot be used: ${reasons[error.code ?? ''] ?? error.message}`);
}

function placeText({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${isIPv6(address) ? `[${address}]` : address}:${port}`;
}

function fault(check: string, detail: string): SetupFinding {
  return { check, status: 'fault', detail };
}
