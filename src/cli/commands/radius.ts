import { Command } from 'commander';
import { radiusClientCommand } from './radius-client.ts';
import { radiusGroupCommand } from './radius-group.ts';
import { radiusServerCommand } from './radius-server.ts';

export function radiusCommand(): Command {
  return new Command('radius')
    .description('Manage RADIUS servers, which connect people to networks.')
    .addCommand(radiusServerCommand())
    .addCommand(radiusClientCommand())
    .addCommand(radiusGroupCommand());
}
