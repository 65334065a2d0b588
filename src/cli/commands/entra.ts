import { Command } from 'commander';
import { readConfig } from '#base/config.ts';
import { requireEntra } from '#entra/entra-mode.ts';
import { entraAppCommand } from './entra-app.ts';
import { entraCycleCommand } from './entra-cycle.ts';
import { entraExpressionCommand } from './entra-expression.ts';
import { entraGroupCommand } from './entra-group.ts';
import { entraLogCommand } from './entra-log.ts';
import { entraMappingCommand } from './entra-mapping.ts';
import { entraOndemandCommand } from './entra-ondemand.ts';
import { entraTenantCommand } from './entra-tenant.ts';
import { entraUserCommand } from './entra-user.ts';

export function entraCommand(): Command {
  const command = new Command('entra').description('Run the Entra ID stand-in, which provisions as Entra ID does.');
  command.hook('preAction', (_, called) => {
    // "entra expression" works without the stand-in.
    if (called.name() !== 'expression') requireEntra(readConfig());
  });
  command.addCommand(entraTenantCommand());
  command.addCommand(entraUserCommand());
  command.addCommand(entraGroupCommand());
  command.addCommand(entraAppCommand());
  command.addCommand(entraMappingCommand());
  command.addCommand(entraCycleCommand());
  command.addCommand(entraOndemandCommand());
  command.addCommand(entraLogCommand());
  command.addCommand(entraExpressionCommand());
  return command;
}
