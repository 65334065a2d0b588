import { Command } from 'commander';
import { radiusClientCommand } from './radius-client.ts';
import { radiusGroupCommand } from './radius-group.ts';
import { radiusRunCommand } from './radius-run.ts';
import { radiusServerCommand } from './radius-server.ts';
import { radiusSetupCommand } from './radius-setup.ts';
import { radiusTestCommand } from './radius-test.ts';

export function radiusCommand(): Command {
  return new Command('radius')
    .description(
      'Connect people to Wi-Fi, switches and VPNs by RADIUS: its servers, its clients, and its engine (FreeRADIUS).',
    )
    .addCommand(radiusServerCommand())
    .addCommand(radiusClientCommand())
    .addCommand(radiusGroupCommand())
    .addCommand(radiusSetupCommand())
    .addCommand(radiusRunCommand())
    .addCommand(radiusTestCommand());
}
