import { Command } from 'commander';
import { radiusRunCommand } from './radius-run.ts';
import { radiusSetupCommand } from './radius-setup.ts';
import { radiusTestCommand } from './radius-test.ts';

export function radiusCommand(): Command {
  return new Command('radius')
    .description('Run the RADIUS engine (FreeRADIUS), with which people connect to Wi-Fi, switches and VPNs.')
    .addCommand(radiusSetupCommand())
    .addCommand(radiusRunCommand())
    .addCommand(radiusTestCommand());
}
